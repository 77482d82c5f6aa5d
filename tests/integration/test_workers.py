"""Several workers on one port: one is killed, one is drained; idle sockets live on."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg2
import pytest

from tests.harness.client import new_id
from tests.harness.house import House
from tests.harness.processes import wait_until
from tests.harness.repeating import post_until_stored
from tests.harness.server import MODES, ROOT, ChatServer, Mode
from tests.harness.services import execute
from tests.harness.wire import ConnectionEnded

pytestmark = pytest.mark.asyncio

BACK_SECONDS = 15.0
COUNTED_SECONDS = 12.0
INSERT_WAITS = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND query LIKE 'INSERT%rooms_message%'"
)
StartHouse = Callable[..., House]


async def test_people_on_different_workers_talk(own_house: StartHouse) -> None:
    house = own_house("cluster", workers=3)
    people = await house.one_at_each_worker()
    await house.private_corner(*people)

    for author in people:
        await author.post(f"hello from {author.person.login}")
        for reader in people:
            await reader.expect_text(f"hello from {author.person.login}", seconds=2)

    assert len({house.worker_of(client) for client in people}) == 3


@pytest.mark.fault
async def test_a_killed_worker_is_replaced_and_its_people_come_back(breakable_house: House) -> None:
    house = breakable_house
    one, two = await house.one_at_each_worker()
    await house.private_corner(one, two)
    resume, ready = one.resume, house.server.ready_lines

    house.server.kill(house.worker_of(one))
    await one.expect_close(1006)
    await two.post("while you were away")
    start = time.monotonic()
    back = await house.open(one.person, resume=resume)

    assert back.welcome["resumed"] is True
    assert back.room_log.texts == ["while you were away"]
    assert time.monotonic() - start < BACK_SECONDS
    house.server.await_workers(ready + 1)
    assert len(house.server.workers) == 2


@pytest.mark.fault
async def test_the_presence_of_a_killed_worker_is_taken_back(breakable_house: House) -> None:
    house = breakable_house
    one, two = await house.one_at_each_worker()
    await house.private_corner(one, two)

    house.server.kill(house.worker_of(one))

    await two.expect("occupancy.changed", stream=f"room:{two.room['id']}", count=1, seconds=COUNTED_SECONDS)
    people = {entry["login"]: entry["online"] for entry in await two.users()}
    assert people == {**people, one.person.login: False, two.person.login: True}


@pytest.mark.fault
async def test_the_only_worker_is_started_anew_too(own_house: StartHouse) -> None:
    house = own_house("embedded", faultless=False)
    client = await house.newcomer()
    await client.post("kept")
    resume = client.resume

    house.server.kill(house.worker_of(client))
    await client.expect_close(1006)
    house.server.await_workers(2)

    back = await house.open(client.person, resume=resume)
    assert back.welcome["room"]["occupants"] == 1
    answer = await back.history(f"room:{back.room['id']}")
    assert [event["text"] for event in answer["events"]] == ["kept"]


async def test_a_drained_worker_says_goodbye_and_closes_with_1012(own_house: StartHouse) -> None:
    house = own_house("cluster")
    one, two = await house.one_at_each_worker()
    await house.private_corner(one, two)
    worker = house.worker_of(one)
    frames = [
        {
            "type": "message.post",
            "ref": f"m{n}",
            "room": one.room["id"],
            "client_id": new_id(),
            "text": f"{n}",
        }
        for n in range(20)
    ]
    answers = [one.begin(frame) for frame in frames]

    for frame in frames:
        await one.send(json.dumps(frame))
    house.server.drain(worker)

    goodbye = await one.expect("goodbye")
    assert goodbye["code"] == 1012
    assert 0 <= goodbye["retry_in_ms"] <= 3000
    await one.expect_close(1012)
    # What was answered is stored. The rest may be or not: the client sends it again, and all of it is there once.
    results = await asyncio.gather(*answers, return_exceptions=True)
    acked = [result["seq"] for result in results if isinstance(result, dict) and result["type"] == "ack"]
    assert all(isinstance(result, dict | ConnectionEnded) for result in results)
    stored = {event["seq"] for event in (await two.history(f"room:{two.room['id']}"))["events"]}
    assert set(acked) <= stored
    back = await house.open(one.person, resume=one.resume)
    for frame, result in zip(frames, results, strict=True):
        if not isinstance(result, dict):
            await back.ask(frame)
    await two.expect_where(lambda event: event.get("seq") == len(frames), "the last message")
    assert sorted(two.room_log.texts, key=int) == [f"{n}" for n in range(20)]


async def test_a_drained_server_ends_in_good_order(own_house: StartHouse) -> None:
    house = own_house("cluster")
    people = await house.one_at_each_worker()

    start = time.monotonic()
    code = await asyncio.to_thread(house.server.stop)

    assert code == 0
    assert time.monotonic() - start < BACK_SECONDS
    for client in people:
        await client.expect_close(1012)


async def test_presence_is_right_after_a_drain(own_house: StartHouse) -> None:
    house = own_house("cluster")
    one, two = await house.one_at_each_worker()
    await house.private_corner(one, two)
    two.forget()

    house.server.drain(house.worker_of(one))

    await two.expect("occupancy.changed", count=1, seconds=COUNTED_SECONDS)


@pytest.mark.fault
async def test_a_frozen_worker_catches_up_when_it_goes_on(breakable_house: House) -> None:
    house = breakable_house
    one, two = await house.one_at_each_worker()
    await house.private_corner(one, two)
    worker = house.worker_of(two)

    os.kill(worker, signal.SIGSTOP)
    for number in range(30):
        await one.post(f"line {number}")
    os.kill(worker, signal.SIGCONT)

    await two.expect_text("line 29", seconds=4)
    assert two.room_log.texts == [f"line {number}" for number in range(30)]


@pytest.mark.fault
async def test_a_worker_frozen_within_a_transaction_keeps_nobody_from_writing(own_house: StartHouse) -> None:
    """Seen in a run of the fault suite: nobody's message was stored for as long as one worker stood still."""
    house = own_house("cluster", faultless=False)
    one, two = await house.one_at_each_worker()
    await house.private_corner(one, two)
    worker = house.worker_of(one)
    url = house.server.environment["DATABASE_URL"]

    with contextlib.closing(psycopg2.connect(url)) as other:
        other.cursor().execute("LOCK TABLE rooms_message IN SHARE MODE")
        post = asyncio.create_task(one.post("locks the stream, and waits for the table"))
        await asyncio.to_thread(wait_until, lambda: execute(url, INSERT_WAITS), "the insert waits")
        os.kill(worker, signal.SIGSTOP)
        other.rollback()
    try:
        client_id = new_id()
        await asyncio.wait_for(post_until_stored(lambda: two.post("meanwhile", client_id=client_id)), 6)
    finally:
        os.kill(worker, signal.SIGCONT)
        post.cancel()

    await two.expect_text("meanwhile")


