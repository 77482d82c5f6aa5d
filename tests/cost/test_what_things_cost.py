"""Guards against decay: what a message, a delivery and a connection cost, counted in the real server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from rooms.delivery.fan_out import GATHER_SECONDS
from tests.cost.counting import Counts, new_file, read
from tests.harness.client import ChatClient
from tests.harness.environment import ROOT
from tests.harness.house import House
from tests.harness.people import Person
from tests.harness.server import ChatServer

pytestmark = pytest.mark.asyncio(loop_scope="module")
PEOPLE = 20
MESSAGES = 10
# Of each person; and what each may take of the memory of the worker: 37 is what was seen.
DEVICES = 10
KIB = 64
# After so long a room is quiet, and nothing waits for what may come: four times what is gathered in a busy one.
QUIET_SECONDS = 4 * GATHER_SECONDS


class Counted:
    """A chat whose worker counts, and people in a room of it."""

    def __init__(self, server: ChatServer, path: Path) -> None:
        self.house = House(server)
        self._path = path

    async def crowd(self, count: int) -> list[ChatClient]:
        clients = await self.house.newcomers(count)
        await self.house.private_corner(*clients)
        await self.quiet()
        return clients

    async def quiet(self) -> Counts:
        """Wait until the news of who came have been told; return what has been counted until then."""
        while True:
            before = self.counts
            await asyncio.sleep(2.5)  # news are told once a second, on a busy machine a little later
            if (self.counts - before).socket_writes == 0:
                return self.counts

    async def devices(self, people: list[Person], count: int) -> None:
        """Let each of them come in from so many."""
        for _ in range(count):
            await asyncio.gather(*(self.house.open(person) for person in people))
        await self.quiet()

    @property
    def resident_kib(self) -> int:
        """What the worker has of the machine's memory."""
        (worker,) = self.house.server.workers
        status = Path(f"/proc/{worker}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    @property
    def counts(self) -> Counts:
        return read(self._path)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("counts") / "counts"
    new_file(path)
    return path


@pytest.fixture(scope="module")
def server(path: Path) -> Iterator[ChatServer]:
    site = f"{ROOT / 'tests/cost/site'}:{ROOT}"
    server = ChatServer("embedded", CHAT_COUNTS=str(path), PYTHONPATH=site)
    try:
        server.start()
        yield server
    finally:
        server.destroy()


@pytest_asyncio.fixture(loop_scope="module")
async def counted(server: ChatServer, path: Path) -> AsyncIterator[Counted]:
    """Whoever came for a test goes with it: nothing more is told them while the next one counts."""
    counted = Counted(server, path)
    yield counted
    await counted.house.close()


async def all_have(clients: list[ChatClient], text: str) -> None:
    for client in clients:
        await client.expect("message.posted", text=text)


async def test_a_message_costs_one_write_for_each_who_gets_it_and_one_frame_for_all(counted: Counted):
    clients = await counted.crowd(PEOPLE)
    before = counted.counts

    for number in range(MESSAGES):
        await clients[number].post(f"message {number}")
        await all_have(clients, f"message {number}")
        await asyncio.sleep(QUIET_SECONDS)
    cost = await counted.quiet() - before

    assert cost.socket_writes == MESSAGES * PEOPLE, "the sender's ack goes with its own event"
    assert cost.frames_built == MESSAGES * 2, "one for all, and the sender's"


async def test_a_message_costs_one_commit_one_hop_and_six_statements(counted: Counted):
    clients = await counted.crowd(2)
    before = counted.counts

    for number in range(MESSAGES):
        await clients[0].post(f"statement {number}")
    cost = await counted.quiet() - before

    assert cost.write_commits == cost.write_hops == MESSAGES
    assert cost.write_statements == MESSAGES * 6, "people, begin, lock, look, insert, count on"


async def test_what_is_said_in_one_moment_shares_commits_and_writes(counted: Counted):
    clients = await counted.crowd(PEOPLE)
    before = counted.counts

    await asyncio.gather(
        *(client.post(f"together {n}") for n, client in enumerate(clients) for _ in range(5))
    )
    cost = await counted.quiet() - before

    said = PEOPLE * 5
    assert cost.write_commits < said / 2
    assert cost.socket_writes < said * PEOPLE / 4


async def test_to_come_costs_one_commit_and_few_statements(counted: Counted):
    people = [await counted.house.person() for _ in range(MESSAGES)]
    for person in people:  # an inbox is made for who has none
        await (await counted.house.open(person)).vanish()
    await counted.quiet()
    before = counted.counts

    for person in people:
        await counted.house.open(person)
    cost = counted.counts - before

    # The janitor asks once a second, on the same thread.
    assert MESSAGES <= cost.presence_hops < MESSAGES * 1.5
    assert MESSAGES <= cost.presence_commits < MESSAGES * 1.5
    assert cost.presence_statements < MESSAGES * 11
    assert cost.handshake_statements <= MESSAGES * 2


async def test_many_who_come_at_once_are_looked_up_together(counted: Counted):
    people = [await counted.house.person() for _ in range(PEOPLE)]
    before = counted.counts

    await asyncio.gather(*(counted.house.connect(person) for person in people))
    cost = counted.counts - before

    assert cost.handshake_statements < PEOPLE


async def test_many_who_come_at_once_come_in_with_few_commits(counted: Counted):
    people = [await counted.house.person() for _ in range(PEOPLE)]
    before = counted.counts

    await asyncio.gather(*(counted.house.open(person) for person in people))
    cost = counted.counts - before

    assert cost.presence_commits < PEOPLE * 3 / 4
    assert cost.presence_hops < PEOPLE * 3 / 4


async def test_a_connection_that_is_silent_takes_little_memory(counted: Counted):
    people = [await counted.house.person() for _ in range(PEOPLE)]
    await counted.devices(people, DEVICES // 2)  # what is taken once for all is taken
    before = counted.resident_kib

    await counted.devices(people, DEVICES)
    taken = counted.resident_kib - before

    assert taken / (PEOPLE * DEVICES) < KIB
