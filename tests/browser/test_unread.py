"""What is unread: where one stopped, how much there is elsewhere, and that all devices of a person agree on it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.talker import Talk, Talker
from tests.browser.test_log import SHIFTS, frames_sent
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
# Of the page where nobody looks: it is in the background, or another window lies over it.
LOOK_AWAY = "document.hasFocus = () => false; window.dispatchEvent(new Event('blur'))"
LOOK_AGAIN = "delete document.hasFocus; window.dispatchEvent(new Event('focus'))"
TOP = "node => node.getBoundingClientRect().top - document.querySelector('.log__scroller').getBoundingClientRect().top"
HEIGHT = "document.querySelector('.log__scroller').clientHeight"


def lines(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last + 1)]


def place(talker: Talker, name: str, count: int = 3) -> int:
    """Make a room that lasts, in which something has been said."""
    room = talker.make_room(name, kind="permanent")
    talker.say(*lines(1, count))
    return room


def been_in(visitor: Visitor, room: int, text: str) -> Visitor:
    """Let somebody look into a room, read it, and be in the default room again."""
    visitor.open(f"/r/{room}/").settle()
    expect(visitor.texts.last).to_have_text(text)
    visitor.open("/").settle()
    return visitor


def line_of(visitor: Visitor) -> Locator:
    return visitor.page.locator(".unread")


def badge_of(visitor: Visitor, name: str) -> Locator:
    return visitor.link_to_room(name).locator(".count")


def is_told(frames: list[str], place: int | str) -> bool:
    """Has a mark of this room, or of the conversation with this login, gone out?"""
    where = f'"stream":"room:{place}"' if isinstance(place, int) else f'"with":"{place}"'
    return any('"read.mark"' in frame and where in frame for frame in frames)


def go_to(visitor: Visitor, name: str) -> None:
    """Choose a room from the list, which on a phone is opened for it."""
    opener = visitor.page.locator("[data-opens=chats]")
    if opener.is_visible():
        opener.click()
    visitor.link_to_room(name).click()
    expect(visitor.heading).to_have_text(name)


@SIZES
def test_one_begins_where_one_had_stopped_and_the_line_stays_while_more_arrives(
    shared: ChatServer, visit: Visit, talk: Talk, size: dict[str, Any]
) -> None:
    name = f"Line {size['viewport']['width']}"
    talker = talk(shared)
    room = place(talker, name)
    ana = been_in(visit(shared, **size).sign_up("Ana"), room, "line 3")
    talker.say(*lines(4, 40))
    expect(badge_of(ana, name)).to_contain_text("37")

    go_to(ana, name)

    line = line_of(ana)
    expect(line).to_have_text("New · 37")
    expect(line).to_be_in_viewport()
    before = line.evaluate(TOP)
    assert 0.15 < before / ana.page.evaluate(HEIGHT) < 0.5
    assert (
        line.evaluate("node => node.nextElementSibling.querySelector('.message__text').textContent")
        == "line 4"
    )
    talker.say(*lines(41, 90))
    expect(ana.page.locator(".log__count")).not_to_be_empty()
    expect(ana.texts.filter(has_text="line 90")).to_be_attached()
    assert abs(line.evaluate(TOP) - before) <= 1
    expect(line).to_have_text("New · 37")


def test_whoever_has_all_that_is_unread_in_sight_follows_what_comes(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = place(talker, "Follow")
    ana = been_in(visit(shared, **PHONE).sign_up("Ana"), room, "line 3")
    talker.say("line 4", "line 5")
    expect(badge_of(ana, "Follow")).to_contain_text("2")

    go_to(ana, "Follow")
    expect(line_of(ana)).to_be_in_viewport()
    expect(ana.page.locator(".log [data-part=jump]")).to_be_hidden()
    talker.say(*lines(6, 25))

    expect(ana.texts.last).to_have_text("line 25")
    expect(ana.texts.last).to_be_in_viewport()


@SIZES
def test_a_page_that_is_opened_begins_there_too_and_nothing_jumps(
    shared: ChatServer, visit: Visit, talk: Talk, size: dict[str, Any]
) -> None:
    talker = talk(shared)
    room = place(talker, f"Printed {size['viewport']['width']}")
    ana = been_in(visit(shared, **size).sign_up("Ana"), room, "line 3")
    talker.say(*lines(4, 28))

    ana.open(f"/r/{room}/").settle()

    line = line_of(ana)
    expect(line).to_have_text("New · 25")
    expect(line).to_be_in_viewport()
    assert 0.15 < line.evaluate(TOP) / ana.page.evaluate(HEIGHT) < 0.5
    assert sum(value for value, _ in ana.page.evaluate(SHIFTS)) < 0.02


@SIZES
def test_what_is_read_is_counted_no_more_here_and_on_other_devices(
    shared: ChatServer, visit: Visit, talk: Talk, size: dict[str, Any]
) -> None:
    name = f"Devices {size['viewport']['width']}"
    talker = talk(shared)
    room = place(talker, name)
    ana = been_in(visit(shared, **DESKTOP).sign_up("Ana"), room, "line 3")
    other = visit(shared, **size)
    other.context.add_cookies(ana.context.cookies())
    other.open("/").settle()
    talker.say("one", "two")
    for device in (ana, other):
        expect(badge_of(device, name)).to_contain_text("2")
    expect(other.page).to_have_title("(2) General")

    go_to(ana, name)

    expect(badge_of(other, name)).to_be_hidden()
    expect(other.page).to_have_title("General")
    go_to(other, name)
    expect(line_of(other)).to_have_count(0)


def test_counts_outlive_a_reload_and_so_does_what_was_read(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = place(talker, "Reload")
    ana = been_in(visit(shared).sign_up("Ana"), room, "line 3")
    talker.say(*lines(4, 8))
    talker.tell(ana.login, "psst")
    expect(badge_of(ana, "Reload")).to_contain_text("5")
    expect(ana.page).to_have_title("(6) General")

    ana.page.reload()
    ana.settle()
    expect(badge_of(ana, "Reload")).to_contain_text("5")
    expect(ana.page).to_have_title("(6) General")
    told = frames_sent(ana.page)
    ana.open("/").settle()
    go_to(ana, "Reload")
    expect(ana.page).to_have_title("(1) Reload")
    ana.until(lambda: is_told(told, room), "it has been read")
    ana.page.locator("chat-conversations a").click()
    expect(line_of(ana)).to_have_text("New · 1")
    expect(ana.page).to_have_title(talker.name)
    ana.until(lambda: is_told(told, talker.login), "it has been read")

    ana.open("/").settle()
    expect(ana.page).to_have_title("General")
    expect(badge_of(ana, "Reload")).to_be_hidden()


def test_on_a_phone_the_button_counts_what_is_unread_in_all_places(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = place(talker, "Button")
    ana = been_in(visit(shared, **PHONE).sign_up("Ana"), room, "line 3")

    talker.say("one", "two")
    talker.tell(ana.login, "psst")

    expect(ana.page.locator("chat-unseen")).to_contain_text("3 unread")


def test_nothing_is_read_in_a_page_that_nobody_looks_at(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    talker = talk(shared)
    room = place(talker, "Unwatched")
    ana = visit(shared).sign_up("Ana")
    ana.open(f"/r/{room}/").settle()
    other = visit(shared)
    other.context.add_cookies(ana.context.cookies())
    other.open("/").settle()
    ana.page.evaluate(LOOK_AWAY)

    talker.say("one", "two")
    expect(ana.texts.last).to_have_text("two")
    expect(badge_of(other, "Unwatched")).to_contain_text("2")
    # Longer than somebody who looks would need.
    ana.page.wait_for_timeout(2500)
    expect(badge_of(other, "Unwatched")).to_contain_text("2")

    ana.page.evaluate(LOOK_AGAIN)
    expect(badge_of(other, "Unwatched")).to_be_hidden()


@SIZES
def test_more_than_a_page_is_not_read_by_passing_over_it(
    shared: ChatServer, visit: Visit, talk: Talk, size: dict[str, Any]
) -> None:
    name = f"Much {size['viewport']['width']}"
    talker = talk(shared)
    room = place(talker, name)
    ana = been_in(visit(shared, **size).sign_up("Ana"), room, "line 3")
    talker.say(*lines(4, 123))
    other = visit(shared)
    other.context.add_cookies(ana.context.cookies())
    other.open("/").settle()

    ana.open(f"/r/{room}/").settle()

    expect(ana.texts.last).to_be_in_viewport()
    pill = ana.page.locator(".log__above")
    expect(pill).to_contain_text("120 new")
    ana.page.wait_for_timeout(2500)
    expect(badge_of(other, name)).to_contain_text("99+")
    pill.get_by_role("button", name="120 new").click()
    expect(line_of(ana)).to_have_text("New · 120")
    expect(line_of(ana)).to_be_in_viewport()
    expect(ana.texts.filter(has_text="line 4").first).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_all_of_it_is_marked_as_read_at_once(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    talker = talk(shared)
    room = place(talker, "At once")
    ana = been_in(visit(shared).sign_up("Ana"), room, "line 3")
    talker.say(*lines(4, 90))
    ana.open(f"/r/{room}/").settle()

    ana.page.get_by_role("button", name="Mark as read").click()

    expect(ana.page.locator(".log__above")).to_be_hidden()
    ana.page.reload()
    ana.settle()
    expect(ana.texts.last).to_have_text("line 90")
    expect(ana.page.locator(".log__above")).to_be_hidden()
    expect(line_of(ana)).to_have_count(0)


def test_one_comes_back_to_where_one_was_reading_over_a_reload(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    room = place(talk(shared), "Come back", 160)
    ana = visit(shared).sign_up("Ana")
    ana.open(f"/r/{room}/").settle()
    ana.page.locator(".log__scroller").evaluate("node => { node.scrollTop = 0; }")
    expect(ana.texts.filter(has_text="line 81").first).to_be_attached()
    ana.texts.filter(has_text="line 90").first.scroll_into_view_if_needed()
    expect(ana.texts.filter(has_text="line 90").first).to_be_in_viewport()

    ana.page.reload()
    ana.settle()

    expect(ana.texts.filter(has_text="line 90").first).to_be_in_viewport()


# check 10 and 12 of the page's acceptance list


@SIZES
def test_leaving_the_default_room_has_no_effect_and_one_is_told_so(
    shared: ChatServer, visit: Visit, size: dict[str, Any]
) -> None:
    ana = visit(shared, **size).sign_up("Ana")

    ana.carry_out("#eR")

    expect(ana.notices.last).to_be_visible()
    expect(ana.heading).to_have_text("General")
    ana.write("still here")
    expect(ana.texts.last).to_have_text("still here")


def test_closing_one_of_two_devices_does_not_close_the_room(
    own: ChatServer, visit: Visit, talk: Talk
) -> None:
    ana = visit(own).sign_up("Ana")
    ana.make_room("Mine")
    phone = visit(own, **PHONE)
    phone.context.add_cookies(ana.context.cookies())
    phone.open("/").settle()
    ben = talk(own)
    ben.enter("Mine")

    ana.open("/accounts/profile/")  # its page of the chat is closed

    ben.say("does it still stand?")
    expect(phone.link_to_room("Mine")).to_be_attached()
    expect(phone.link_to_room("Mine")).not_to_have_attribute("data-closing", "")
    go_to(phone, "Mine")
    expect(phone.texts.last).to_have_text("does it still stand?")
