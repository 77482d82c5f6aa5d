"""What `bin/bounds` measures, in small: slow, fast, many and broken clients cost the others nothing that counts."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.bounds import broken_frames, half_requests, input_flood, non_readers, stampede
from tests.bounds.finding import Finding
from tests.harness.server import ChatServer

pytestmark = pytest.mark.asyncio
Start = Callable[..., ChatServer]
READERS = non_readers.Size(readers=20, listeners=2, messages=300, per_second=200, is_timed=False)
FLOOD = input_flood.Size(sent_bytes=20_000_000, is_timed=False)
HALVES = half_requests.Size(requests=60, is_timed=False)
ATTEMPTS = stampede.Size(attempts=200, at_once=200, is_timed=False)
FRAMES = broken_frames.Size(frames=1000, is_timed=False)


def broken(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if not finding.holds]


@pytest.fixture
def embedded(shared_chat: Start) -> Iterator[ChatServer]:
    """What is measured there is the same in a cluster, which `bin/bounds` looks at too."""
    server = shared_chat("embedded")
    before = len(server.complaints)
    yield server
    assert server.complaints[before:] == []


async def test_readers_that_do_not_read_cost_little_memory(embedded: ChatServer) -> None:
    assert broken(await non_readers.measure(embedded, READERS)) == []


async def test_a_flood_of_input_costs_little_memory_and_loses_nothing(embedded: ChatServer) -> None:
    assert broken(await input_flood.measure(embedded, FLOOD)) == []


@pytest.mark.slow
async def test_half_sent_requests_are_gone_after_ten_seconds_of_silence(embedded: ChatServer) -> None:
    assert broken(await half_requests.measure(embedded, HALVES)) == []


async def test_hundreds_of_connections_of_one_person_end_as_the_few_they_may_have(shared_chat: Start) -> None:
    assert broken(await stampede.from_many_addresses(shared_chat("embedded", LIMITS="on"), ATTEMPTS)) == []


async def test_broken_frames_break_nothing_and_leave_nobody_behind(chat: ChatServer) -> None:
    assert broken(await broken_frames.measure(chat, FRAMES)) == []
