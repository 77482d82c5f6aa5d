"""Mail that nobody waits for: a page answers as fast for a known address as for an unknown one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

logger = logging.getLogger("chat.mail")
WAITING_MESSAGES = (
    200  # More than this waits for nobody: the mail server is away, and each letter can be asked for again.
)


class _Postman:
    """One thread that carries the letters; what it holds is carried out before the process ends."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mail")
        self._places = threading.BoundedSemaphore(WAITING_MESSAGES)

    def take(self, messages: Sequence[EmailMessage]) -> int:
        if not self._places.acquire(blocking=False):
            logger.error("%d messages not sent: too many are waiting", len(messages))
            return 0
        self._executor.submit(self._carry, messages)
        return len(messages)

    def _carry(self, messages: Sequence[EmailMessage]) -> None:
        try:
            get_connection(settings.MAIL_CARRIER).send_messages(messages)
        except OSError as error:  # Also what SMTP raises. The address stays out of the log.
            logger.error("%d messages not sent: %s", len(messages), type(error).__name__)
        finally:
            self._places.release()


_postman = _Postman()  # The thread starts with the first letter.


class QueuedMail(BaseEmailBackend):
    """Hand letters to the postman, who sends them through `MAIL_CARRIER`. At most once; what fails is logged."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return _postman.take(list(email_messages))
