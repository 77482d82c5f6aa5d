"""News that may be lost: gathered, bounded in their rate, and right again after whatever was lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from types import SimpleNamespace

import pytest
import pytest_asyncio

from rooms.delivery import news as module
from rooms.delivery.news import LobbyNews, OccupancyNews
from rooms.pools import Unavailable
from rooms.protocol.events import Occupant, RoomView
from rooms.protocol.limits import LOBBY_PER_SECOND, OCCUPANCY_PER_SECOND
from tests.unit.rooms.model import until

pytestmark = pytest.mark.asyncio

ANA, BEN, CLEO = Occupant("ana", "Ana"), Occupant("ben", "Ben"), Occupant("cleo", "Cleo")


class Rooms:
    """Who is where, and which rooms are open; reading it may fail."""

    def __init__(self) -> None:
        self.here: dict[int, list[Occupant]] = {}
        self.open: dict[int, str] = {}
        self.failures: list[Exception] = []
        self.reads = 0
        self.looked_at: list[list[int]] = []

    async def read_occupants(self, room_ids: Collection[int]) -> dict[int, list[Occupant]]:
        self._fail()
        self.looked_at.append(sorted(room_ids))
        return {room_id: list(self.here[room_id]) for room_id in room_ids if self.here.get(room_id)}

    async def read_rooms(self, room_ids: Collection[int]) -> list[RoomView]:
        self._fail()
        return [
            RoomView(
                id=room_id,
                name=self.open[room_id],
                kind="temporary",
                owner=None,
                capacity=None,
                occupants=0,
                seq=0,
                closing_at=None,
            )
            for room_id in sorted(room_ids)
            if room_id in self.open
        ]

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop()
        self.reads += 1


class Told(list[dict]):
    def tell(self, frame: str) -> None:
        self.append(json.loads(frame))

    def tell_all(self, frames: list[str]) -> None:
        self.append({"frames": [json.loads(frame) for frame in frames]})


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def followed(told: Told) -> dict[int, Told]:
    return {1: told}


@pytest_asyncio.fixture
async def occupancy(
    rooms: Rooms, followed: dict[int, Told], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OccupancyNews]:
    monkeypatch.setattr(module, "OCCUPANCY_PER_SECOND", 200)
    feeds = SimpleNamespace(get=followed.get, followed_rooms=lambda: list(followed))
    news = OccupancyNews(feeds, rooms.read_occupants)  # type: ignore[arg-type]
    running = asyncio.create_task(news.run())
    yield news
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest_asyncio.fixture
async def lobby(rooms: Rooms, told: Told, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LobbyNews]:
    monkeypatch.setattr(module, "LOBBY_PER_SECOND", 100)
    news = LobbyNews(rooms.read_rooms, told.tell_all)
    running = asyncio.create_task(news.run())
    yield news
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def people(event: dict) -> tuple[list[str], list[str], int]:
    return [p["login"] for p in event["joined"]], [p["login"] for p in event["left"]], event["count"]


async def test_who_has_come_and_gone_is_told_to_the_room(occupancy: OccupancyNews, rooms: Rooms, told: Told):
    rooms.here[1] = [ANA, BEN]
    occupancy.look_at([1])
    await until(lambda: len(told) == 1)
    rooms.here[1] = [BEN, CLEO]
    occupancy.look_at([1])
    await until(lambda: len(told) == 2)

    assert people(told[0]) == (["ana", "ben"], [], 2)
    assert people(told[1]) == (["cleo"], ["ana"], 2)
    assert told[1]["stream"] == "room:1"


async def test_a_hint_behind_which_nothing_has_changed_says_nothing(
    occupancy: OccupancyNews, rooms: Rooms, told: Told
):
    rooms.here[1] = [ANA]
    occupancy.look_at([1])
    await until(lambda: len(told) == 1)
    reads = rooms.reads

    occupancy.look_at([1])
    await until(lambda: rooms.reads > reads)
    await asyncio.sleep(0.02)

    assert len(told) == 1


async def test_many_hints_are_one_look(occupancy: OccupancyNews, rooms: Rooms, told: Told):
    for person in (ANA, BEN, CLEO):
        rooms.here.setdefault(1, []).append(person)
        occupancy.look_at([1, 1])

    await until(lambda: told)
    await asyncio.sleep(0.02)

    assert [people(event) for event in told] == [(["ana", "ben", "cleo"], [], 3)]


async def test_a_room_that_nobody_here_follows_is_not_looked_at(occupancy: OccupancyNews, rooms: Rooms):
    occupancy.look_at([2])
    await asyncio.sleep(0.02)

    assert rooms.reads == 0


async def test_a_lost_hint_heals_by_itself(
    occupancy: OccupancyNews, rooms: Rooms, told: Told, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LOOK_AGAIN_SECONDS", 0.01)
    rooms.here[1] = [ANA]
    occupancy.look_at([1])
    await until(lambda: len(told) == 1)

    rooms.here[1] = []

    await until(lambda: len(told) == 2)
    assert people(told[1]) == ([], ["ana"], 0)


async def test_the_first_hint_of_a_room_may_be_lost_too(
    occupancy: OccupancyNews, rooms: Rooms, told: Told, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LOOK_AGAIN_SECONDS", 0.01)
    rooms.here[1] = [ANA]

    occupancy.look_at([2])  # nobody here follows it: only from now on the other time holds

    await until(lambda: len(told) == 1)
    assert people(told[0]) == (["ana"], [], 1)


async def test_all_rooms_are_looked_at_in_one_question(
    occupancy: OccupancyNews, rooms: Rooms, followed: dict[int, Told], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LOOK_AGAIN_SECONDS", 0.01)
    followed.update({room_id: Told() for room_id in range(2, 50)})
    rooms.here = {room_id: [ANA] for room_id in followed}

    occupancy.look_at([1])
    await until(lambda: all(followed.values()))

    # Under load the other time has come before the first look.
    assert next(ids for ids in rooms.looked_at if ids != [1]) == list(followed)


async def test_a_lost_hint_heals_though_another_room_is_never_quiet(
    occupancy: OccupancyNews, rooms: Rooms, told: Told, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LOOK_AGAIN_SECONDS", 0.05)
    rooms.here[1] = [ANA]
    occupancy.look_at([1])
    await until(lambda: len(told) == 1)
    rooms.here[1] = []

    def is_told() -> bool:
        occupancy.look_at([2])
        return len(told) == 2

    await until(is_told)


@pytest.mark.parametrize("problem", [Unavailable(), RuntimeError("a bug")])
async def test_news_of_a_room_go_on_when_the_database_is_back(
    occupancy: OccupancyNews, rooms: Rooms, told: Told, problem: Exception, caplog
):
    rooms.failures = [problem] * 2
    rooms.here[1] = [ANA]
    occupancy.look_at([1])
    await until(lambda: len(rooms.failures) < 2)
    await asyncio.sleep(0.01)
    occupancy.look_at([1])
    await until(lambda: not rooms.failures)
    occupancy.look_at([1])

    await until(lambda: len(told) == 1)


async def test_the_list_of_rooms_is_told_once_for_many_changes(lobby: LobbyNews, rooms: Rooms, told: Told):
    rooms.open = {1: "Tea", 2: "Milk", 3: "Rain"}
    lobby.look_at(opened=[1], changed=[1, 2], removed=[])
    lobby.look_at(opened=[], changed=[3], removed=[])
    del rooms.open[3]
    lobby.look_at(opened=[], changed=[], removed=[3])

    await until(lambda: told)
    await asyncio.sleep(0.03)

    (news,) = told
    assert [(frame["type"], frame.get("id") or frame["room"]["id"]) for frame in news["frames"]] == [
        ("room.opened", 1),
        ("room.changed", 2),
        ("room.removed", 3),
    ]


async def test_a_room_that_has_closed_meanwhile_is_no_news(lobby: LobbyNews, rooms: Rooms, told: Told):
    lobby.look_at(opened=[], changed=[7], removed=[])
    await until(lambda: rooms.reads)
    await asyncio.sleep(0.02)

    assert told == []


@pytest.mark.parametrize("problem", [Unavailable(), RuntimeError("a bug")])
async def test_news_of_the_list_go_on_when_the_database_is_back(
    lobby: LobbyNews, rooms: Rooms, told: Told, problem: Exception, caplog
):
    rooms.failures = [problem]
    rooms.open = {1: "Tea"}
    lobby.look_at(opened=[1], changed=[], removed=[])
    await until(lambda: not rooms.failures)
    await asyncio.sleep(0.01)
    lobby.look_at(opened=[], changed=[1], removed=[])

    await until(lambda: told)

    assert told[0]["frames"][0]["room"]["name"] == "Tea"


async def test_rates_are_those_of_the_contract():
    assert (OCCUPANCY_PER_SECOND, LOBBY_PER_SECOND) == (4, 1)


async def test_no_more_is_told_in_a_second_than_may_be(
    rooms: Rooms, told: Told, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "OCCUPANCY_PER_SECOND", 20)
    feeds = SimpleNamespace(get=lambda _: told, followed_rooms=lambda: [1])
    news = OccupancyNews(feeds, rooms.read_occupants)  # type: ignore[arg-type]
    running = asyncio.create_task(news.run())
    begun = asyncio.get_running_loop().time()

    for number in range(100):
        rooms.here[1] = [Occupant(f"p{number}", "P")]  # whenever it is looked, there is something to tell
        news.look_at([1])
        await asyncio.sleep(0.002)
    seconds = asyncio.get_running_loop().time() - begun
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert 1 <= len(told) <= seconds * 20 + 1
