"""What a person sees, on a phone, while something is broken. Each part of this file is a line of that table.

Whatever breaks, one can go on writing, and everything is shown once, to its author and to others: witnesses see to it.
"""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.talker import Talk
from tests.browser.visitor import BACK_MS, Visitor
from tests.browser.witness import Witness
from tests.harness.processes import send_signal
from tests.harness.server import ChatServer
from tests.harness.services import Service

pytestmark = pytest.mark.fault

Visit = Callable[..., Visitor]
Watch = Callable[[Visitor], Witness]

RECONNECTING = "Reconnecting… Messages you send will wait."
STORE_AWAY = "The server cannot store messages right now. Yours wait here."
NO_CONNECTION = "No connection."
TWO_WAIT = "No connection. 2 messages waiting."
# D7: what the layer loses is repaired within three seconds. The rest is for the machine that runs the tests.
REPAIRED_MS = 3_000 + 2_000
# D18: a page that wakes asks, for three seconds, and comes back. By itself it would ask after more than thirty.
AWAKE_MS = 3_000 + 12_000
AWAKENINGS = {
    "visibilitychange": "document",
    "pageshow": "window",
    "online": "window",
    "focus": "window",
}


@contextmanager
def away(service: Service | None, *, is_frozen: bool = False) -> Iterator[None]:
    """End a service as if the machine had been switched off, or freeze it, and have it back afterwards."""
    assert service is not None
    service.freeze() if is_frozen else service.stop(signal.SIGQUIT)
    try:
        yield
    finally:
        service.thaw() if is_frozen else service.start()


@contextmanager
def nobody_to_start_workers(server: ChatServer) -> Iterator[None]:
    assert server.process is not None
    send_signal(signal.SIGSTOP, server.process.pid)
    try:
        yield
    finally:
        send_signal(signal.SIGCONT, server.process.pid)


def frames_sent(page: Page) -> list[str]:
    """Return a list that grows by what the page will send."""
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(str(frame))))
    return frames


def two_in(room: str, visit: Visit, at: ChatServer, cable: Cable | None = None) -> list[Visitor]:
    """Let Ana in, by a cable of her own where there is one, and Ben, who makes a room for both: it is there to stay."""
    ana, ben = (visit(door, **PHONE).sign_up(name) for door, name in ((cable or at, "Ana"), (at, "Ben")))
    ben.make_room(room)
    ana.carry_out(f"#gR {room}")
    ana.write("before")
    ben.sees("before")
    return [ana, ben]


# the worker died


def test_while_no_worker_lives_it_says_that_it_reconnects_and_what_was_sent_goes_out_once(
    breakable: ChatServer, visit: Visit, watch: Watch
) -> None:
    ana, ben = two_in("Killed", visit, breakable)
    witnesses = [watch(visitor) for visitor in (ana, ben)]
    ana.field.press_sequentially("half a ")

    with nobody_to_start_workers(breakable):
        for worker in breakable.workers:
            breakable.kill(worker)
        for visitor in (ana, ben):
            expect(visitor.status).to_have_text(RECONNECTING)
        ana.field.press_sequentially("sentence")
        ana.page.tap(".composer__send")
        ana.write("and a whole one")

    for visitor in (ana, ben):
        expect(visitor.status).to_be_hidden(timeout=BACK_MS)
        visitor.sees("before", "half a sentence", "and a whole one")
        visitor.settle()
    for witness in witnesses:
        assert witness.lines[:1] == [RECONNECTING]
        # A machine that starts no worker within a quarter of a minute lets the page say that it has been long.
        assert all(line.startswith(NO_CONNECTION) for line in witness.lines[1:])
    assert [witness.told for witness in witnesses] == [[], []]


def test_one_worker_after_the_other_dies_and_a_word_about_it_is_the_most_that_is_seen(
    breakable: ChatServer, visit: Visit, watch: Watch
) -> None:
    ana, ben = two_in("Decimated", visit, breakable)
    witnesses = [watch(visitor) for visitor in (ana, ben)]

    for number, worker in enumerate(breakable.workers):
        ready = breakable.ready_lines
        breakable.kill(worker)
        ana.write(f"Ana {number}")
        expect(ben.texts.last).to_have_text(f"Ana {number}")
        ben.write(f"Ben {number}")
        breakable.await_workers(ready + 1)

    for visitor in (ana, ben):
        visitor.sees("before", "Ana 0", "Ben 0", "Ana 1", "Ben 1")
        visitor.settle()
    for witness in witnesses:
        assert {*witness.lines, *witness.told} <= {RECONNECTING}


# Redis is down


def test_without_redis_nothing_is_to_be_seen_and_what_others_write_comes(
    breakable: ChatServer, visit: Visit, watch: Watch, talk: Talk
) -> None:
    ana, ben = two_in("Redisless", visit, breakable)
    witnesses = [watch(visitor) for visitor in (ana, ben)]
    # One at each worker: whichever holds a page, one of them is at the other.
    others = [talk(breakable, worker=worker) for worker in breakable.workers]
    for other in others:
        other.enter("Redisless")

    with away(breakable.redis):
        said = ["before"]
        for number, other in enumerate(others):
            said.append(f"said at worker {number}")
            other.say(said[-1])
            for visitor in (ana, ben):
                expect(visitor.texts.last).to_have_text(said[-1], timeout=REPAIRED_MS)
        said.append("and by Ana")
        ana.write(said[-1])
        for other in others:
            other.hears(said[-1])
        expect(ana.waiting).to_have_count(0)

    for visitor in (ana, ben):
        visitor.sees(*said)
    assert [(witness.lines, witness.told) for witness in witnesses] == [([], []), ([], [])]


