"""The address and the browser's steps back follow the place that is shown."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]


def test_two_rooms_chosen_one_right_after_the_other_are_two_steps(own: ChatServer, visit: Visit) -> None:
    ana = visit(own).sign_up("Ana")
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

    expect(ana.heading).to_have_text("Den")
    assert ana.page.evaluate("history.length") == steps + 2
    ana.page.go_back()
    expect(ana.heading).to_have_text("Attic")
