"""People with accounts, made and logged in as programs do it: over HTTP, with a session token."""

import asyncio
import itertools
import json
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

PASSWORD = "a long walk to the sea 7"
_numbers = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Person:
    """An account at one server; `token` is that of the newest log-in."""

    url: str
    login: str
    name: str
    password: str = PASSWORD
    token: str = field(default="", repr=False)

    async def log_in(self) -> str:
        """Log in once more, as on a second device; return the new session's token."""
        body = {"username": self.login, "password": self.password}
        status, answer = await call(self.url, "POST", "auth/login", body)
        assert status == 200, answer
        self.token = answer["meta"]["session_token"]
        return self.token

    async def log_out(self, token: str | None = None) -> None:
        status, answer = await call(self.url, "DELETE", "auth/session", token=token or self.token)
        assert status == 401, answer  # The API's way to say that nobody is logged in any more.

    async def change_password(self, new: str, token: str | None = None) -> None:
        body = {"current_password": self.password, "new_password": new}
        status, answer = await call(
            self.url, "POST", "account/password/change", body, token=token or self.token
        )
        assert status in {200, 401}, answer
        self.password = new


async def sign_up(url: str, login: str | None = None, **fields: Any) -> Person:
    """Make an account; by default with a login that nobody else has."""
    login = login or f"person{secrets.token_hex(4)}{next(_numbers)}"
    body = {
        "username": login, "password": PASSWORD, "first_name": login.capitalize(), "last_name": "Tester",
        "age": 30, "gender": "undisclosed", **fields,
    }  # fmt: skip
    status, answer = await call(url, "POST", "auth/signup", body)
    assert status == 200, answer
    name = f"{body['first_name']} {body['last_name']}".strip()
    return Person(
        url=url, login=login, name=name, password=body["password"], token=answer["meta"]["session_token"]
    )  # fmt: skip


async def call(
    url: str, method: str, path: str, body: dict[str, Any] | None = None, token: str = ""
) -> tuple[int, dict[str, Any]]:
    """Ask the accounts API for programs; return the status and the answer."""
    return await asyncio.to_thread(_call, f"{url}/_allauth/app/v1/{path}", method, body, token)


def _call(url: str, method: str, body: dict[str, Any] | None, token: str) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", **({"X-Session-Token": token} if token else {})}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read() or b"{}")
