"""What ends a session elsewhere reaches the sockets. The only place that listens to signals; each is only a hint."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save

from accounts.models import User
from accounts.sessions import session_hash
from rooms.protocol.errors import CloseCode
from rooms.services.presence import ask_to_close, look_at_sessions_of


def connect() -> None:
    """Listen. Called once, when the apps are ready."""
    user_logged_out.connect(_logged_out, dispatch_uid="rooms.logged_out")
    password_changed.connect(_sessions_changed, dispatch_uid="rooms.password_changed")
    password_reset.connect(_sessions_changed, dispatch_uid="rooms.password_reset")
    post_save.connect(_saved, sender=User, dispatch_uid="rooms.user_saved")


def _logged_out(*, request: Any, user: User | None, **_: Any) -> None:  # Any: a signal's arguments
    """The session is still there: its sockets are told by its hash, and a temporary room goes without grace."""
    session = getattr(request, "session", None)
    if user is not None and session is not None and session.session_key:
        ask_to_close(close_code=CloseCode.SESSION_ENDED, session_hash=session_hash(session.session_key))


def _sessions_changed(*, user: User, **_: Any) -> None:
    look_at_sessions_of(user.pk)


def _saved(*, instance: User, created: bool, **_: Any) -> None:
    """Somebody may have been deactivated or given another password: the workers look."""
    if not created:
        look_at_sessions_of(instance.pk)
