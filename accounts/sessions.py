"""Who a session belongs to, and whether it still does. Synchronous, reads only: nothing here flushes a session."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .models import User

REMEMBERED = 10_000  # people whose password's hashes are kept, so as not to be made again for every look
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


def identify(key: str) -> Identity | None:
    """Return whose session this is, `None` for an unknown, expired, forged or outdated one. Two queries."""
    return identify_all([key]).get(key)


def identify_all(keys: Collection[str]) -> dict[str, Identity]:
    """
    Return, by key, whose sessions these are: those of browsers, and the tokens of programs, which are keys too.

    An unknown, expired, forged or outdated one is left out. Two queries, however many there are.
    """
    possible = [key for key in keys if _is_key(key)]
    stored = Session.objects.filter(session_key__in=possible, expire_date__gt=timezone.now())
    store = SessionStore()
    # Empty where it is not signed by one of our keys.
    said = {key: store.decode(data) for key, data in stored.values_list("session_key", "session_data")}
    ids = {data[SESSION_KEY] for data in said.values() if _is_ours(data)}
    people = User.objects.present().filter(is_active=True, pk__in=ids).select_related("profile")
    by_id = {str(user.pk): user for user in people} if ids else {}
    found = {key: _identity_of(key, data, by_id.get(data.get(SESSION_KEY, ""))) for key, data in said.items()}
    return {key: identity for key, identity in found.items() if identity is not None}


def ended(identities: Collection[Identity]) -> dict[str, int]:
    """Return, by session key, which of these sessions have ended by now, each with its close code. Two queries."""
    if not identities:
        return {}
    living = set(
        Session.objects.filter(
            session_key__in={identity.session_key for identity in identities}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    columns = User.objects.filter(pk__in={identity.user_id for identity in identities}).values_list(
        "pk", "password", "is_active", "erased_at"
    )
    people = {pk: _Standing(*standing) for pk, *standing in columns}
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
    return [session for session in noted if hashes.get(session.session_key) in _auth_hashes(user.password)]


class _Standing(NamedTuple):
    """What of an account can end its sessions."""

    password: str
    is_active: bool
    erased_at: datetime | None


def _close_code(identity: Identity, user: _Standing | None, *, is_living: bool) -> int | None:
    if user is None or user.erased_at is not None:
        return SESSION_ENDED
    if not user.is_active:
        return DEACTIVATED
    if not is_living or identity.auth_hash not in _auth_hashes(user.password):
        return SESSION_ENDED
    return None


def _is_key(text: str) -> bool:
    """Whether it could be a key at all: the database need not see what a stranger put into a header."""
    return text.isascii() and text.isalnum()


def _is_ours(data: Mapping[str, str]) -> bool:
    return data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS and SESSION_KEY in data


def _identity_of(key: str, data: Mapping[str, str], user: User | None) -> Identity | None:
    if user is None or not _is_ours(data):
        return None
    if not any(
        constant_time_compare(data.get(HASH_SESSION_KEY, ""), known) for known in _auth_hashes(user.password)
    ):
        return None
    profile = getattr(user, "profile", None)
    return Identity(
        user_id=user.pk,
        login=user.username,
        session_key=key,
        session_hash=session_hash(key),
        auth_hash=_auth_hashes(user.password)[0],
        language=profile.language if profile else "",
    )


def _auth_hashes(password: str) -> tuple[str, ...]:
    """What a session may carry, of a stored password: made with today's secret key, or with one that is retired."""
    return _auth_hashes_by(password, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=REMEMBERED)
def _auth_hashes_by(password: str, *_keys: str) -> tuple[str, ...]:
    """The same for everybody who is here is asked every two seconds."""
    user = User(password=password)
    return (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
