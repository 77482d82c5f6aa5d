"""Making a room when it is not known whether it has been made."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from rooms.handlers import places
from rooms.limits import Limiter
from rooms.pools import Unavailable
from rooms.protocol.commands import CreateRoom
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.events import RoomView

pytestmark = pytest.mark.asyncio

TEA, MILK = CreateRoom(name="Tea"), CreateRoom(name="Milk")


class Stage:
    """Somebody who makes rooms; `problems` are what the next attempts end with."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.problems: list[Exception | None] = []
        self.connection: Any = SimpleNamespace(
            id=1,
            language="en",
            identity=SimpleNamespace(user_id=9),
            room_in_doubt=None,
            make_sure_of_room=lambda: None,
            go_to=lambda *_, **__: None,
            runtime=SimpleNamespace(limiter=Limiter(), presence=self),
        )

    async def run(self, change: Callable[[], Any]) -> Any:
        return change()

    def create_room(self, _: object, *, name: str, is_repeated: bool, **__: object) -> int:
        self.asked.append((name, is_repeated))
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        return 7

    async def make(self, command: CreateRoom) -> None:
        try:
            await places.create_room(self.connection, command)
        except (Unavailable, Refused, RuntimeError):
            return


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, settings) -> Stage:
    settings.LIMITS = False
    stage = Stage()
    room = RoomView(
        id=7, name="Tea", kind="temporary", owner="ana", capacity=None, occupants=1, seq=0, closing_at=None
    )
    monkeypatch.setattr(places.rooms, "create_room", stage.create_room)
    monkeypatch.setattr(places, "view_of", lambda _: (room, []))
    return stage


@pytest.mark.parametrize("problem", [Unavailable(), RuntimeError("a bug")], ids=repr)
async def test_what_is_asked_again_while_in_doubt_is_known_to_be_the_same(stage: Stage, problem: Exception):
    stage.problems = [problem, problem]

    for _ in range(4):
        await stage.make(TEA)

    assert stage.asked == [("Tea", False), ("Tea", True), ("Tea", True), ("Tea", False)]


async def test_a_refusal_leaves_no_doubt(stage: Stage):
    stage.problems = [Unavailable(), Refused(ErrorCode.NAME_TAKEN)]

    for _ in range(3):
        await stage.make(TEA)

    assert stage.asked == [("Tea", False), ("Tea", True), ("Tea", False)]


async def test_another_room_is_not_the_one_in_doubt(stage: Stage):
    stage.problems = [Unavailable()]

    await stage.make(TEA)
    await stage.make(MILK)
    await stage.make(TEA)

    assert stage.asked == [("Tea", False), ("Milk", False), ("Tea", False)]
