"""The threads that may touch the database: three seconds without progress are the end of patience."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import OperationalError, ProgrammingError

from rooms import pools as module
from rooms.pools import Line, Pool, Unavailable, with_connection
from tests.unit.rooms.model import settle

pytestmark = pytest.mark.asyncio


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool("test", 1)
    yield pool
    pool.close()


class Flaky:
    """Fails so often in the way of a driver, then answers."""

    def __init__(self, *problems: Exception) -> None:
        self.problems = list(problems)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.problems:
            raise self.problems.pop(0)
        return "answer"


async def test_an_answer_comes_back_and_so_does_what_was_raised(pool: Pool):
    assert await pool.run(Flaky()) == "answer"
    with pytest.raises(ProgrammingError):
        await pool.run(Flaky(ProgrammingError("a bug")))


async def test_a_call_that_hangs_is_unavailable_and_the_thread_is_left_to_return(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
):
    await pool.run(Flaky())  # The thread is there: the next call begins before its time is over.
    monkeypatch.setattr(module, "CALL_SECONDS", 0.3)
    thaw, later = threading.Event(), Flaky()

    with pytest.raises(Unavailable):
        await pool.run(thaw.wait, 10)
    with pytest.raises(Unavailable):
        await pool.run(later)
    monkeypatch.undo()  # However long it takes the thread to return.
    thaw.set()

    assert await pool.run(Flaky()) == "answer"
    assert later.calls == 0, "what has not begun in time never does"


async def test_a_queue_that_moves_is_waited_for(pool: Pool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "CALL_SECONDS", 1.0)

    results = await asyncio.gather(*[pool.run(threading.Event().wait, 0.05) for _ in range(30)])

    assert results == [False] * 30, "a second and a half of waiting in all, but never long without progress"


async def test_a_queue_is_not_waited_for_without_end(pool: Pool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "CALL_SECONDS", 0.3)
    monkeypatch.setattr(module, "QUEUE_SECONDS", 0.3)

    results = await asyncio.gather(
        *[pool.run(threading.Event().wait, 0.05) for _ in range(20)], return_exceptions=True
    )

    assert isinstance(results[-1], Unavailable)


async def test_a_queue_whose_calls_find_no_database_one_after_the_other_is_not_waited_for(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "CALL_SECONDS", 0.3)

    def unreachable() -> None:
        time.sleep(0.2)
        raise OperationalError("timeout expired")

    begun = time.monotonic()
    results = await asyncio.gather(*[pool.run(unreachable) for _ in range(10)], return_exceptions=True)

    assert all(isinstance(result, Unavailable) for result in results)
    assert time.monotonic() - begun < 1.5, "not two seconds, one call after the other"


async def test_who_stops_waiting_is_not_carried_out(pool: Pool):
    thaw, later = threading.Event(), Flaky()
    first = asyncio.create_task(pool.run(thaw.wait, 10))
    second = asyncio.create_task(pool.run(later))
    await settle()

    second.cancel()
    await settle()
    thaw.set()
    await first
    await pool.run(Flaky())

    assert later.calls == 0


@pytest.mark.parametrize(
    "stale",
    ["server closed the connection unexpectedly", "connection already closed", "SSL error: unexpected EOF"],
)
async def test_a_connection_that_died_in_its_sleep_is_replaced_once(stale: str):
    once, twice = Flaky(OperationalError(stale)), Flaky(OperationalError(stale), OperationalError(stale))

    assert await asyncio.to_thread(with_connection, once) == "answer"
    with pytest.raises(Unavailable):
        await asyncio.to_thread(with_connection, twice)
    assert (once.calls, twice.calls) == (2, 2)


async def test_a_database_that_is_away_or_too_slow_is_not_asked_twice():
    slow = Flaky(OperationalError("canceling statement due to statement timeout"))

    with pytest.raises(Unavailable):
        await asyncio.to_thread(with_connection, slow)

    assert slow.calls == 1


async def test_a_line_calls_in_order_in_one_thread_and_says_in_the_loop_what_came_of_it():
    line, told, done = Line("test"), list[object](), asyncio.Event()
    broken = ProgrammingError("a bug")

    line.call(Flaky(broken), told.append)
    line.call(lambda: threading.current_thread().name, told.append)
    line.call(threading.get_ident, lambda thread: (told.append(thread), done.set()))
    await done.wait()
    line.close()

    assert told[:2] == [broken, "chat-test"]
    assert told[2] != threading.get_ident()
    with pytest.raises(RuntimeError, match="closed"):
        line.call(Flaky(), told.append)


async def test_a_line_goes_on_after_whatever_is_raised_in_it():
    line, told, done = Line("test"), list[object](), asyncio.Event()

    def leave() -> None:
        raise SystemExit

    line.call(leave, told.append)
    line.call(Flaky(), lambda outcome: (told.append(outcome), done.set()))
    await done.wait()
    line.close()

    assert [type(each) for each in told] == [SystemExit, str]


@pytest.mark.parametrize("is_closed", [False, True])
async def test_a_line_that_is_closed_or_whose_loop_has_ended_gives_its_connection_back(
    is_closed: bool, monkeypatch: pytest.MonkeyPatch
):
    hung, given_back = threading.Event(), list[str]()
    monkeypatch.setattr(
        module.connections, "close_all", lambda: given_back.append(threading.current_thread().name)
    )

    async def leave_behind() -> None:
        line = Line("behind")
        line.call(lambda: hung.wait(10), print)
        if is_closed:
            line.close()

    await asyncio.to_thread(asyncio.run, leave_behind())
    (thread,) = (each for each in threading.enumerate() if each.name == "chat-behind")
    hung.set()
    await asyncio.to_thread(thread.join, 10)

    assert given_back == ["chat-behind"]
