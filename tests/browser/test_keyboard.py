"""The keyboard alone suffices: no test here points at anything."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness.people import PASSWORD
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]

STEPS = 80
# What has the focus must be in sight, and look as if it had it.
SEEN = """element => {
    const box = element.getBoundingClientRect();
    const above = [element.parentElement, element.parentElement.parentElement];
    const around = [element, ...element.labels ?? [], ...element.children, ...above];
    const rings = around.flatMap(each => [getComputedStyle(each), getComputedStyle(each, '::after')]);
    return element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight
        && rings.some(({ outlineStyle, outlineWidth, boxShadow }) =>
            (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none');
}"""


def walk_to(visitor: Visitor, target: Locator, key: str = "Tab") -> None:
    """Press the key until the target has the focus; whatever has it on the way can be seen."""
    focused = visitor.page.locator(":focus")
    for _ in range(STEPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        visitor.page.keyboard.press(key)
        if focused.count():
            assert focused.evaluate(SEEN), focused.evaluate("element => element.outerHTML.slice(0, 200)")
    raise AssertionError(f"no way to {target}")


def test_from_the_log_in_to_a_message_by_keyboard(shared: ChatServer, visit: Visit) -> None:
    login = visit(shared).sign_up("Ana").login
    ana = visit(shared)
    keyboard = ana.open("/accounts/login/").page.keyboard

    walk_to(ana, ana.page.locator("[name=login]"))
    keyboard.type(login)
    walk_to(ana, ana.page.locator("[name=password]"))
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    ana.page.wait_for_url(f"{shared.url}/")
    ana.settle()
    walk_to(ana, ana.field)
    keyboard.type("By keyboard")
    keyboard.press("Enter")

    expect(ana.texts.last).to_have_text("By keyboard")
    expect(ana.waiting).to_have_count(0)
    expect(ana.field).to_be_focused()


def test_the_first_step_of_all_leads_past_the_lists_to_writing(shared: ChatServer, visit: Visit) -> None:
    # On a device with touch nothing has the focus when the page opens.
    ana = visit(shared, **PHONE).sign_up("Ana")

    ana.page.keyboard.press("Tab")
    expect(ana.page.locator(".skip")).to_be_focused()
    expect(ana.page.locator(".skip")).to_be_in_viewport()
    ana.page.keyboard.press("Enter")

    expect(ana.field).to_be_focused()


def test_rooms_people_and_commands_are_reached_by_keyboard(shared: ChatServer, visit: Visit) -> None:
    ben = visit(shared).sign_up("Ben")
    ben.make_room(f"Reading {ben.login}")
    ana = visit(shared).sign_up("Ana")
    keyboard = ana.page.keyboard

    walk_to(ana, ana.link_to_room(f"Reading {ben.login}"))
    keyboard.press("Enter")
    expect(ana.heading).to_have_text(f"Reading {ben.login}")
    walk_to(ana, ana.link_to(ben))
    keyboard.press("Enter")
    expect(ana.heading).to_have_text(ben.name)
    walk_to(ana, ana.field, "Shift+Tab")
    keyboard.type("Only for you")
    keyboard.press("Enter")
    expect(ben.texts.last).to_have_text("Only for you")
    keyboard.type("#e")
    expect(ana.page.locator("#commands [role=option]").first).to_be_visible()
    keyboard.press("Enter")
    keyboard.press("Enter")

    expect(ana.heading).to_have_text("General")
    expect(ana.field).to_be_focused()


def test_a_sheet_takes_the_focus_keeps_it_and_gives_it_back(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    keyboard = ana.page.keyboard
    opener = ana.page.locator("[data-opens-sheet=place]")
    sheet = ana.page.locator("#place")

    walk_to(ana, opener)
    keyboard.press("Enter")
    expect(sheet).to_be_visible()
    for _ in range(10):
        keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || document.activeElement.closest('#place') !== null"
        )
        assert ana.page.evaluate(inside)
    keyboard.press("Escape")

    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_after_a_room_was_closed_one_can_go_on_writing(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Short")
    ana.write("#dR Short")
    walk_to(ana, ana.page.get_by_role("button", name="Close the room"))

    ana.page.keyboard.press("Enter")

    expect(ana.heading).to_have_text("General")
    expect(ana.field).to_be_focused()


def test_escape_folds_the_account_menu_and_the_rings_in_it_are_whole(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).sign_up("Ana")
    summary, menu = ana.page.locator(".account__open"), ana.page.locator(".account__list")
    walk_to(ana, summary)
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("Tab")
    first = menu.locator(".sheet__action").first
    expect(first).to_be_focused()
    expect(first).to_have_css("outline-style", "solid")
    expect(first).to_have_css("outline-offset", "-2px")

    ana.page.keyboard.press("Escape")

    expect(menu).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_finder_opens_from_anywhere_and_leads_there(shared: ChatServer, visit: Visit) -> None:
    ben = visit(shared).sign_up("Ben")
    ana = visit(shared).sign_up("Ana")
    keyboard = ana.page.keyboard

    keyboard.press("Control+k")
    expect(ana.page.locator("#finder input")).to_be_focused()
    keyboard.press("Escape")
    expect(ana.page.locator("#finder")).to_be_hidden()
    keyboard.press("Control+k")
    keyboard.type(ben.login)
    expect(ana.page.locator("#finder [role=option]").first).to_contain_text(ben.name)
    keyboard.press("Enter")

    expect(ana.heading).to_have_text(ben.name)
    expect(ana.page).to_have_url(re.compile(f"/p/{ben.login}/$"))


def test_messages_are_walked_through_with_the_arrow_keys(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room(f"Walk {ana.login}")
    for text in ("one", "two", "three"):
        ana.write(text)
    ana.sees("one", "two", "three")
    expect(ana.waiting).to_have_count(0)
    rows = ana.page.locator(".log__rows > .message")

    walk_to(ana, rows.last, "Shift+Tab")
    ana.page.keyboard.press("ArrowUp")
    expect(rows.nth(1)).to_be_focused()
    ana.page.keyboard.press("ArrowDown")
    expect(rows.nth(2)).to_be_focused()
    ana.page.keyboard.press("Escape")

    expect(ana.field).to_be_focused()


def test_a_room_that_moves_in_its_list_keeps_the_focus(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    rooms = ben.page.locator("chat-rooms a")
    for name in ("Lower", "Upper"):
        ana.make_room(name)
        # Told of in one moment, both were active at the same time.
        expect(rooms.filter(has_text=name)).to_have_count(1)
    # Rooms of other tests, of which news come late, may stand among them.
    mine = rooms.filter(has_text=re.compile("Lower|Upper"))
    expect(mine).to_contain_text(["Upper", "Lower"])
    lower = rooms.filter(has_text="Lower")
    lower.focus()

    ana.carry_out("#gR Lower")
    ana.write("here it goes on")
    expect(ana.waiting).to_have_count(0)
    ana.carry_out("#eR")

    expect(mine).to_contain_text(["Lower", "Upper"])
    expect(lower).to_be_focused()
