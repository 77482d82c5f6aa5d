"""The line to write into: what it keeps, what waits in it to be sent, and how one likes it."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.kept import kept_messages
from tests.browser.visitor import Visitor
from tests.harness.people import PASSWORD
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
LINES = "(field) => field.clientHeight / parseFloat(getComputedStyle(field).lineHeight)"
DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('chat/draft/')).length"


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
    ana.link_to_room("General").click()
    expect(ana.field).to_have_value("for everybody")

    ana.write("for everybody")
    ana.page.reload()
    ana.settle()
    expect(ana.field).to_have_value("")


def test_what_is_being_written_is_there_after_a_crash(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, fresh=True).sign_up("Ana")
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
    ana.answer("Close the room")

    expect(ben.heading).to_have_text("General")
    expect(ben.field).to_have_value("wait for m")


def test_what_is_being_written_stays_in_its_room_though_the_connection_is_not_there_yet(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared, fresh=True).sign_up(name) for name in ("Ana", "Ben"))
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
    ana.link_to_room("General").click()
    cable.plug()
    ana.notice_network()
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


def test_words_of_yesterday_for_a_room_that_has_vanished_are_seen_and_can_be_saved(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.page.evaluate(
        """([login, clientId]) => {
            const target = { kind: "room", room: 1e9, name: "Vanished" };
            const writtenAt = Date.now() - 25 * 60 * 60 * 1000;
            const item = { clientId, target, text: "words of yesterday", writtenAt, state: "waiting" };
            localStorage.setItem(`chat/outbox/${login}/${clientId}`, JSON.stringify(item));
        }""",
        [ana.login, str(uuid4())],
    )

    ana.page.reload()
    row = ana.page.locator(".message", has=ana.page.get_by_text("words of yesterday", exact=True))
    expect(row).to_contain_text("Vanished: Written more than a day ago. Send it still?")
    expect(ana.page.locator("chat-waiting")).to_be_hidden()
    row.get_by_role("button", name="Send now").click()

    expect(row).to_contain_text("Not accepted in Vanished: the room has closed")
    expect(row.get_by_role("button", name="Copy text")).to_be_visible()
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)


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
    ana.answer("Stay")
    expect(ana.problem).to_be_hidden()
    ana.carry_out("#lR")
    ana.write("#exit")
    ana.answer("Leave")

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
    assert len(kept_messages(ana.page)) == 1


@pytest.mark.fault
def test_a_log_out_can_take_along_what_waits(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    away_with_words(ana, cable)

    ana.page.evaluate("document.querySelector('form[action$=\"/logout/\"]').requestSubmit()")
    ana.page.locator("#leaving").get_by_role("button", name="Log out and delete them").click()

    expect(ana.page).to_have_url(re.compile("/accounts/login/"))
    assert kept_messages(ana.page) == []


@pytest.mark.fault
def test_whoever_must_log_in_again_is_told_that_words_wait(
    shared: ChatServer, cable: Cable, visit: Visit
) -> None:
    ana = visit(cable).sign_up("Ana")
    away_with_words(ana, cable)
    # The log-in page does not come for once, nor is it waited for: there is time to read.
    ana.page.route("**/accounts/login/**", lambda route: route.fulfill(status=204))

    shared.manage("shell", "-c", _without_sessions(ana.login))

    expect(ana.status).to_contain_text("Log in again to send your 1 message.")
    expect(ana.status.get_by_role("button", name="Log in")).to_be_visible()


def test_whoever_logs_out_leaves_no_drafts_on_the_device(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Half said")
    ana.field.fill("not for the next one here")
    ana.page.wait_for_function(f"() => {DRAFTS} === 1")

    ana.page.evaluate("document.querySelector('form[action$=\"/logout/\"]').requestSubmit()")

    expect(ana.page).to_have_url(re.compile("/accounts/login/"))
    assert ana.page.evaluate(DRAFTS) == 0


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
    expect(ben.announcements.last).to_contain_text("Silent")
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
