"""Two clients on one network: the page, whose modules run in node, and the device of the tests, which is Python."""

import asyncio
import json
import re
from typing import Any

from websockets.exceptions import ConnectionClosedError

from tests.harness.client import ChatClient
from tests.harness.people import Person
from tests.machines.database import NUMBERS
from tests.machines.device import Device
from tests.machines.lines import Line, Network
from tests.machines.node import Node

ENTRY = re.compile(r'\[?\{"type":"(message|direct)\.posted"')


class Page:
    """The page of a person. It speaks and hears once in each call of `pass_time`."""

    def __init__(self, node: Node, network: Network, login: str, room: int) -> None:
        self._node = node
        self._network = network
        self._login = login
        self._lines: dict[int, Line] = {}
        self._news: list[tuple[str, int, Any]] = []
        # What becomes of the next entries on their way, which no TCP would do: "lost", "twice", "late".
        self.harm: list[str] = []
        self._late: list[tuple[str, int, Any]] = []
        # The heads up to which the worker said that everything has been told, until that has been looked at.
        self.promised: dict[str, int] = {}
        node.make("page", login, room)

    def pass_time(self, seconds: float) -> None:
        news, self._news = self._news, []
        for deed, number, *details in self._node.call("pass", seconds * 1000, news):
            if deed == "connect":
                self._lines[number] = self._network.connect(NUMBERS[self._login], PageEnd(self, number))
            elif deed == "send":
                self._lines[number].up.extend(details)
            else:
                self._lines.pop(number).is_left = True
        for what, number, detail in news:
            # What comes over a line that the page has left, as by a reload, promises nothing to the page.
            if what == "heard" and number in self._lines and detail.startswith('{"type":"caught_up"'):
                self.promised = json.loads(detail)["streams"]

    def hear_of(self, what: str, number: int, detail: Any = None) -> None:
        """Take what comes over a line, for the next call."""
        if what != "heard":
            self._late.clear()
            self._news.append((what, number, detail))
            return
        harm = self.harm.pop(0) if self.harm and ENTRY.match(detail) else ""
        late, self._late = self._late, []
        if harm == "late":
            self._late.append((what, number, detail))
        else:
            self._news += [(what, number, detail)] * {"lost": 0, "twice": 2}.get(harm, 1)
        self._news += late

    def do(self, deed: str, *arguments: Any) -> None:
        self._node.call(deed, *arguments)

    def state(self) -> dict[str, Any]:
        return dict(self._node.call("state"))


class PageEnd:
    """The page's end of a line."""

    def __init__(self, page: Page, number: int) -> None:
        self._page = page
        self._number = number

    def opened(self) -> None:
        self._page.hear_of("opened", self._number)

    def hear(self, frame: str) -> None:
        self._page.hear_of("heard", self._number, frame)

    def closed(self, code: int) -> None:
        self._page.hear_of("closed", self._number, code)


class Plug:
    """The device's end of a line, as far as a client uses the library's socket."""

    def __init__(self, network: Network, user_id: int) -> None:
        self.close_code: int | None = None
        self.ready = asyncio.Event()
        self._came: asyncio.Queue[str | None] = asyncio.Queue()
        self._line = network.connect(user_id, self)

    # The network's side

    def opened(self) -> None:
        self.ready.set()

    def hear(self, frame: str) -> None:
        self._came.put_nowait(frame)

    def closed(self, code: int) -> None:
        self.close_code = code
        self._came.put_nowait(None)
        self.ready.set()

    # The client's side

    async def send(self, frame: str) -> None:
        if self.close_code is not None:
            raise ConnectionClosedError(None, None)
        self._line.up.append(frame)

    async def close(self) -> None:
        if self.close_code is None:
            self._line.is_left = True
            self.closed(1000)

    def __aiter__(self) -> "Plug":
        return self

    async def __anext__(self) -> str:
        frame = await self._came.get()
        if frame is None:
            raise ConnectionClosedError(None, None)
        return frame


def new_device(network: Network, login: str) -> Device:
    """Return a device that speaks over this network."""

    async def connect(person: Person) -> ChatClient:
        plug = Plug(network, NUMBERS[login])
        try:
            await plug.ready.wait()
        except asyncio.CancelledError:
            await plug.close()
            raise
        if plug.close_code is not None:
            raise OSError("refused")
        socket: Any = plug
        return ChatClient.over(socket, person)

    return Device(Person(url="", login=login, name=login), connect)
