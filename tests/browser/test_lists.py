"""The lists beside the log, the head above it, and the ways from one place to another."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.test_log import frames_sent
from tests.browser.test_unread import is_told
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
ALL_SIZES = pytest.mark.parametrize("size", [PHONE, {}], ids=["phone", "desktop"])
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_chats(visitor: Visitor) -> Locator:
    chats = visitor.page.locator("#chats")
    if not chats.is_visible():
        visitor.page.tap("[data-opens=chats]")
    expect(chats).to_be_visible()
    return chats


# searching and making rooms


@ALL_SIZES
def test_one_search_leaves_of_rooms_and_people_what_is_looked_for(
    shared: ChatServer, visit: Visit, size: dict[str, object]
) -> None:
    ana = visit(shared, **size).sign_up("Ana")
    word = "Wolf" if size else "Bear"
    ben = visit(shared).sign_up("Bénédict", f"{word}son")
    ben.make_room(f"{word}pack")
    chats = open_chats(ana)
    search = chats.locator(".search__field")
    expect(ana.link_to_room(f"{word}pack")).to_be_visible()

    search.fill(word.upper())

    expect(chats.locator("chat-rooms a")).to_have_text([re.compile(f"{word}pack")])
    expect(chats.locator("chat-online a", has_text=ben.name)).to_be_visible()
    expect(chats.locator("#private-title")).to_be_hidden()
    search.fill(f"benedict {word.lower()}")
    expect(chats.locator("chat-rooms a")).to_have_count(0)
    expect(chats.locator("chat-online a")).to_have_text([re.compile(ben.name)])
    search.press("Enter")
    expect(ana.heading).to_have_text(ben.name)
    expect(search).to_have_value("")


def test_enter_in_an_empty_search_leads_nowhere(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ben.carry_out(f"#private {ana.login} hello")
    expect(ana.page.locator("chat-conversations a")).to_have_count(1)

    open_chats(ana).locator(".search__field").press("Enter")

    # What was found would be gone to with the next frame.
    path = ana.page.evaluate("new Promise(done => requestAnimationFrame(() => done(location.pathname)))")
    assert path == "/"


def test_what_is_typed_into_the_search_before_the_scripts_are_there_is_looked_for(
    shared: ChatServer, visit: Visit
) -> None:
    ben = visit(shared).sign_up("Ben", "Early")
    ben.make_room("Sparrow")
    ana = visit(shared).join("Ana")
    held: list[Route] = []
    ana.page.route(re.compile(r"/later\.\w+\.js$"), lambda route: held.append(route))  # noqa: PLW0108 - it takes no builtin
    ana.open("/")
    expect(ana.page.locator("chat-rooms a")).not_to_have_count(1)

    ana.page.locator("#chats .search__field").fill("sparrow")
    ana.until(lambda: held, "the rest of the scripts is asked for")
    held[0].continue_()

    ana.settle()
    expect(ana.page.locator("chat-rooms a")).to_have_text([re.compile("Sparrow")])


@ALL_SIZES
def test_a_room_that_is_not_there_is_offered_and_made(
    shared: ChatServer, visit: Visit, size: dict[str, object]
) -> None:
    ana = visit(shared, **size).sign_up("Ana")
    name = "Chess" if size else "Draughts"
    chats = open_chats(ana)

    chats.get_by_role("searchbox").fill(name)
    chats.get_by_role("button", name=f"Create room “{name}”").click()
    sheet = ana.page.get_by_role("dialog", name="New room")
    expect(sheet.get_by_label("Name")).to_have_value(name)
    expect(sheet.get_by_label("Temporary")).to_be_checked()
    sheet.get_by_label("Seats").fill("7")
    sheet.get_by_role("button", name="Make the room").click()

    expect(ana.heading).to_have_text(name)
    expect(sheet).to_be_hidden()
    expect(ana.link_to_room(name).locator(".entry__count")).to_have_text("1/7")
    ana.page.go_back()
    expect(ana.heading).to_have_text("General")


def test_somebody_who_is_away_is_found(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    away = visit(shared).sign_up("Wanderer")
    away.page.close()
    ana.page.reload()
    chats = open_chats(ana)

    expect(chats.locator("#online-title")).to_have_text("People online")
    chats.get_by_role("searchbox").fill(away.login)
    expect(chats.locator("#online-title")).to_have_text("People")
    chats.locator("chat-online a", has_text=away.name).click()

    expect(ana.heading).to_have_text(away.name)
    expect(ana.page).to_have_url(f"{shared.url}/p/{away.login}/")
    expect(chats.locator("#online-title")).to_have_text("People online")


def test_whoever_is_alone_is_not_told_to_choose_somebody(quiet: ChatServer, visit: Visit) -> None:
    ana = visit(quiet).sign_up("Ana")
    empty = ana.page.locator("chat-conversations [data-part=empty]")
    expect(empty).to_have_text("No private messages yet.")

    visit(quiet).sign_up("Ben")

    expect(empty).to_have_text("No private messages yet. Choose somebody below to write to them.")


def test_people_in_the_room_are_marked_and_one_tap_writes_to_them(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Marks")
    ben = visit(shared, **PHONE).sign_up("Ben")
    ben.carry_out("#gR Marks")

    ben.page.tap("[data-opens=people]")

    expect(ben.link_to(ana)).to_contain_text("made this room")
    expect(ben.link_to(ben)).to_contain_text("you")
    ben.link_to(ana).tap()
    expect(ben.heading).to_have_text(ana.name)
    expect(ben.page.locator(".place__about")).to_contain_text("online")
    expect(ben.page.locator("#people")).to_be_hidden()


def test_a_room_without_a_free_seat_is_not_entered_and_one_is_told(shared: ChatServer, visit: Visit) -> None:
    ana, ben, eva = (visit(shared).sign_up(name) for name in ("Ana", "Ben", "Eva"))
    make_room(ana, "Pair", seats="2")
    ben.carry_out("#gR Pair")
    pair = eva.link_to_room("Pair")
    expect(pair.locator(".entry__count")).to_have_text("2/2")

    eva.make_room("Outside")
    outside = eva.page.url

    pair.click()

    expect(eva.page.locator(".notice__text", has_text="The room is full.")).to_be_visible()
    expect(eva.heading).to_have_text("Outside")
    expect(eva.page).to_have_url(outside)
    eva.page.go_back()
    expect(eva.heading).to_have_text("General")


# the head


def test_a_room_counts_down_while_its_creator_is_away_and_goes_on_when_they_are_back(
    start_chat: Callable[..., ChatServer], visit: Visit
) -> None:
    server = start_chat("embedded", ROOM_GRACE_SECONDS="60")
    ana = visit(server).sign_up("Ana")
    ben = visit(server, **PHONE).sign_up("Ben")
    ana.make_room("Tent")
    ben.carry_out("#gR Tent")
    about = ben.page.locator(".place__about")
    expect(about).to_contain_text("2 here")

    ana.page.close()
    expect(about).to_contain_text(re.compile(r"closes in \d\d s"))
    expect(ben.page.locator("chat-clock")).to_be_hidden()
    open_chats(ben)
    expect(ben.link_to_room("Tent")).to_contain_text("closes in")
    ben.page.go_back()
    ana.page = ana.context.new_page()
    ana.open("/")

    expect(about).to_contain_text("1 here")
    expect(ben.page.locator(".place__closing")).to_be_hidden()
    expect(ben.heading).to_have_text("Tent")


def test_on_its_side_a_phone_shows_the_name_only(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")

    ana.page.set_viewport_size({"width": 740, "height": 360})

    expect(ana.page.locator(".place__about")).to_be_hidden()
    box = ana.page.locator(".chat__head").bounding_box()
    assert box is not None
    assert box["height"] <= 42


def test_unread_private_messages_are_counted_in_head_list_and_title(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ben = visit(shared, **PHONE).sign_up("Ben")

    ana.carry_out(f"#private {ben.login} one")
    ana.carry_out(f"#private {ben.login} two")

    expect(ben.page.locator("chat-unseen")).to_contain_text("2 unread")
    expect(ben.page).to_have_title("(2) General")
    line = open_chats(ben).locator("chat-conversations a")
    expect(line).to_contain_text("two")
    line.tap()
    expect(ben.page).to_have_title(ana.name)
    expect(ben.page.locator("chat-unseen")).to_be_hidden()


@pytest.mark.parametrize(("ahead_ms", "remark"), [(3000, "ahead of"), (-5000, "behind")])
def test_a_device_whose_clock_is_off_is_told_once_a_visit(
    shared: ChatServer, visit: Visit, ahead_ms: int, remark: str
) -> None:
    ana = visit(shared, fresh=True)
    ana.page.add_init_script(f"const now = Date.now; Date.now = () => now() + {ahead_ms};")

    ana.sign_up()

    said = f"This device’s clock is {abs(ahead_ms) // 1000} seconds {remark} the server’s."
    expect(ana.notices).to_have_text(re.compile(re.escape(said)))
    ana.page.get_by_role("button", name="Dismiss").click()
    expect(ana.notices).to_have_count(0)
    ana.page.reload()
    ana.settle()
    ana.page.click(".place__open")
    expect(ana.page.locator("#place")).to_contain_text(said)
    expect(ana.notices).to_have_count(0)


def test_a_clock_that_is_right_is_not_worth_a_word(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()

    ana.page.click(".place__open")

    expect(ana.page.locator("#place .facts__clock")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d ± [\d.]+s$"))
    expect(ana.notices).to_have_count(0)


# about a place


def test_the_creator_closes_the_room_by_a_button_that_asks_first(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ben = visit(shared).sign_up("Ben")
    ana.make_room("Closable")
    ben.carry_out("#gR Closable")
    ana.page.tap(".place__open")
    sheet = ana.page.get_by_role("dialog", name="Closable")
    expect(sheet).to_contain_text(ana.name)
    expect(sheet).to_contain_text("2 people")

    sheet.get_by_role("button", name="Close this room").tap()
    sheet.get_by_role("button", name="Keep it").tap()
    expect(ana.heading).to_have_text("Closable")
    sheet.get_by_role("button", name="Close this room").tap()
    sheet.get_by_role("button", name="Close it").tap()

    expect(ana.heading).to_have_text("General")
    expect(sheet).to_be_hidden()
    expect(ben.heading).to_have_text("General")
    expect(ben.notices.last).to_contain_text(f"{ana.name} closed Closable.")


def test_others_may_leave_a_room_by_button_and_not_close_it(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.make_room("Leavable")
    ben.carry_out("#gR Leavable")

    ben.page.click(".place__open")
    sheet = ben.page.get_by_role("dialog", name="Leavable")
    expect(sheet.get_by_role("button", name="Close this room")).to_be_hidden()
    expect(sheet.get_by_label("Address of this room")).to_have_value(ben.page.url)
    sheet.get_by_role("button", name="Leave this room").click()

    expect(ben.heading).to_have_text("General")
    expect(sheet).to_be_hidden()
    ben.page.click(".place__open")
    sheet = ben.page.get_by_role("dialog", name="General")
    expect(sheet.get_by_role("button", name="Leave this room")).to_be_hidden()


def test_a_conversation_leads_to_the_card_of_the_person(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.open(f"/p/{ben.login}/").settle()

    ana.page.click(".place__open")
    sheet = ana.page.get_by_role("dialog", name=ben.name)
    expect(sheet).to_contain_text(ben.login)
    sheet.get_by_role("link", name="About this person").click()

    expect(ana.page).to_have_url(f"{shared.url}/people/{ben.login}/")
    expect(ana.heading).to_have_text(ben.name)


def test_the_chat_is_left_by_a_button_and_the_commands_are_listed(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    ana.page.click(".account__open")
    ana.page.get_by_role("button", name="Keys and commands").click()
    expect(ana.page.get_by_role("dialog", name="Keys and commands")).to_contain_text("#gR <room>")
    ana.page.keyboard.press("Escape")
    ana.page.get_by_role("button", name="Leave the chat").click()

    expect(ana.status).to_contain_text("You have left the chat.")


# ways


def test_back_closes_what_was_opened_last_and_then_leads_to_the_place_before(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.make_room("Back again")
    chats, sheet = open_chats(ana), ana.page.locator("#new-room")
    chats.locator("[data-makes-room]").tap()
    expect(sheet).to_be_visible()

    ana.page.go_back()
    expect(sheet).to_be_hidden()
    expect(chats).to_be_visible()
    ana.page.go_back()
    expect(chats).to_be_hidden()
    expect(ana.heading).to_have_text("Back again")
    ana.page.go_back()

    expect(ana.heading).to_have_text("General")


def test_going_somewhere_from_a_list_leaves_no_dead_step_behind(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.make_room("Steps")
    open_chats(ana)
    ana.link_to_room("General").tap()
    expect(ana.heading).to_have_text("General")
    # Where one is already: the list closes, and that is all.
    open_chats(ana)
    ana.link_to_room("General").tap()
    expect(ana.page.locator("#chats")).to_be_hidden()

    ana.page.go_back()

    expect(ana.heading).to_have_text("Steps")


def test_the_finder_goes_anywhere_by_keyboard(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared).sign_up("Ben", "Findling")
    ben.make_room("Findling's den")
    expect(ana.page.locator("chat-rooms")).to_contain_text("Findling's den")
    finder = ana.page.get_by_role("dialog", name="Go to")
    options = finder.get_by_role("option")

    ana.page.keyboard.press("Control+k")
    expect(finder.get_by_role("combobox")).to_be_focused()
    ana.page.keyboard.type("findling")
    expect(options).to_have_text(
        [re.compile("Findling's den"), re.compile(ben.name), re.compile("Create room")]
    )
    ana.page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    ana.page.keyboard.press("Enter")

    expect(ana.heading).to_have_text(ben.name)
    expect(finder).to_be_hidden()
    ana.page.keyboard.press("Control+k")
    ana.page.keyboard.press("Escape")
    expect(finder).to_be_hidden()
    expect(ana.heading).to_have_text(ben.name)
    ana.page.go_back()
    expect(ana.heading).to_have_text("General")


def test_alt_and_arrows_step_through_the_places_and_with_shift_to_what_is_unread(
    quiet: ChatServer, visit: Visit
) -> None:
    ana, ben, eva = (visit(quiet) for _ in range(3))
    told = frames_sent(ana.page)
    for visitor, name in ((ana, "Ana"), (ben, "Ben"), (eva, "Eva")):
        visitor.sign_up(name)
    ben.make_room("Den")
    for writer in (ben, eva):
        writer.carry_out(f"#private {ana.login} hello")
    expect(ana.page.locator("chat-conversations a")).to_have_count(2)
    expect(ana.page.locator("chat-rooms a")).to_have_count(2)

    ana.page.keyboard.press("Alt+ArrowDown")
    expect(ana.heading).to_have_text("Den")
    ana.page.keyboard.press("Alt+ArrowUp")
    expect(ana.heading).to_have_text("General")
    ana.page.keyboard.press("Alt+Shift+ArrowUp")
    expect(ana.heading).to_have_text(ben.name)
    ana.until(lambda: is_told(told, ben.login), "it has been read")
    ana.page.keyboard.press("Alt+Shift+ArrowUp")
    expect(ana.heading).to_have_text(eva.name)

    expect(ana.page.locator("chat-conversations .count:visible")).to_have_count(0)


# small screens


def test_the_foot_stays_in_reach_however_many_rooms_there_are(quiet: ChatServer, visit: Visit) -> None:
    ana = visit(quiet, **{**PHONE, "viewport": {"width": 320, "height": 560}}).sign_up("Ana")
    ben = visit(quiet).sign_up("Ben")
    for number in range(12):
        ben.make_room(f"{number} is a room with a very long name")
    chats = open_chats(ana)
    expect(chats.locator("chat-rooms a")).to_have_count(13)
    chats.locator(".search__field").fill("long")
    expect(chats.locator("chat-rooms a")).to_have_count(8)
    chats.get_by_role("button", name="Show 4 more").tap()
    expect(chats.locator("chat-rooms a")).to_have_count(12)

    chats.locator("chat-rooms a").last.scroll_into_view_if_needed()

    expect(chats.locator(".account__open")).to_be_in_viewport(ratio=1)
    assert ana.page.evaluate(OVERFLOW) <= 0
    chats.locator(".account__open").tap()
    expect(chats.get_by_role("button", name="Log out")).to_be_in_viewport(ratio=1)


def test_a_keyboard_that_lies_over_the_page_leaves_head_and_composer_in_sight(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    for number in range(8):
        ana.write(f"line {number}")
    expect(ana.texts.last).to_have_text("line 7")
    ana.field.tap()

    ana.page.evaluate("""() => {
        Object.defineProperty(visualViewport, "height", { get: () => 400 });
        visualViewport.dispatchEvent(new Event("resize"));
    }""")

    expect(ana.page.locator("html")).to_have_attribute("data-keyboard", "open")
    expect(ana.page.locator(".place__about")).to_be_hidden()
    for part in (ana.field, ana.heading):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 400
    for text in ana.texts.all()[-4:]:
        expect(text).to_be_in_viewport(ratio=1)
        line, composer = text.bounding_box(), ana.field.bounding_box()
        assert line is not None
        assert composer is not None
        assert line["y"] + line["height"] <= composer["y"]


# without a network


def test_a_room_that_was_seen_is_shown_at_once_and_what_is_written_there_waits_for_it(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable).sign_up("Ana")
    for name in ("Near", "Far"):
        make_room(ana, name)
        ana.write(f"in {name}")
        ana.sees(f"in {name}")
    cable.pull()

    ana.link_to_room("Near").click()
    expect(ana.heading).to_have_text("Near")
    ana.sees("in Near")
    ana.write("written on the way")
    ana.sees("in Near", "written on the way")
    cable.plug()
    ana.notice_network()

    expect(ana.waiting).to_have_count(0)
    ana.sees("in Near", "written on the way")
    ana.link_to_room("Far").click()
    ana.sees("in Far")


def make_room(visitor: Visitor, name: str, *, seats: str = "") -> None:
    """By the button, a permanent one."""
    visitor.page.click("[data-makes-room]")
    visitor.page.fill("#new-room-name", name)
    visitor.page.check("[name=kind][value=permanent]")
    visitor.page.fill("#new-room-capacity", seats)
    visitor.page.click("text=Make the room")
    expect(visitor.heading).to_have_text(name)
