"""The lines that begin with `#`, and the buttons that do the same."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]


def test_a_room_is_made_entered_left_listed_and_deleted_by_commands(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ben = visit(shared).sign_up("Ben")

    ana.carry_out("#cR <Estudio>")
    expect(ana.heading).to_have_text("Estudio")
    ben.carry_out("#gr estudio")
    expect(ben.heading).to_have_text("Estudio")
    ben.carry_out("#IR")
    expect(ben.page.locator(".notice__entry", has_text="Estudio")).to_be_visible()
    ben.carry_out("#eR")
    expect(ben.heading).to_have_text("General")
    ben.carry_out("#gR Estudio")
    ana.close_room("Estudio")

    expect(ana.heading).to_have_text("General")
    expect(ben.heading).to_have_text("General")
    expect(ben.notices.last).to_have_text(f"{ana.name} closed Estudio.")
    expect(ben.page.locator("chat-rooms")).not_to_contain_text("Estudio")


def test_people_and_help_are_shown_to_oneself_only(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ben = visit(shared).sign_up("Ben")

    ana.carry_out("#show users")
    expect(ana.page.locator(".notice__entry", has_text=ben.login)).to_be_visible()
    ana.carry_out("#help")
    expect(ana.page.locator(".notice__entry", has_text="#cR <room>")).to_be_visible()

    expect(ana.page.locator(".notice__foot").last).to_contain_text("Only you see this")
    expect(ben.notices).to_have_count(0)
    ana.page.get_by_role("button", name="Dismiss").last.click()
    expect(ana.notices).to_have_count(1)


def test_an_unknown_command_is_never_posted_and_its_text_is_kept(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Unknown")

    ana.write("#gr2 Unknown")

    expect(ana.problem).to_have_text("There is no command #gr2. Did you mean #gR?")
    expect(ana.field).to_have_value("#gr2 Unknown")
    ana.sees()
    ana.field.press_sequentially("x")
    expect(ana.problem).to_be_hidden()


def test_two_number_signs_write_one(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Escaped")

    ana.write("##gR is a command")

    ana.sees("#gR is a command")


def test_exit_stays_away_until_one_comes_back(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    ana.write("#exit")
    expect(ana.status).to_contain_text("You have left the chat.")
    ana.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(ana.status).to_contain_text("You have left the chat.")

    ana.page.get_by_role("button", name="Come back").click()
    ana.settle()


def test_a_room_is_made_by_the_button_and_entered_from_the_list(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ben = visit(shared).sign_up("Ben")

    ana.page.click("[data-makes-room]")
    ana.page.fill("#new-room-name", "Garden")
    ana.page.check("[name=kind][value=permanent]")
    ana.page.click("text=Make the room")
    expect(ana.heading).to_have_text("Garden")
    expect(ana.page).to_have_url(re.compile(r"/r/\d+/$"))

    garden = ben.link_to_room("Garden")
    expect(garden.locator(".entry__count")).to_have_text("1")
    garden.click()
    expect(ben.heading).to_have_text("Garden")
    expect(ana.link_to_room("Garden").locator(".entry__count")).to_have_text("2")
    ben.page.go_back()
    expect(ben.heading).to_have_text("General")


def test_back_leads_to_the_room_before_unless_it_has_closed(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("First")
    ana.make_room("Second")
    second = ana.page.url

    ana.page.go_back()
    expect(ana.heading).to_have_text("First")
    ana.close_room("Second")
    ana.page.go_forward()

    expect(ana.page).not_to_have_url(second)
    expect(ana.heading).to_have_text("First")


def test_a_sheet_that_was_open_while_the_room_closed_leads_to_where_one_is(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Brief")
    ben.carry_out("#gR Brief")
    closed = ben.page.url

    with ben.sheet("settings"):
        ana.close_room("Brief")
        expect(ben.heading).to_have_text("General")

    expect(ben.page).to_have_url(f"{shared.url}/")
    expect(ben.heading).to_have_text("General")
    expect(ben.notices).to_have_text([f"{ana.name} closed Brief."])
    assert ben.page.url != closed


def test_two_quick_taps_on_a_sheets_button_close_the_sheet_only(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.page.locator("[data-opens-sheet=settings]").first.dispatch_event("click")

    ana.page.locator("#settings").evaluate(
        "(sheet) => { for (let tap = 0; tap < 2; tap += 1) sheet.querySelector('[data-closes]').click(); }"
    )

    expect(ana.page.locator("#settings")).to_be_hidden()
    expect(ana.page).to_have_url(f"{shared.url}/")
    ana.write("Still here")
    expect(ana.texts.last).to_have_text("Still here")


def test_a_command_whose_key_is_held_is_carried_out_once(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.field.fill(f"#private {ben.login} once")
    held = """(field) => { for (let press = 0; press < 4; press += 1) field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', repeat: press > 0, bubbles: true, cancelable: true })); }"""

    ana.field.evaluate(held)
    expect(ana.field).to_have_value("")
    ana.carry_out(f"#private {ben.login} and once more")

    expect(ben.page.locator(".message--private .message__text")).to_have_text(["once", "and once more"])


def test_an_address_of_a_room_that_is_gone_leads_to_where_one_is(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.page.evaluate("history.pushState({kind: 'room', room: 999999}, '', '/r/999999/')")
    ana.page.evaluate("history.pushState({kind: 'room'}, '', '/')")

    ana.page.go_back()

    expect(ana.page).to_have_url(f"{shared.url}/")
    expect(ana.heading).to_have_text("General")


def test_a_double_click_makes_no_second_room(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.page.click("[data-makes-room]")
    ana.page.fill("#new-room-name", "Only once")

    # The second would be refused, for the name is taken.
    ana.page.locator("#new-room form").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")

    expect(ana.heading).to_have_text("Only once")
    expect(ana.page.locator("#new-room-problem")).to_be_empty()


def test_a_name_that_is_taken_is_refused_beside_the_field(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    ana.page.click("[data-makes-room]")
    ana.page.fill("#new-room-name", "GENERAL")
    ana.page.click("text=Make the room")

    expect(ana.page.locator("#new-room-problem")).not_to_be_empty()
    expect(ana.page.locator("#new-room-name")).to_have_value("GENERAL")
    expect(ana.heading).to_have_text("General")
