"""One log record is one line, whatever a stranger has put into it."""

from __future__ import annotations

import logging
import time

LONGEST_OF_STRANGERS = 300
_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(128, 160)) if code not in (9, 10)}


class LineFormatter(logging.Formatter):
    """UTC times; control characters of a message shown as escapes, so that no text of a user can forge a line."""

    converter = staticmethod(time.gmtime)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = record.message.translate(_ESCAPED).replace("\n", "\\n")
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        return super().formatException(ei).translate(_ESCAPED)  # type: ignore[arg-type]


class OfStrangers(logging.Filter):
    """What a stranger's request makes Django say is one short line: no fault of ours, no way to fill a disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        elif record.name != "django.request" or not 400 <= getattr(record, "status_code", 0) < 500:
            return True
        record.exc_info = record.exc_text = None
        text = record.getMessage()
        if len(text) > LONGEST_OF_STRANGERS:
            record.msg, record.args = "%s…", (text[:LONGEST_OF_STRANGERS],)
        return True
