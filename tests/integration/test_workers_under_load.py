"""Workers come and go while people talk and read pages: nobody loses a message, nobody sees an error."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import itertools
import re
import signal
import urllib.parse
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.harness.client import ChatClient
from tests.harness.house import House
from tests.harness.page_reader import PageReader, page_of
from tests.harness.people import Person
from tests.harness.processes import is_alive, wait_until
from tests.harness.streams import Frame
from tests.harness.waiting import eventually
from tests.harness.writer import Writer

pytestmark = pytest.mark.asyncio

PEOPLE = 4
REAPED_SECONDS = 6.0  # a lease would last ten
StartHouse = Callable[..., House]


class Visitors:
    """Who comes by over HTTP as long as it lasts, and what they were told. Whatever fails ends the visit."""

    def __init__(self, house: House, room: int) -> None:
        self._url = house.server.url
        self._path = f"/r/{room}/"
        self.statuses: list[int] = []
        self.posted: list[str] = []
        self.is_over = False

    async def on_new_connections(self, person: Person) -> None:
        reader = PageReader(self._url, person)
        for number in itertools.count():
            page = await reader.open(self._path)
            after = await reader.send(page, self._note(page.status, f"{person.login} {number}"))
            self.statuses.append(after.status)
            if self.is_over:
                return

    async def on_a_kept_connection(self, person: Person) -> None:
        await asyncio.to_thread(self._ask_again_and_again, person)

    def _ask_again_and_again(self, person: Person) -> None:
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self._url).netloc, timeout=20)
        headers = {"Cookie": f"sessionid={person.token}", "Referer": self._url + self._path}
        with contextlib.closing(connection):
            for number in itertools.count():
                connection.request("GET", self._path, headers=headers)
                answer = connection.getresponse()
                page = page_of(self._path, answer.status, answer.read())
                if cookie := re.match(r"csrftoken=[^;]+", answer.getheader("Set-Cookie") or ""):
                    headers["Cookie"] = f"sessionid={person.token}; {cookie[0]}"
                form = {**page.fields, "text": self._note(page.status, f"{person.login} {number}")}
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", f"{self._path}post/", urllib.parse.urlencode(form), headers | kind)
                answer = connection.getresponse()
                answer.read()
                self.statuses.append(answer.status)
                if self.is_over:
                    return

    def _note(self, status: int, text: str) -> str:
        self.statuses.append(status)
        self.posted.append(text)
        return text


@asynccontextmanager
async def writers_in(house: House, room: int) -> AsyncIterator[list[Writer]]:
    """Let people write; at the end, see that everybody holds just what is stored, and each message once."""
    writers = [Writer(await house.person(), room) for _ in range(PEOPLE)]
    await asyncio.gather(*(writer.start() for writer in writers))
    try:
        yield writers
        await judge(writers, await house.newcomer(), room)
    finally:
        await asyncio.gather(*(writer.stop() for writer in writers))


async def judge(writers: list[Writer], reader: ChatClient, room: int) -> None:
    async def are_settled() -> bool:
        return all(writer.is_settled for writer in writers)

    async def have_all() -> bool:
        return all((writer.log.cursor or 0) >= max(log) for writer in writers)

    for writer in writers:
        writer.fall_silent()
    await eventually(are_settled, "all is acknowledged", 20)
    log = await log_of(reader, room)
    await eventually(have_all, "everybody holds the whole log")
    for writer in writers:
        assert writer.log.entries == log
        assert {text: log[seq]["text"] for text, seq in writer.acked.items()} == {
            text: text for text in writer.acked
        }
    assert set(Counter(texts_in(log)).values()) == {1}


async def log_of(reader: ChatClient, room: int) -> dict[int, Frame]:
    log: dict[int, Frame] = {}
    while (page := await reader.history(f"room:{room}", after=max(log, default=0), limit=200))["events"]:
        log |= {event["seq"]: event for event in page["events"]}
    return log


def texts_in(log: dict[int, Frame]) -> list[str]:
    return [event["text"] for event in log.values() if "text" in event]


async def test_replacing_all_workers_costs_nobody_a_message_or_an_error(own_house: StartHouse) -> None:
    house = own_house("cluster")
    host = await house.newcomer()
    room = (await house.private_corner(host))["id"]
    before = house.server.workers
    visitors = Visitors(house, room)
    guests = [await house.person() for _ in range(2)]
    ways = (visitors.on_new_connections, visitors.on_a_kept_connection)

    async with writers_in(house, room) as writers:
        visits = [asyncio.create_task(way(guest)) for way, guest in zip(ways, guests, strict=True)]
        try:
            await replace_workers(house)
        finally:
            visitors.is_over = True
            failures = await asyncio.gather(*visits, return_exceptions=True)

    assert failures == [None] * len(guests)
    assert set(visitors.statuses) <= {200, 302}
    texts = Counter(writers[0].log.texts)
    assert {text: texts[text] for text in visitors.posted} == dict.fromkeys(visitors.posted, 1)
    assert {code for writer in writers for code in writer.close_codes} == {1012}
    assert [writer.goodbyes for writer in writers] == [len(writer.close_codes) for writer in writers]
    assert not any(is_alive(worker) for worker in before)
    assert len(house.server.workers) == 2


async def replace_workers(house: House) -> None:
    assert house.server.process is not None
    house.server.process.send_signal(signal.SIGHUP)
    await asyncio.to_thread(
        wait_until, lambda: "the workers are replaced" in house.server.log, "all workers are new"
    )


@pytest.mark.fault
async def test_who_was_at_a_killed_worker_is_not_counted_for_as_long_as_a_lease(
    own_house: StartHouse,
) -> None:
    house = own_house("cluster", faultless=False)
    gone, here = await house.one_at_each_worker()
    room = (await house.private_corner(gone, here))["id"]

    async def counts_who_is_there() -> bool:
        (found,) = [entry for entry in await here.rooms() if entry["id"] == room]
        online = {entry["login"] for entry in await here.users() if entry["online"]}
        return found["occupants"] == PEOPLE + 1 and online == {here.person.login, *logins}

    async with writers_in(house, room) as writers:
        logins = {writer.person.login for writer in writers}
        house.server.kill(house.worker_of(gone))
        await eventually(
            counts_who_is_there, "those who are there are counted, and nobody else", REAPED_SECONDS
        )
