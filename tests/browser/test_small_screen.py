"""On a phone: 360 by 740, with a thumb."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Controls smaller than a thumb, unless they are hidden from view.
SMALL = """() => [...document.querySelectorAll('a[href], button, input, textarea, summary')]
    .filter(element => element.offsetParent !== null && !element.closest('.visually-hidden, .skip'))
    .map(element => [element, element.getBoundingClientRect()])
    .filter(([element, box]) => box.width > 0 && box.height < 43.5)
    .filter(([element]) => !element.matches('input[type=checkbox], .message__private'))
    .map(([element, box]) => `${element.outerHTML.slice(0, 80)} ${box.height}`)"""


def test_one_talks_with_a_thumb(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")

    ana.field.tap()
    ana.field.fill("Hello from the bus")
    ana.page.tap(".composer__send")

    expect(ana.texts.last).to_have_text("Hello from the bus")
    expect(ana.field).to_be_focused()
    ana.field.press("Enter")
    expect(ana.field).to_have_value("\n")


def test_the_lists_open_over_the_log_and_close_by_button_escape_and_back(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    chats, people = ana.page.locator("#chats"), ana.page.locator("#people")
    expect(chats).to_be_hidden()

    ana.page.tap("[data-opens=chats]")
    expect(chats).to_be_visible()
    expect(ana.page.locator("#chats [data-closes]")).to_be_focused()
    ana.page.tap("#chats [data-closes]")
    expect(chats).to_be_hidden()
    expect(ana.page.locator("[data-opens=chats]")).to_be_focused()

    ana.page.tap("[data-opens=people]")
    expect(people).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(people).to_be_hidden()

    ana.page.tap("[data-opens=people]")
    expect(people).to_be_visible()
    ana.page.go_back()
    expect(people).to_be_hidden()
    expect(ana.heading).to_have_text("General")


def test_after_a_reload_with_an_open_list_back_leads_to_the_room_before(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.make_room("Reloaded on a phone")
    room = ana.page.url
    ana.page.tap("[data-opens=chats]")
    expect(ana.page.locator("#chats")).to_be_visible()

    ana.page.reload()
    ana.settle()
    expect(ana.page.locator("#chats")).to_be_hidden()
    expect(ana.page).to_have_url(room)
    ana.page.go_back()

    expect(ana.page).to_have_url(f"{shared.url}/")
    expect(ana.heading).to_have_text("General")


def test_a_phone_that_is_turned_with_a_sheet_over_a_list_can_be_written_on(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.page.tap("[data-opens=chats]")
    ana.page.tap("#chats [data-opens-sheet=settings]")
    expect(ana.page.locator("#settings")).to_be_visible()

    ana.page.set_viewport_size({"width": 740, "height": 360})

    expect(ana.page.locator("#settings")).to_be_hidden()
    ana.write("On its side")
    expect(ana.texts.last).to_have_text("On its side")


def test_choosing_a_room_closes_the_list(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.page.tap("[data-opens=chats]")

    ana.link_to_room("General").tap()

    expect(ana.page.locator("#chats")).to_be_hidden()
    expect(ana.field).to_be_visible()


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_the_screen_and_nothing_smaller_than_a_thumb(
    shared: ChatServer, visit: Visit, width: int
) -> None:
    options = {**PHONE, "viewport": {"width": width, "height": 640}}
    ana = visit(shared, **options).sign_up("Wilhelmina-Constantia", "van der Kruijssen")
    ana.make_room(f"Narrow {width}")
    for text in ["W" * 400, "a very long sentence that must be broken into lines " * 5, "1\n2\n3"]:
        ana.field.fill(text)
        ana.page.tap(".composer__send")
    expect(ana.waiting).to_have_count(0)

    assert ana.page.evaluate(OVERFLOW) <= 0
    assert ana.page.evaluate(SMALL) == []
    for name in ("chats", "people"):
        with ana.panel(name) as panel:
            expect(panel).to_be_visible()
            assert ana.page.evaluate(OVERFLOW) <= 0
            assert ana.page.evaluate(SMALL) == []


def test_the_composer_stays_in_sight_above_a_keyboard(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    for number in range(20):
        ana.field.fill(f"line {number}")
        ana.page.tap(".composer__send")

    ana.page.set_viewport_size({"width": 360, "height": 400})

    expect(ana.field).to_be_in_viewport()
    expect(ana.heading).to_be_in_viewport()
    expect(ana.texts.last).to_be_in_viewport()
