"""A temporary room lives as long as its creator is here: not a moment less, a few seconds more, and ends once."""

import math
import uuid
from typing import Any, ClassVar

import pytest
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from accounts.models import User
from rooms.models import Message, Room
from rooms.presence.leases import LEASE
from rooms.protocol.errors import Refused
from rooms.services import presence, rooms
from tests.machines.conftest import Run
from tests.machines.house import Database, Process, sweep
from tests.machines.machine import Machine
from tests.machines.virtual import VirtualLoop
from tests.machines.worker import LoopTime
from tests.services.world import World, post, seqs

WHICH = st.integers(0, 1)
# So long a question to the database takes at most, here.
MOMENT_SECONDS = 0.05
# The contract: closed in [grace, grace + 5 s]; with a grace below 8 s up to grace + 12 s after a worker was killed.
LATE_SECONDS = 5.0
SHORT_GRACE_SECONDS = 8
LATE_AFTER_KILL_SECONDS = 12.0
# A worker that could not renew its lease judges nobody for two beats, and neither does one that was frozen.
OUT_OF_ORDER_SECONDS = LEASE.total_seconds() + 12.0


class RoomLife(Machine):
    """Two workers, a creator with devices on both, a guest; processes die and stand still, the database goes."""

    world: ClassVar[World]
    settings: ClassVar[Any]

    @initialize(grace=st.sampled_from([15, 4, 0]), is_on_both=st.booleans())
    def begin(self, grace: int, is_on_both: bool) -> None:
        self.settings.ROOM_GRACE_SECONDS = grace
        self.grace = float(grace)
        self.loop = VirtualLoop()
        self.database = Database(self.loop)
        name = uuid.uuid4().hex[:12]
        self.creator = self.world.person(f"creator{name}")
        self.guest = self.world.person(f"guest{name}")
        self.processes = [self.process() for _ in range(2)]
        self.make_room()
        if is_on_both:
            self.come(1, is_creator=True)

    def process(self) -> Process:
        return Process(self.loop, self.database, self.world)

    # What people do

    @precondition(lambda self: self.is_over and self.devices_of(self.creator))
    @rule()
    def make_another_room(self) -> None:
        self.make_room()

    def make_room(self) -> None:
        devices = self.devices_of(self.creator)
        device = devices[0][1] if devices else self.processes[0].arrive(self.creator, [])
        assert device is not None
        self.database.clock.set()
        self.room = rooms.create_room(
            device,
            owner=self.creator.pk,
            name=f"Tea {uuid.uuid4().hex[:12]}",
            kind="temporary",
            capacity=None,
        )
        self.is_over = False
        self.is_left_on_purpose = False
        self.was_killed = False
        self.troubled_at = -1000.0
        self.seen_at = self.sign_at = self.loop.time()
        self.said = 0

    @rule(which=WHICH, is_creator=st.booleans())
    def come(self, which: int, is_creator: bool) -> None:
        process = self.processes[which]
        user = self.creator if is_creator else self.guest
        if not process.is_frozen and len(self.devices_of(user)) < 3:
            process.arrive(user, [self.room])

    @rule(which=st.integers(0, 2), is_creator=st.booleans(), on_purpose=st.sampled_from([False] * 5 + [True]))
    def go(self, which: int, is_creator: bool, on_purpose: bool) -> None:
        devices = self.devices_of(self.creator if is_creator else self.guest)
        if devices:
            process, device = devices[which % len(devices)]
            self.look()
            self.is_left_on_purpose = self.is_left_on_purpose or (
                is_creator and on_purpose and len(devices) == 1
            )
            process.depart(device, at_once=on_purpose)
            self.loop.advance(MOMENT_SECONDS)

    @rule()
    def say_something(self) -> None:
        self.database.clock.set()
        try:
            post(self.guest, self.room)
        except Refused:
            assert self.closed_at() is not None
        else:
            self.said += 1

    @precondition(lambda self: not self.is_over)
    @rule(luck=st.integers(0, 9))
    def delete_the_room(self, luck: int) -> None:
        if luck == 0:
            self.is_left_on_purpose = True
            self.database.clock.set()
            rooms.delete_room(room_id=self.room, user_id=self.creator.pk)

    # What becomes of processes

    @rule(which=WHICH, is_seen=st.booleans())
    def kill(self, which: int, is_seen: bool) -> None:
        """And start another; `is_seen`: by the supervisor, which takes its people back at once."""
        self.look()
        self.was_killed = True
        dead = self.processes[which]
        self.lose_sight_of(dead)
        dead.kill()
        if is_seen:
            self.database.clock.set()
            presence.reap_spawn(dead.spawn)
        self.processes[which] = self.process()

    @rule(which=WHICH, seconds=st.sampled_from([2.0, 8.0, 14.0]), comes=st.booleans())
    def freeze(self, which: int, seconds: float, comes: bool) -> None:
        """Let one stand still; `comes`: the creator meanwhile finds the other."""
        self.look()
        self.lose_sight_of(self.processes[which])
        self.processes[which].is_frozen = True
        self.let_time_pass(seconds / 2)
        if comes:
            self.come(1 - which, is_creator=True)
        self.let_time_pass(seconds / 2)
        self.processes[which].thaw()
        self.troubled_at = self.loop.time()

    @rule(seconds=st.sampled_from([1.0, 8.0, 14.0]), goes=st.booleans())
    def lose_the_database(self, seconds: float, goes: bool) -> None:
        """For a while; `goes`: a device of the creator meanwhile."""
        self.database.is_away = True
        self.let_time_pass(seconds / 2)
        if goes:
            self.go(0, is_creator=True, on_purpose=False)
        self.let_time_pass(seconds / 2)
        self.database.is_away = False
        self.troubled_at = self.loop.time()

    @rule(seconds=st.sampled_from([0.3, 1.0, 3.0, 3.0, 7.0, 16.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.look()
        for _ in range(math.ceil(seconds)):
            self.loop.advance(seconds / math.ceil(seconds))
            self.look()

    # What must be true

    @invariant()
    def it_closes_in_its_time(self) -> None:
        self.look()
        assert self.is_over or self.loop.time() <= self.latest, "the room ought to have closed"

    @invariant()
    def it_counts_down_only_while_its_creator_is_away(self) -> None:
        if self.devices_of(self.creator) and self.loop.time() > self.troubled_at:
            assert Room.objects.get(pk=self.room).close_at is None

    @invariant()
    def its_log_ends_once(self) -> None:
        kinds = list(Message.objects.of(self.room).order_by("seq").values_list("kind", flat=True))
        assert seqs(self.room) == list(range(1, len(kinds) + 1))
        closings = [Message.Kind.ROOM_CLOSED] if self.is_over else []
        assert kinds == [Message.Kind.MESSAGE] * self.said + closings

    @invariant()
    def nobody_is_in_a_room_that_has_closed(self) -> None:
        assert not (self.is_over and Room.objects.get(pk=self.room).connections.exists())

    def end(self) -> None:
        self.let_time_pass(7.0)  # who has stood still knows by then whether it lives
        for process, device in self.devices_of(self.creator):
            process.depart(device, at_once=False)
        self.look()
        self.let_time_pass(self.latest - self.loop.time() + 1)
        self.it_closes_in_its_time()
        assert self.is_over

    def close(self) -> None:
        self.loop.end()
        sweep(self.creator)
        self.database.clock.close()

    # In short

    def devices_of(self, user: User) -> list[tuple[Process, uuid.UUID]]:
        return [
            (process, device)
            for process in self.processes
            if process.is_known_to_live
            for device, whose in process.here.items()
            if whose == user
        ]

    def look(self) -> None:
        """See whether it has closed, and not too early; if not, note when the creator was last known to be here."""
        if self.is_over:
            return
        closed_at = self.closed_at()
        if closed_at is not None:
            assert self.is_left_on_purpose or closed_at >= self.sign_at + self.grace, (
                f"closed at {closed_at}, the creator was here at {self.sign_at}"
            )
            self.is_over = True
        elif self.devices_of(self.creator):
            self.seen_at = self.sign_at = self.loop.time()

    def lose_sight_of(self, process: Process) -> None:
        """A process that says nothing more was last known to live at its last beat, and its people with it."""
        if all(other is process for other, _ in self.devices_of(self.creator)):
            self.sign_at = min(self.sign_at, process.seen_at)

    @property
    def latest(self) -> float:
        """Until when the room must have closed, if nobody comes back."""
        late = LATE_SECONDS
        if self.was_killed and self.grace < SHORT_GRACE_SECONDS:
            late = LATE_AFTER_KILL_SECONDS
        return max(self.seen_at + self.grace + late, self.troubled_at + OUT_OF_ORDER_SECONDS + self.grace)

    def closed_at(self) -> float | None:
        moment = Room.objects.values_list("closed_at", flat=True).get(pk=self.room)
        return self.database.clock.time_of(moment) if moment is not None else None


def test_a_temporary_room_ends_when_its_creator_is_gone(
    run: Run, world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.housekeeping.time", LoopTime)
    RoomLife.world, RoomLife.settings = world, settings
    # In memory questions cost a tenth of what they cost a server, so that database gets most of the schedules.
    schedules = 30 if connection.vendor == "sqlite" else 5

    run(RoomLife, schedules=schedules, steps=30, longer=4)
