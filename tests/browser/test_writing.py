"""The line to write into: what it keeps, what it completes, what it asks, and how one likes it."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.visitor import PASSWORD, Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
LINES = "(field) => field.clientHeight / parseFloat(getComputedStyle(field).lineHeight)"
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('chat/outbox/')).length"
DRAFTS = KEPT.replace("outbox", "draft")
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


def answer(visitor: Visitor, name: str) -> None:
    """Press a button above the line."""
    visitor.page.locator(".composer__choices").get_by_role("button", name=name).click()


# commands


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
    answer(ana, "Close the room")
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
    answer(ana, "Close the room")
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
    answer(ana, "Use #gR")

    expect(ana.field).to_have_value("#gR General")
    expect(ana.field).to_be_focused()
    expect(ana.problem).to_be_hidden()


def test_part_of_a_rooms_name_is_put_right_with_one_press(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Half a name")
    ana.carry_out("#eR")

    ana.write("#gR half a")
    expect(ana.problem).to_have_text("There is no room “half a”.")
    answer(ana, "Use Half a name")
    ana.field.press("Enter")

    expect(ana.heading).to_have_text("Half a name")


def test_closing_a_room_is_asked_about_and_can_be_thought_better_of(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Kept after all")

    ana.write("#dR Kept after all")
    expect(ana.problem).to_have_text("Close “Kept after all” for everybody in it?")
    answer(ana, "Keep it")

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


# what is kept


def test_what_is_being_written_is_kept_for_each_place_and_over_a_reload(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.field.fill("for everybody")
    ana.link_to(ben).click()
    expect(ana.field).to_have_value("")
    ana.field.fill("for Ben")

    ana.page.reload()
    expect(ana.field).to_have_value("for Ben")
    ana.page.locator("chat-rooms a", has_text="General").click()
    expect(ana.field).to_have_value("for everybody")

    ana.write("for everybody")
    ana.page.reload()
    ana.settle()
    expect(ana.field).to_have_value("")


def test_what_is_being_written_is_there_after_a_crash(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.field.fill("not lost")
    # Written down while one rests, not only when the page is left in good order.
    ana.page.evaluate(
        """() => new Promise((resolve) => {
            const look = () => Object.values(localStorage).some((kept) => kept.includes("not lost"))
                ? resolve() : setTimeout(look, 20);
            look();
        })"""
    )
    crashed, ana.page = ana.page, ana.context.new_page()

    ana.open("/")

    expect(ana.field).to_have_value("not lost")
    crashed.close()


def test_what_is_being_written_goes_along_out_of_a_room_that_closes(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Closing")
    ben.carry_out("#gR Closing")
    expect(ben.heading).to_have_text("Closing")
    ben.field.fill("wait for m")

    ana.write("#dR Closing")
    answer(ana, "Close the room")

    expect(ben.heading).to_have_text("General")
    expect(ben.field).to_have_value("wait for m")


def test_what_is_being_written_stays_in_its_room_though_the_connection_is_not_there_yet(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.page.route_web_socket("**/ws/", lambda _: None)  # It opens, and nobody answers.
    ana.page.reload()
    expect(ana.page.locator(":not(:defined)")).to_have_count(0)
    ana.field.fill("for everybody")

    ana.page.locator(f"chat-online a[data-login='{ben.login}']").click()
    expect(ana.field).to_have_value("")
    ana.page.go_back()

    expect(ana.field).to_have_value("for everybody")


def test_private_words_that_were_not_accepted_are_taken_back_into_their_conversation(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.page.evaluate(
        """([login, ben, clientId]) => {
            const item = { clientId, target: { kind: 'direct', to: ben, name: 'Ben' }, text: '#1 of us', writtenAt: 1,
                state: 'refused', code: 'not_allowed', reason: 'No.' };
            localStorage.setItem(`chat/outbox/${login}/${clientId}`, JSON.stringify(item));
        }""",
        [ana.login, ben.login, str(uuid4())],
    )
    ana.page.reload()

    ana.page.get_by_role("button", name="Edit").click()

    expect(ana.page).to_have_url(f"{shared.url}/p/{ben.login}/")
    expect(ana.field).to_have_value("##1 of us")
    ana.field.press("Enter")
    expect(ben.texts.last).to_have_text("#1 of us")
    expect(ben.page.locator(".message--private")).to_have_count(1)


def test_a_forced_log_in_loses_nothing_that_was_being_written(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.field.fill("in the middle of")
    shared.manage("shell", "-c", _without_sessions(ana.login))
    ana.page.wait_for_url(re.compile("/accounts/login/"))

    ana.page.fill("[name=login]", ana.login)
    ana.page.fill("[name=password]", PASSWORD)
    ana.page.click("main button[type=submit]")

    expect(ana.field).to_have_value("in the middle of")


def test_the_line_grows_with_its_text_up_to_five_lines(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    one = ana.field.bounding_box()
    assert one is not None

    ana.field.fill("1\n2\n3")
    three = ana.field.bounding_box()
    ana.field.fill("\n".join("123456789"))
    nine = ana.field.bounding_box()
    ana.page.tap(".composer__send")
    again = ana.field.bounding_box()

    assert three is not None
    assert nine is not None
    assert 44 <= one["height"] < 46
    assert 85 < three["height"] < 100
    assert 130 < nine["height"] < 146
    assert again is not None
    assert again["height"] == one["height"]


def test_the_end_of_the_log_stays_in_sight_while_one_writes_more(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.make_room("Long lines")
    for number in range(20):
        ana.write(f"line {number}")
    expect(ana.waiting).to_have_count(0)

    ana.field.fill("1\n2\n3\n4")
    ana.field.press_sequentially("56")

    expect(ana.texts.last).to_be_in_viewport(ratio=1)
    ana.field.fill("")
    expect(ana.texts.last).to_be_in_viewport(ratio=1)


def test_too_long_a_text_is_counted_and_kept(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    count = ana.page.locator(".composer__count")
    ana.field.fill("x" * 3799)
    expect(count).to_be_hidden()

    ana.field.fill("x" * 3801)
    expect(count).to_have_text("199 characters left")
    ana.field.fill("x" * 4001)
    expect(count).to_have_text("1 character too many.")
    ana.field.press("Enter")

    expect(ana.problem).to_have_text("That is too long: a message has at most 4000 characters.")
    expect(ana.field).to_have_value("x" * 4001)
    expect(ana.waiting).to_have_count(0)


def test_somebodys_words_are_quoted_before_what_is_being_written(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.field.fill("I do")

    ana.page.evaluate(
        "document.dispatchEvent(new CustomEvent('chat-quote', {detail: {author: 'Ben', text: 'Who comes?'}}))"
    )

    expect(ana.field).to_have_value("> Ben: Who comes?\n\nI do")
    expect(ana.field).to_be_focused()


# sending


def test_a_key_that_ends_a_composition_sends_nothing(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.field.fill("かんじ")

    is_left_alone = ana.field.evaluate(
        """(field) => {
            field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
            const key = { key: "Enter", isComposing: true, bubbles: true, cancelable: true };
            return field.dispatchEvent(new KeyboardEvent("keydown", key));
        }"""
    )

    assert is_left_alone
    expect(ana.field).to_have_value("かんじ")
    expect(ana.waiting).to_have_count(0)


def test_enter_sends_or_begins_a_line_as_one_likes(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    ana.make_room("Liked")
    ana.page.locator("[data-opens-sheet=settings]").evaluate("button => button.click()")
    ana.page.locator("[data-setting=enter] [value=sends]").tap()
    expect(ana.page.locator("[data-setting=enter] [aria-current]")).to_have_text("sends")
    ana.page.reload()

    ana.field.fill("sent by a key")
    ana.field.press("Enter")
    ana.sees("sent by a key")
    ana.field.fill("one")
    ana.field.press("Shift+Enter")

    expect(ana.field).to_have_value("one\n")


def test_whoever_writes_too_fast_is_told_when_to_go_on_and_loses_nothing(
    start_chat: Callable[..., ChatServer], visit: Visit
) -> None:
    server = start_chat("embedded", LIMITS="on")
    ana = visit(server).sign_up("Ana")
    told = re.compile(r"Slow down: you can send again in \d+ seconds?\.")

    texts = [f"line {number}" for number in range(21)]
    for text in texts:
        ana.write(text)
    expect(ana.problem).to_have_text(told)
    ana.write("one too many")
    expect(ana.field).to_have_value("one too many")

    expect(ana.problem).to_be_hidden()
    ana.sees(*texts)
    ana.field.press("Enter")
    ana.sees(*texts, "one too many")


# what waits


def away_with_words(ana: Visitor, cable: Cable) -> None:
    """Write something in a room while the network is gone, and be in another room when it is back."""
    ana.make_room(f"Left by {ana.login}")
    cable.pull()
    ana.write("wait for me")
    expect(ana.waiting).to_have_count(1)
    ana.page.locator("chat-rooms a", has_text="General").click()
    cable.plug()
    ana.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(ana.heading).to_have_text("General")
    # How many are in a room is known once one is there.
    expect(ana.page.locator(".place__state")).to_contain_text("here")


@pytest.mark.fault
def test_what_waits_for_another_room_says_so_and_is_sent_by_going_there(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    away_with_words(ana, cable)

    waiting = ana.page.locator("chat-waiting")
    expect(waiting).to_contain_text(f"1 message waits in Left by {ana.login}.")
    waiting.get_by_role("button", name="Go there and send").click()

    expect(ana.heading).to_have_text(f"Left by {ana.login}")
    ana.sees("wait for me")
    expect(ana.waiting).to_have_count(0)
    expect(waiting).to_be_hidden()


def test_what_is_older_than_a_day_asks_before_it_goes(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Yesterday")
    ana.page.evaluate(
        """([login, room, names]) => names.forEach(([clientId, text]) => {
            const target = { kind: "room", room, name: "Yesterday" };
            const writtenAt = Date.now() - 25 * 60 * 60 * 1000;
            const item = { clientId, target, text, writtenAt, state: "waiting" };
            localStorage.setItem(`chat/outbox/${login}/${clientId}`, JSON.stringify(item));
        })""",
        [ana.login, int(ana.page.url.split("/")[-2]), [[str(uuid4()), "late"], [str(uuid4()), "too late"]]],
    )

    ana.page.reload()
    late, too_late = (
        ana.page.locator(".message", has=ana.page.get_by_text(text, exact=True))
        for text in ("late", "too late")
    )
    expect(late).to_contain_text("Written more than a day ago. Send it still?")
    # It may have been stored after all, and would stand there twice.
    expect(late.get_by_role("button", name="Edit")).to_be_hidden()
    late.get_by_role("button", name="Send now").click()
    too_late.get_by_role("button", name="Delete").click()

    ana.sees("late")
    expect(ana.page.locator(".message[data-state=stale]")).to_have_count(0)


@pytest.mark.fault
def test_leaving_with_words_that_wait_is_asked_about(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    away_with_words(ana, cable)

    ana.write("#exit")
    expect(ana.problem).to_have_text("1 message is not sent yet. Leave the chat all the same?")
    answer(ana, "Stay")
    expect(ana.problem).to_be_hidden()
    ana.carry_out("#lR")
    ana.write("#exit")
    answer(ana, "Leave")

    expect(ana.status).to_contain_text("You have left the chat.")


@pytest.mark.fault
def test_a_log_out_with_words_that_wait_asks_what_shall_become_of_them(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    away_with_words(ana, cable)
    leaving = ana.page.locator("#leaving")
    log_out = "document.querySelector('form[action$=\"/logout/\"]').requestSubmit()"

    ana.page.evaluate(log_out)
    expect(leaving).to_contain_text("1 message is not sent yet")
    leaving.get_by_role("button", name="Stay").click()
    expect(leaving).to_be_hidden()
    ana.carry_out("#lR")
    ana.page.evaluate(log_out)
    leaving.get_by_role("button", name="Log out and keep them").click()

    expect(ana.page).to_have_url(re.compile("/accounts/login/"))
    assert ana.page.evaluate(KEPT) == 1


@pytest.mark.fault
def test_a_log_out_can_take_along_what_waits(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    away_with_words(ana, cable)

    ana.page.evaluate("document.querySelector('form[action$=\"/logout/\"]').requestSubmit()")
    ana.page.locator("#leaving").get_by_role("button", name="Log out and delete them").click()

    expect(ana.page).to_have_url(re.compile("/accounts/login/"))
    assert ana.page.evaluate(KEPT) == 0


def test_whoever_logs_out_leaves_no_drafts_on_the_device(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Half said")
    ana.field.fill("not for the next one here")
    ana.page.wait_for_function(f"() => {DRAFTS} === 1")

    ana.page.evaluate("document.querySelector('form[action$=\"/logout/\"]').requestSubmit()")

    expect(ana.page).to_have_url(re.compile("/accounts/login/"))
    assert ana.page.evaluate(DRAFTS) == 0


# the state of the connection


@pytest.mark.fault
def test_without_a_network_it_is_told_how_much_waits_and_one_may_try_at_once(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable).sign_up("Ana")
    ana.make_room("Offline")
    cable.pull()
    expect(ana.status).to_have_text("Reconnecting… Messages you send will wait.")

    ana.context.set_offline(True)
    for text in ("one", "two"):
        ana.write(text)
    expect(ana.status).to_contain_text("No connection. 2 messages wait.")
    cable.plug()
    ana.context.set_offline(False)

    ana.sees("one", "two")
    expect(ana.status).to_be_hidden()


@pytest.mark.fault
def test_a_device_that_says_it_is_offline_is_believed_when_the_server_is_silent(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable).sign_up("Ana")
    cable.clog()

    ana.context.set_offline(True)

    # The wire is not cut: without being asked, the socket would pass for alive until two beats are missing.
    expect(ana.status).to_contain_text("No connection.")
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
    ana = visit(shared).sign_up("Ana")

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
    ana = visit(shared).sign_up("Ana")
    ana.page.route_web_socket(re.compile("/ws/$"), lambda socket: socket.close(code=code))
    ana.page.reload()
    expect(ana.status.get_by_role("button")).to_be_visible()

    ana.write("for later")

    expect(ana.waiting.locator("[data-part=state-text]")).to_have_text(told)


@pytest.mark.fault
def test_whoever_must_log_in_again_is_told_that_words_wait(
    shared: ChatServer, cable: Cable, visit: Visit
) -> None:
    ana = visit(cable).sign_up("Ana")
    away_with_words(ana, cable)
    # The log-in page does not come for once: there is time to read.
    ana.page.route("**/accounts/login/**", lambda _route: None)

    shared.manage("shell", "-c", _without_sessions(ana.login))

    expect(ana.status).to_contain_text("Log in again to send your 1 message.")
    expect(ana.status.get_by_role("button", name="Log in")).to_be_visible()


@pytest.mark.fault
def test_a_newer_page_is_told_of_and_never_loaded_by_itself(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    ana.field.fill("being written")
    ana.page.route("**/session", lambda route: route.fulfill(json={"login": ana.login, "release": "newer"}))

    cable.pull()
    expect(ana.status).to_contain_text("Reconnecting…")
    cable.plug()
    expect(ana.status).to_contain_text("There is a new version of this page.")
    expect(ana.field).to_have_value("being written")
    ana.page.unroute("**/session")
    ana.page.get_by_role("button", name="Load again").click()

    ana.settle()
    expect(ana.field).to_have_value("being written")


# settings


def test_light_and_dark_are_chosen_at_once_and_for_the_next_time(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    root = ana.page.locator("html")
    ana.page.click("[data-opens-sheet=settings]")

    with ana.page.expect_response("**/theme/") as kept:
        ana.page.click("#settings [value=dark]")
    expect(root).to_have_attribute("data-theme", "dark")
    assert kept.value.ok
    ana.page.reload()
    expect(root).to_have_attribute("data-theme", "dark")

    ana.page.click("[data-opens-sheet=settings]")
    with ana.page.expect_response("**/theme/"):
        ana.page.click("#settings [value=auto]")
    expect(root).not_to_have_attribute("data-theme", re.compile(""))


def test_another_language_loses_nothing_that_is_being_written(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Babel")
    ana.field.fill("buenos días")
    ana.page.click("[data-opens-sheet=settings]")

    ana.page.click("#settings [value=es]")

    expect(ana.page.locator("html")).to_have_attribute("lang", "es")
    expect(ana.heading).to_have_text("Babel")
    expect(ana.field).to_have_value("buenos días")


def test_whoever_wants_nothing_read_out_hears_nothing(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Silent")
    ben.carry_out("#gR Silent")
    ben.page.click("[data-opens-sheet=settings]")
    ben.page.click("[data-setting=announce] [value=private]")
    ben.page.keyboard.press("Escape")
    heard = ben.announcements.count()

    ana.write("aloud")
    ben.sees("aloud")
    ana.carry_out(f"#private {ben.login} softly")

    expect(ben.announcements.last).to_have_text(f"Private message from {ana.name}: softly")
    assert ben.announcements.count() == heard + 1


def _without_sessions(login: str) -> str:
    return f"""from accounts.models import User as U; from django.contrib.sessions.models import Session as S
uid = str(U.objects.get(username={login!r}).pk)
[s.delete() for s in S.objects.all() if s.get_decoded().get("_auth_user_id") == uid]"""