@pytest.mark.slow
async def test_an_idle_socket_lives_for_two_minutes_in_both_modes(
    shared_chat: Callable[[Mode], ChatServer],
) -> None:
    async with contextlib.AsyncExitStack() as doors:
        houses = [House(shared_chat(mode)) for mode in MODES]
        for house in houses:
            doors.push_async_callback(house.close)
        await asyncio.gather(*map(be_silent_for_two_minutes, houses))


async def be_silent_for_two_minutes(house: House) -> None:
    silent, other = await house.newcomers(2)
    await house.private_corner(silent, other)
    frames = len(silent.frames)

    await silent.expect_nothing(seconds=120)

    heartbeats = [frame for frame in silent.frames[frames:] if frame["type"] == "heartbeat"]
    assert 7 <= len(heartbeats) <= 9
    assert heartbeats[-1]["heads"] == {f"room:{silent.room['id']}": 0, "inbox": 0}
    await other.post("are you there?")
    await silent.expect_text("are you there?")


async def test_several_workers_need_redis() -> None:
    result = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "manage.py", "serve", "--workers", "2", "--port", "0"],
        cwd=ROOT,
        env={**ChatServer("embedded").environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert result.returncode != 0
    assert "REDIS_URL" in result.stderr
    assert "Traceback" not in result.stderr


async def test_no_limits_and_an_open_host_do_not_go_together() -> None:
    result = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "manage.py", "serve", "--host", "0.0.0.0", "--port", "0"],
        cwd=ROOT,
        env={**ChatServer("embedded").environment, "LIMITS": "off"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert result.returncode != 0
    assert "LIMITS" in result.stderr
    assert "Traceback" not in result.stderr
