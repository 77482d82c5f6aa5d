"""Signing up, logging in and out, over HTTP, as a program does it: what comes back is a session's token."""

import asyncio
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from .addresses import Server

SECONDS = 20.0
# An answer of the accounts API is small; more than this is not from it.
MAX_ANSWER_BYTES = 1_000_000


class AccountError(Exception):
    """Something kept one from coming in.

    AccountError
    ├── NotAccepted    what was given is not right; `problems` are sentences
    ├── TooOften       wait a while
    └── Unreachable    there was no sensible answer
    """


class NotAccepted(AccountError):
    """The server says what is wrong with it."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(message for _field, message in problems))
        self.problems = problems


class TooOften(AccountError):
    """Too many tries."""


class Unreachable(AccountError):
    """Nobody there, or nobody who speaks this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What is asked of somebody new."""

    username: str
    password: str
    first_name: str
    last_name: str
    age: int
    gender: str = "undisclosed"


async def log_in(server: Server, language: str, login: str, password: str) -> str:
    """Return a new session's token."""
    body = {"username": login, "password": password}
    return await asyncio.to_thread(_enter, server.account("auth/login"), language, body)


async def sign_up(server: Server, language: str, person: SignUp) -> str:
    """Make an account; return its session's token."""
    body = {name: getattr(person, name) for name in SignUp.__dataclass_fields__}
    return await asyncio.to_thread(_enter, server.account("auth/signup"), language, body)


async def log_out(server: Server, token: str) -> None:
    """End the session. One that has ended already is no error."""
    await asyncio.to_thread(_call, server.account("auth/session"), "DELETE", {"X-Session-Token": token}, None)


async def whose(server: Server, token: str) -> str | None:
    """Return whose session it is, None when it surely has ended; raises `Unreachable` where nobody says."""
    return await asyncio.to_thread(_whose, server.session, token)


def _whose(url: str, token: str) -> str | None:
    status, answer = _call(url, "GET", {"X-Session-Token": token}, None)
    if status == 401:
        return None
    login = answer.get("login")
    if status != 200 or not isinstance(login, str):
        raise Unreachable
    return login


def _enter(url: str, language: str, body: dict[str, Any]) -> str:
    status, answer = _call(url, "POST", {"Accept-Language": language}, body)
    token = answer.get("meta", {}).get("session_token")
    if status == 200 and isinstance(token, str):
        return token
    if status == 429:
        raise TooOften
    problems = [
        (str(error.get("param", "")), str(error.get("message", "")))
        for error in answer.get("errors", [])
        if isinstance(error, dict)
    ]
    if not problems:
        raise Unreachable
    raise NotAccepted(problems)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Passwords and tokens go where they were meant for, and nowhere else."""

    def redirect_request(self, *_arguments: object) -> None:
        """Follow nothing: the answer is then no sensible one."""


def _call(
    url: str, method: str, headers: dict[str, str], body: dict[str, Any] | None
) -> tuple[int, dict[str, Any]]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at in `addresses`
        url,
        data,
        {"Content-Type": "application/json", "Accept": "application/json", **headers},
        method=method,
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=SECONDS) as answer:
            return answer.status, _object(answer.read(MAX_ANSWER_BYTES))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, _object(refusal.read(MAX_ANSWER_BYTES))
    except (OSError, ValueError) as problem:
        raise Unreachable from problem


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
