"""The state of the connection: told in a line, with what can be done about it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.cable import Cable
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]


@pytest.mark.fault
def test_a_device_that_says_it_is_offline_is_believed_when_the_server_is_silent(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable)
    sent: list[str] = []
    ana.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    ana.sign_up("Ana")
    cable.clog()
    sent.clear()

    ana.context.set_offline(True)

    # The wire is not cut, so nothing else tells the page before an answer is long overdue: it asks.
    expect(ana.status).to_contain_text("No connection.")
    assert any('"ping"' in frame for frame in sent)
    expect(ana.field).to_be_enabled()


@pytest.mark.parametrize(
    ("code", "told", "way_back"),
    [
        (1000, "You have left the chat.", "Come back"),
        (1012, "The server is restarting…", ""),
        (4400, "This page is out of date.", "Load again"),
        (4403, "This account may not take part any more.", ""),
        (4409, "The chat is open in too many places, so it was closed here.", "Use it here"),
    ],
)
def test_why_the_server_has_closed_is_told(
    shared: ChatServer, visit: Visit, code: int, told: str, way_back: str
) -> None:
    ana = visit(shared, fresh=True).sign_up("Ana")

    ana.page.route_web_socket(re.compile("/ws/$"), lambda socket: socket.close(code=code))
    ana.page.reload()

    expect(ana.status).to_contain_text(told)
    expect(ana.status.get_by_role("button")).to_have_text([way_back] if way_back else [])
    expect(ana.field).to_be_enabled()


@pytest.mark.parametrize(
    ("code", "told"),
    [(1000, "You have left the chat."), (4409, "Waits until you use the chat here")],
)
def test_what_is_written_after_the_end_says_what_it_waits_for(
    shared: ChatServer, visit: Visit, code: int, told: str
) -> None:
    ana = visit(shared, fresh=True).sign_up("Ana")
    ana.page.route_web_socket(re.compile("/ws/$"), lambda socket: socket.close(code=code))
    ana.page.reload()
    expect(ana.status.get_by_role("button")).to_be_visible()

    ana.write("for later")

    expect(ana.waiting.locator("[data-part=state-text]")).to_have_text(told)


@pytest.mark.fault
def test_a_newer_page_is_told_of_and_never_loaded_by_itself(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    ana.field.fill("being written")
    ana.page.route("**/session", lambda route: route.fulfill(json={"login": ana.login, "release": "newer"}))

    cable.pull()
    expect(ana.status).to_contain_text("Reconnecting…")
    cable.plug()
    ana.notice_network()
    expect(ana.status).to_contain_text("There is a new version of this page.")
    expect(ana.field).to_have_value("being written")
    ana.page.unroute("**/session")
    ana.page.get_by_role("button", name="Load again").click()

    ana.settle()
    expect(ana.field).to_have_value("being written")
