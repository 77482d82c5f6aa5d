"""Who a session belongs to, and whether it still does. Synchronous, reads only: nothing here flushes a session."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from allauth.headless import app_settings as headless_settings
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .models import User

LONGEST_LIST = 50  # `services` ends what is older at log-in.
SESSION_ENDED = 4401  # Close codes of the wire contract.
DEACTIVATED = 4403


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as one session knows them. `auth_hash` changes with the password."""

    user_id: int
    login: str
    session_key: str
    session_hash: str
    auth_hash: str
    language: str


def session_hash(key: str) -> str:
    """Return what stands for a session where others may read it: 64 hexadecimal digits, not reversible."""
    return hashlib.sha256(key.encode()).hexdigest()


def identify(session_key: str) -> Identity | None:
    """Return whose session this is; `None` for an unknown, expired, forged or outdated one. Two queries."""
    return _identity_of(SessionStore(session_key)) if _is_key(session_key) else None


def identify_token(token: str) -> Identity | None:
    """Return whose token of the program log-in this is. At most three queries."""
    session = headless_settings.TOKEN_STRATEGY.lookup_session(token) if _is_key(token) else None
    return _identity_of(session) if session is not None else None


def ended(identities: Collection[Identity]) -> dict[str, int]:
    """Return, by session key, which of these sessions have ended by now, each with its close code. Two queries."""
    if not identities:
        return {}
    living = set(
        Session.objects.filter(
            session_key__in={identity.session_key for identity in identities}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    people = User.objects.only("password", "is_active", "erased_at").in_bulk({i.user_id for i in identities})
    codes = {
        i.session_key: _close_code(i, people.get(i.user_id), is_living=i.session_key in living)
        for i in identities
    }
    return {key: code for key, code in codes.items() if code is not None}


def open_sessions(user: User) -> list[UserSession]:
    """Return where the person is logged in, newest first. Two queries; what has ended meanwhile is left out."""
    noted = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk")[:LONGEST_LIST])
    stored = Session.objects.filter(
        session_key__in=[session.session_key for session in noted], expire_date__gt=timezone.now()
    )
    hashes = {session.session_key: session.get_decoded().get(HASH_SESSION_KEY) for session in stored}
    return [session for session in noted if hashes.get(session.session_key) in _auth_hashes(user)]


def _close_code(identity: Identity, user: User | None, *, is_living: bool) -> int | None:
    if user is None or user.is_erased:
        return SESSION_ENDED
    if not user.is_active:
        return DEACTIVATED
    if not is_living or identity.auth_hash not in _auth_hashes(user):
        return SESSION_ENDED
    return None


def _is_key(text: str) -> bool:
    """Whether it could be a key at all: the database need not see what a stranger put into a header."""
    return text.isascii() and text.isalnum()


def _identity_of(session: SessionBase) -> Identity | None:
    data = session.load()  # Empty where the session is unknown, expired or not signed by one of our keys.
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS or not session.session_key:
        return None
    user = User.objects.select_related("profile").filter(pk=data.get(SESSION_KEY), is_active=True).first()
    if user is None or user.is_erased:
        return None
    if not any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), known) for known in _auth_hashes(user)):
        return None
    profile = getattr(user, "profile", None)
    return Identity(
        user_id=user.pk,
        login=user.username,
        session_key=session.session_key,
        session_hash=session_hash(session.session_key),
        auth_hash=user.get_session_auth_hash(),
        language=profile.language if profile else "",
    )


def _auth_hashes(user: User) -> list[str]:
    """What a session of this person may carry: made with today's secret key, or with one that is being retired."""
    return [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