# the database is down


@pytest.mark.parametrize("is_frozen", [False, True], ids=["stopped", "frozen"])
def test_while_the_database_is_away_it_is_told_who_cannot_store_and_what_waits_goes_out_by_itself(
    breakable: ChatServer, visit: Visit, watch: Watch, is_frozen: bool
) -> None:
    ana, ben = two_in(f"Stored {is_frozen}", visit, breakable)
    witnesses = [watch(visitor) for visitor in (ana, ben)]

    with away(breakable.postgres, is_frozen=is_frozen):
        ana.write("one")
        ana.write("two")
        expect(ana.status).to_have_text(STORE_AWAY)
        ana.field.press_sequentially("three, in ")
        told = ana.waiting.locator("[data-part=state-text]")
        expect(told).to_have_text(["Waits for the server"] * 2)
    ana.field.press_sequentially("peace")
    ana.page.tap(".composer__send")

    for visitor in (ana, ben):
        visitor.sees("before", "one", "two", "three, in peace")
        visitor.settle()
    expect(ana.waiting).to_have_count(0)
    # Who has nothing to be stored need not know.
    assert [(witness.lines, witness.told) for witness in witnesses] == [([STORE_AWAY], []), ([], [])]


# one's own network is gone


@pytest.mark.slow
def test_after_a_while_without_a_network_it_is_told_how_much_waits_and_one_may_try_at_once(
    shared: ChatServer, cable: Cable, visit: Visit, watch: Watch
) -> None:
    ana, ben = two_in("Tunnel", visit, shared, cable)
    witness = watch(ana)
    cable.pull()

    for text in ("one", "two"):
        ana.write(text)
    expect(ana.status).to_contain_text(TWO_WAIT)
    cable.plug()
    ana.status.get_by_role("button", name="Retry now").tap()

    for visitor in (ana, ben):
        visitor.sees("before", "one", "two")
    ana.settle()
    assert witness.lines == [RECONNECTING, TWO_WAIT]


def test_a_device_that_knows_that_it_has_no_network_says_so_at_once_and_sends_when_it_has_one(
    shared: ChatServer, cable: Cable, visit: Visit, watch: Watch
) -> None:
    ana, ben = two_in("Lift", visit, shared, cable)
    witness = watch(ana)
    ana.context.set_offline(True)
    cable.pull()
    expect(ana.status).to_contain_text(NO_CONNECTION)

    for text in ("one", "two"):
        ana.write(text)
    expect(ana.status).to_contain_text(TWO_WAIT)
    ana.write("#eR")
    expect(ana.problem).to_contain_text("Commands work only while connected.")
    cable.plug()
    ana.context.set_offline(False)

    for visitor in (ana, ben):
        visitor.sees("before", "one", "two")
    ana.settle()
    expect(ana.field).to_have_value("#eR")
    told, last = witness.lines[:3], witness.lines[3:]
    assert told == [NO_CONNECTION, "No connection. 1 message waiting.", TWO_WAIT]
    # With a network again, after more than two seconds, the way back is told too.
    assert set(last) <= {RECONNECTING}


# the room has closed


def test_a_room_outlives_a_reload_of_its_creator_and_when_it_closes_its_people_are_told_why(
    start_chat: Callable[..., ChatServer], visit: Visit, watch: Watch, talk: Talk
) -> None:
    server = start_chat(
        "embedded", ROOM_GRACE_SECONDS="12"
    )  # longer than a busy browser takes to load the page
    ana, ben = (visit(server, **PHONE).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Tent")
    ben.carry_out("#gR Tent")
    witness = watch(ben)
    ana.page.reload()
    expect(ana.heading).to_have_text("Tent")
    ana.write("still here")
    ben.sees("still here")

    ana.page.close()
    expect(ben.notices).to_have_text([f"{ana.name} left, so Tent closed."])
    expect(ben.heading).to_have_text("General")
    talker = talk(server)
    room = talker.make_room("Kiosk")
    ben.carry_out("#gR Kiosk")
    talker.close_room(room)

    expect(ben.notices).to_have_text([f"{ana.name} left, so Tent closed.", f"{talker.name} closed Kiosk."])
    expect(ben.heading).to_have_text("General")
    assert witness.lines == []


# the page slept


def test_a_page_that_slept_while_its_connection_died_asks_and_catches_up_whatever_wakes_it(
    shared: ChatServer, cable: Cable, visit: Visit, watch: Watch
) -> None:
    ana, ben = two_in("Bed", visit, shared, cable)
    tabs = [ana, *(Visitor(ana.context.new_page(), ana.url) for _ in AWAKENINGS)][1:]
    frames = [frames_sent(tab.page) for tab in tabs]
    for tab in tabs:
        tab.open(ana.page.url.removeprefix(ana.url)).settle()
        watch(tab)

    with ExitStack() as night:
        for tab in tabs:
            night.enter_context(tab.asleep())
        cable.clog()
        ben.write("while you slept")
        ben.sees("before", "while you slept")
        cable.plug()
    asked = [len(sent) for sent in frames]
    for tab, (event, target) in zip(tabs, AWAKENINGS.items(), strict=True):
        tab.page.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")

    for tab, sent, before in zip(tabs, frames, asked, strict=True):
        expect(tab.texts).to_have_text(["before", "while you slept"], timeout=AWAKE_MS)
        said = [json.loads(frame)["type"] for frame in sent[before:]]
        assert [command for command in said if command != "clock.sync"][:2] == ["ping", "hello"]
