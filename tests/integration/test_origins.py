"""S1 and S2 over the wire: whatever stands in `Origin`, the answer is 403, also where a library looks at it first."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.harness.house import House
from tests.harness.people import Person

pytestmark = pytest.mark.asyncio
SOON_SECONDS = 10


def _ask(house: House, *headers: str) -> bytes:
    """Send a handshake as no library would, and return the first line of the answer."""
    port = house.server.port
    lines = ["GET /ws/ HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", port), SOON_SECONDS) as client:
        client.sendall("\r\n".join(lines).encode())
        with client.makefile("rb") as answer:
            return answer.readline()


async def ask(house: House, *headers: str) -> bytes:
    return await asyncio.to_thread(_ask, house, *headers)


def session_of(person: Person) -> str:
    return f"Cookie: sessionid={person.token}"


@pytest.mark.parametrize(
    "origins",
    [
        ["https://evil.example"],
        ["null"],
        ["NULL"],
        ["file:///etc/passwd"],
        [""],
        ["nonsense"],
        ["http://["],
        ["http://127.0.0.1:port"],
        ["http://127.0.0.1.evil.example"],
        ["{own}", "{own}"],
        ["{own}", "https://evil.example"],
        ["https://evil.example", "{own}"],
        ["null", "null"],
    ],
)
async def test_s1_s2_any_other_origin_gets_403(house: House, origins: list[str]) -> None:
    session = session_of(await house.person())
    headers = [f"Origin: {origin.format(own=house.server.url)}" for origin in origins]

    assert await ask(house, session, *headers) == b"HTTP/1.1 403 Access denied\r\n"


async def test_the_page_comes_in_by_its_own_origin_and_a_program_without_one(house: House) -> None:
    person = await house.person()

    for headers in (
        [session_of(person), f"Origin: {house.server.url}"],
        [f"X-Session-Token: {person.token}"],
    ):
        assert (await ask(house, *headers)).startswith(b"HTTP/1.1 101 ")
