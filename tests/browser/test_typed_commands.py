"""What is typed after `#`: completed, asked about, carried out, answered."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
CROWD = (
    "from accounts.models import User;"
    "User.objects.bulk_create(User(username=f'crowd{n}', password='!') for n in range(120))"
)


def palette(visitor: Visitor) -> Locator:
    return visitor.page.locator("chat-commands")


def options(visitor: Visitor) -> Locator:
    return visitor.page.locator("#commands [role=option]")


def choose(visitor: Visitor, *names: str) -> None:
    """Tap one suggestion after the other."""
    for name in names:
        visitor.page.locator("#commands [role=option]", has_text=name).tap()


def type_and(visitor: Visitor, text: str, *keys: str) -> None:
    """Type something into an empty line, and press keys in it."""
    expect(visitor.field).to_have_value("")
    visitor.field.press_sequentially(text)
    for key in keys:
        visitor.field.press(key)


def test_every_command_is_found_and_carried_out_with_keys_alone(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))

    type_and(ana, "#cr", "Enter")
    expect(ana.field).to_have_value("#cR ")
    ana.field.press_sequentially("Workshop for keys")
    ana.field.press("Enter")
    expect(ana.heading).to_have_text("Workshop for keys")
    type_and(ana, "#e", "Enter")
    expect(ana.heading).to_have_text("General")
    type_and(ana, "#gr keys", "ArrowDown", "Enter")
    expect(ana.heading).to_have_text("Workshop for keys")
    type_and(ana, "#l", "Enter")
    expect(ana.page.locator(".notice__entry", has_text="General")).to_be_visible()
    type_and(ana, "#sh", "Tab")
    expect(ana.field).to_have_value("#show users")
    ana.field.press("Enter")
    expect(ana.page.locator(".notice__entry", has_text=ben.login)).to_be_visible()
    type_and(ana, "#p", "Enter")
    expect(ana.field).to_have_value("#private ")
    ana.field.press_sequentially(ben.login)
    expect(options(ana)).to_have_count(1)
    ana.field.press("Enter")
    expect(ana.field).to_have_value(f"#private {ben.login} ")
    ana.field.press_sequentially("psst")
    ana.field.press("Enter")
    expect(ben.texts.last).to_have_text("psst")
    type_and(ana, "#h", "Enter")
    expect(ana.page.locator(".notice__entry", has_text="#show users")).to_be_visible()
    type_and(ana, "#d", "Enter", "Tab", "Enter")
    ana.answer("Close the room")
    expect(ana.heading).to_have_text("General")
    type_and(ana, "#ex", "Enter")
    expect(ana.field).to_have_value("#exit")
    ana.field.press("Enter")
    expect(ana.status).to_contain_text("You have left the chat.")


def test_among_many_people_the_list_begins_with_who_is_here(own: ChatServer, visit: Visit) -> None:
    own.manage(*["shell", "--no-imports", "-c"], CROWD)
    zoe = visit(own, **PHONE).sign_up("Zoe")
    ana = visit(own, **PHONE).sign_up("Ana")

    ana.carry_out("#show users")

    notice = ana.page.locator(".notice", has_text="People, those who are online first")
    expect(notice.locator(".notice__entry").nth(1)).to_contain_text(zoe.login)
    expect(notice.locator(".notice__entry").last).to_have_text("…")


def test_every_command_is_found_and_carried_out_with_a_thumb(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared, **PHONE).sign_up(name) for name in ("Ana", "Ben"))
    hash_button = ana.page.locator("[data-part=hash]")

    hash_button.tap()
    choose(ana, "#cR")
    ana.field.press_sequentially("Workshop for thumbs")
    ana.page.tap(".composer__send")
    expect(ana.heading).to_have_text("Workshop for thumbs")
    hash_button.tap()
    choose(ana, "#eR")
    expect(ana.heading).to_have_text("General")
    hash_button.tap()
    choose(ana, "#gR", "Workshop for thumbs")
    expect(ana.heading).to_have_text("Workshop for thumbs")
    for command, line in {"#lR": "General", "#show users": ben.login, "#help": "#show users"}.items():
        hash_button.tap()
        choose(ana, command)
        expect(ana.page.locator(".notice__entry", has_text=line).last).to_be_visible()
    hash_button.tap()
    choose(ana, "#private")
    ana.field.press_sequentially(ben.login)
    choose(ana, ben.login)
    ana.field.press_sequentially("psst")
    ana.page.tap(".composer__send")
    expect(ben.texts.last).to_have_text("psst")
    hash_button.tap()
    choose(ana, "#dR", "Workshop for thumbs")
    ana.answer("Close the room")
    expect(ana.heading).to_have_text("General")
    expect(ana.field).to_be_focused()
    hash_button.tap()
    choose(ana, "#exit")
    ana.page.tap(".composer__send")
    expect(ana.status).to_contain_text("You have left the chat.")


def test_the_palette_tells_a_screen_reader_what_is_chosen_and_closes_with_escape(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).sign_up("Ana")
    expect(palette(ana)).to_be_hidden()

    ana.field.press_sequentially("#")
    expect(options(ana)).to_have_count(9)
    expect(options(ana).first).to_contain_text("make a room and go there")
    ana.field.press("ArrowDown")
    chosen = options(ana).nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(ana.field).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    expect(ana.field).to_be_focused()

    ana.field.press("Escape")
    expect(palette(ana)).to_be_hidden()
    expect(ana.field).not_to_have_attribute("aria-activedescendant", re.compile(""))
    expect(ana.field).to_have_value("#")


def test_a_room_that_opens_meanwhile_leaves_chosen_what_is_chosen(shared: ChatServer, visit: Visit) -> None:
    ana, ben, eva = (visit(shared).sign_up(name) for name in ("Ana", "Ben", "Eva"))
    ben.make_room("Otter one")
    eva.make_room("Otter two")
    ana.field.press_sequentially("#gR otter")
    expect(options(ana)).to_have_count(2)
    ana.field.press("ArrowDown")
    ana.field.press("ArrowDown")
    chosen = ana.page.locator("#commands [aria-selected=true] .commands__name")
    name = chosen.text_content()

    visit(shared).sign_up("Zoe").make_room("Otter three")
    expect(options(ana)).to_have_count(3)

    expect(chosen).to_have_text(str(name))
    ana.field.press("Enter")
    expect(ana.heading).to_have_text(str(name))


def test_commands_are_told_in_the_readers_language(shared: ChatServer, visit: Visit) -> None:
    for locale, usage in {"es-ES": "#gR <sala>", "ru-RU": "#gR <комната>"}.items():
        ana = visit(shared, locale=locale).sign_up("Ana")
        ana.field.press_sequentially("#g")
        expect(options(ana)).to_contain_text([usage])


def test_an_unknown_command_is_put_right_with_one_press(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    ana.write("#gr2 General")
    expect(ana.problem).to_have_text("There is no command #gr2. Did you mean #gR?")
    ana.answer("Use #gR")

    expect(ana.field).to_have_value("#gR General")
    expect(ana.field).to_be_focused()
    expect(ana.problem).to_be_hidden()


def test_part_of_a_rooms_name_is_put_right_with_one_press(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Half a name")
    ana.carry_out("#eR")

    ana.write("#gR half a")
    expect(ana.problem).to_have_text("There is no room “half a”.")
    ana.answer("Use Half a name")
    ana.field.press("Enter")

    expect(ana.heading).to_have_text("Half a name")


def test_closing_a_room_is_asked_about_and_can_be_thought_better_of(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Kept after all")

    ana.write("#dR Kept after all")
    expect(ana.problem).to_have_text("Close “Kept after all” for everybody in it?")
    ana.answer("Keep it")

    expect(ana.field).to_have_value("")
    expect(ana.problem).to_be_hidden()
    ana.carry_out("#lR")
    expect(ana.heading).to_have_text("Kept after all")


def test_of_a_room_that_one_cannot_close_nothing_is_asked(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    ana.write("#dR General")

    expect(ana.problem).to_have_text("This room is everybody's. It does not close.")
    expect(ana.page.locator(".composer__choices")).to_be_hidden()


def test_a_listed_room_is_entered_and_a_listed_person_written_to_by_pressing_them(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Pressed")

    ben.carry_out("#lR")
    ben.page.locator("button.notice__entry", has_text="Pressed").click()
    expect(ben.heading).to_have_text("Pressed")
    ben.carry_out("#show users")
    ben.page.locator("button.notice__entry", has_text=ana.login).click()
    expect(ben.page).to_have_url(f"{shared.url}/p/{ana.login}/")


def test_that_one_is_in_a_room_is_told_there_only(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Told of")
    expect(ana.notices).to_contain_text(["You have made the room “Told of” and are in it."])

    ana.carry_out("#eR")

    expect(ana.notices).to_have_text(["You are in “General”."])


def test_a_message_that_a_command_came_between_is_there_again_after_it(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.field.fill("half a sentence")

    ana.page.tap("[data-part=hash]")
    expect(ana.field).to_have_value("#")
    choose(ana, "#lR")

    expect(ana.page.locator(".notice__entry").first).to_be_visible()
    expect(ana.field).to_have_value("half a sentence")


def test_a_message_outlives_a_command_that_is_begun_twice(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    hash_button = ana.page.locator(".composer__hash")
    ana.field.fill("half a sentence")

    hash_button.click()
    ana.field.press("Backspace")
    expect(ana.field).to_have_value("")
    ana.field.press_sequentially("more")
    hash_button.click()
    expect(ana.field).to_have_value("#")
    hash_button.click()

    expect(ana.field).to_have_value("half a sentence\nmore")


def test_a_command_waits_for_the_part_of_the_page_that_carries_it_out(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).join("Ana")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    ana.page.route("**/deeds*.js", hold)
    ana.open("/")
    expect(ana.page.locator("chat-clock:not([hidden])")).to_be_attached()

    ana.write("#cR Late tools")
    ana.field.press("Enter")
    expect(ana.page.locator("chat-composer[aria-busy=true]")).to_be_attached()
    for route in held:
        route.continue_()

    expect(ana.heading).to_have_text("Late tools")
    expect(ana.field).to_have_value("")
    expect(ana.page.locator(".notice")).to_have_count(1)
