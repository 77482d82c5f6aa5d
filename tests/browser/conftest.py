"""Browsers for the chat: each visitor has one of their own, and nothing forbidden may happen on any page."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.cable import Cable
from tests.browser.desks import Desk, Desks
from tests.browser.talker import Talker
from tests.browser.visitor import Visitor
from tests.browser.witness import Witness
from tests.harness.processes import wait_until
from tests.harness.server import ChatServer, Mode

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


@pytest.fixture
def shared(shared_chat: Callable[[Mode], ChatServer]) -> ChatServer:
    """The embedded chat that tests share which do it no harm. Others may be in its default room."""
    return shared_chat("embedded")


@pytest.fixture
def quiet(shared_chat: Callable[..., ChatServer]) -> ChatServer:
    """An embedded chat in which nobody else is and no room is left: they close with their creators, who may still be
    on their way out when the next test begins. Its default room stays empty, for tests leave it so.
    """
    server = shared_chat("embedded", ROOM_GRACE_SECONDS="0")
    wait_until(lambda: server.is_deserted, "all have gone, and their rooms with them")
    return server


@pytest.fixture
def own(start_chat: Callable[..., ChatServer]) -> ChatServer:
    """An embedded chat of the test's own."""
    return start_chat("embedded")


@pytest.fixture(scope="session")
def desks(browser: Browser) -> Iterator[Desks]:
    """The browsers that stand ready."""
    desks = Desks(browser)
    yield desks
    desks.close()


@pytest.fixture
def visit(desks: Desks) -> Iterator[Callable[..., Visitor]]:
    """Let somebody in, at a desk or with other options of the browser: `visit(shared, **PHONE)`.

    `fresh=True` asks for a browser that has never been used and will not be used again: for tests that look at
    what it fetches, or change what cannot be changed back.
    """
    visitors: list[tuple[Visitor, Desk]] = []

    def visit(at: ChatServer | Cable, *, fresh: bool = False, **options: Any) -> Visitor:
        # What a worker fetches no test can withhold; those of the application ask for one.
        desk = desks.take(
            fresh=fresh, **{"locale": "en-GB", "service_workers": "block", **DESKTOP, **options}
        )
        visitor = Visitor(desk.page, at.url, at.guest())
        visitors.append((visitor, desk))
        return visitor

    yield visit
    for visitor, desk in visitors:
        visitor.look_away()
        desks.give_back(desk, visitor.url)
    assert [sin for visitor, _desk in visitors for sin in visitor.sins] == []


@pytest.fixture
def watch() -> Iterator[Callable[[Visitor], Witness]]:
    """Look at somebody's page from now on: whatever breaks, some things must not be seen there."""
    witnesses: list[Witness] = []

    def watch(visitor: Visitor) -> Witness:
        witnesses.append(Witness(visitor))
        return witnesses[-1]

    yield watch
    assert [wrong for witness in witnesses for wrong in witness.wrongs] == []


@pytest.fixture
def cable(shared: ChatServer) -> Iterator[Cable]:
    """A cable to the chat that tests share: pulling it harms only those behind it."""
    cable = Cable(shared)
    yield cable
    cable.remove()


@pytest.fixture
def talk() -> Iterator[Callable[..., Talker]]:
    """Let somebody in who fills rooms: `talk(shared)`; at a certain worker, `talk(cluster, worker=…)`; as
    somebody who is at a page too, `talk(shared, person=ana.person)`.
    """
    talkers: list[Talker] = []

    def talk(at: ChatServer, **options: Any) -> Talker:
        talkers.append(Talker(at, **options))
        return talkers[-1]

    yield talk
    for talker in talkers:
        talker.leave()
