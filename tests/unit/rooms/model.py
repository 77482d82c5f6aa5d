"""A log in memory, and how the tests of delivery wait for facts."""

import asyncio
from collections.abc import Callable, Sequence

from rooms.delivery.entries import Entry, LogPage
from rooms.pools import Unavailable

SOON_SECONDS = 10.0


class Log:
    """Streams of entries. The next `failures` reads raise; `reads` counts the others."""

    def __init__(self) -> None:
        self.streams: dict[int, list[Entry]] = {}
        self.failures: list[Exception] = []
        self.reads = 0
        self.on_read: Callable[[], None] = lambda: None

    def write(self, stream_id: int, count: int = 1, *, size: int = 0, closes: bool = False) -> list[Entry]:
        """Append entries; return them."""
        stream = self.streams.setdefault(stream_id, [])
        head = len(stream)
        frames = [f'{{"seq":{head + n},"reason":"deleted","x":"{"x" * size}"}}' for n in range(1, count + 1)]
        new = [Entry(head + n, frame, closes) for n, frame in enumerate(frames, 1)]
        stream += new
        return new

    async def read_log(self, stream_id: int, after: int | None, before: int | None, limit: int) -> LogPage:
        self._fail()
        stream = list(self.streams.get(stream_id, []))
        if after is not None:
            found = stream[after : after + limit]
        else:
            found = stream[: before - 1 if before is not None else None][-limit:]
        self.on_read()
        await asyncio.sleep(0)
        return LogPage(len(stream), 0, found)

    async def read_heads(self, stream_ids: Sequence[int]) -> dict[int, int]:
        self._fail()
        await asyncio.sleep(0)
        return {stream_id: len(self.streams.get(stream_id, [])) for stream_id in stream_ids}

    def fail(self, times: int = 1, problem: Exception | None = None) -> None:
        self.failures += [problem or Unavailable()] * times

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop()
        self.reads += 1


class Follower:
    """Who follows a feed and keeps what it was handed."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.told: list[str] = []

    def hand_on(self, entries: list[Entry]) -> None:
        self.entries += entries

    def fall_behind(self) -> None:
        raise AssertionError("nothing was wrong")

    def tell(self, frame: str) -> None:
        self.told.append(frame)

    @property
    def seqs(self) -> list[int]:
        return [entry.seq for entry in self.entries]


async def until(fact: Callable[[], object]) -> None:
    """Wait for a fact."""
    async with asyncio.timeout(SOON_SECONDS):
        while not fact():  # noqa: ASYNC110 - any fact, also one for which nobody sets an event
            await asyncio.sleep(0.002)


async def settle() -> None:
    """Let everything run that does not wait for time."""
    for _ in range(20):
        await asyncio.sleep(0)
