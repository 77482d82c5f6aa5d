"""The address and the browser's steps back follow the place that is shown."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.cable import Cable
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]


class Gate:
    """Lets no socket through as long as it is closed."""

    is_open = False

    def pass_on(self, socket: WebSocketRoute) -> None:
        if self.is_open:
            socket.connect_to_server()
        else:
            socket.close()


def test_two_rooms_chosen_one_right_after_the_other_are_two_steps(quiet: ChatServer, visit: Visit) -> None:
    ana = visit(quiet).sign_up("Ana")
    for name in ("Attic", "Den"):
        ana.make_room(name)
    ana.carry_out("#eR")
    expect(ana.heading).to_have_text("General")
    steps = ana.page.evaluate("history.length")

    ana.page.evaluate("""() => {
        const down = { key: "ArrowDown", altKey: true, bubbles: true };
        for (const press of [1, 2]) document.body.dispatchEvent(new KeyboardEvent("keydown", down));
    }""")
    # By its answer both ways have come to their end.
    ana.carry_out("#help")

    # The room made last was active last.
    expect(ana.heading).to_have_text("Attic")
    assert ana.page.evaluate("history.length") == steps + 2
    ana.page.go_back()
    expect(ana.heading).to_have_text("Den")


@pytest.mark.fault
def test_back_from_a_room_that_is_not_reached_yet_leaves_one_where_one_was(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable).sign_up("Ana")
    ana.make_room(f"Den {ana.login}")
    den = ana.page.url
    cable.pull()
    expect(ana.status).to_contain_text("Reconnecting…")

    ana.link_to_room("General").click()
    expect(ana.heading).to_have_text("General")
    ana.page.go_back()
    cable.plug()
    ana.notice_network()
    ana.settle()
    ana.carry_out("#help")

    expect(ana.heading).to_have_text(f"Den {ana.login}")
    expect(ana.page).to_have_url(den)


def test_skipping_to_the_line_to_write_into_leaves_the_way_back_as_it_is(
    quiet: ChatServer, visit: Visit
) -> None:
    ana = visit(quiet).sign_up("Ana")
    ana.make_room("Den")
    den = ana.page.url

    ana.page.locator(".skip").press("Enter")
    expect(ana.field).to_be_focused()
    ana.link_to_room("General").click()
    expect(ana.heading).to_have_text("General")
    ana.page.go_back()

    expect(ana.heading).to_have_text("Den")
    expect(ana.page).to_have_url(den)


def test_a_room_of_the_printed_list_is_shown_and_written_into_before_there_is_a_connection(
    quiet: ChatServer, visit: Visit
) -> None:
    ben = visit(quiet, fresh=True).sign_up("Ben")
    ben.make_room("Den")
    ana = visit(quiet, fresh=True).join("Ana")
    gate = Gate()
    ana.page.route_web_socket(re.compile("/ws/"), gate.pass_on)
    ana.open("/")

    ana.link_to_room("Den").click()
    expect(ana.heading).to_have_text("Den")
    ana.write("for the den")
    expect(ana.waiting).to_have_text(re.compile("for the den"))
    gate.is_open = True
    ana.notice_network()

    ben.sees("for the den")
    expect(ana.heading).to_have_text("Den")


def test_the_address_of_a_full_room_leads_to_the_default_room_and_says_why(
    quiet: ChatServer, visit: Visit
) -> None:
    ana, ben, eva = (visit(quiet).sign_up(name) for name in ("Ana", "Ben", "Eva"))
    ana.page.click("[data-makes-room]")
    ana.page.fill("#new-room-name", "Pair")
    ana.page.fill("#new-room-capacity", "2")
    ana.page.click("text=Make the room")
    expect(ana.heading).to_have_text("Pair")
    ben.carry_out("#gR Pair")

    eva.page.goto(ana.page.url)

    expect(eva.notices).to_have_text("The room is full.")
    expect(eva.heading).to_have_text("General")
    expect(eva.page).to_have_url(f"{quiet.url}/")
