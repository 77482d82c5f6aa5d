"""People sign up, land in one room, and talk."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.talker import Talk
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
DAY_MINUTES = 24 * 60


def test_two_people_sign_up_land_in_the_default_room_and_talk_both_ways(
    own: ChatServer, visit: Visit
) -> None:
    ana = visit(own).sign_up_by_hand("Ana", "Pérez")
    ben = visit(own).sign_up_by_hand("Бен", "Орлов")
    expect(ana.heading).to_have_text("General")
    expect(ben.heading).to_have_text("General")

    ana.write("Hello, is anybody here?")
    ben.sees("Hello, is anybody here?")
    ben.write("I am. 👋")
    ana.sees("Hello, is anybody here?", "I am. 👋")

    authors = ana.page.locator(".message__author")
    expect(authors).to_have_text([ana.name, ben.name])
    # Where no two have the same name the login is only told to those who ask.
    expect(ana.page.locator(".message__login:visible")).to_have_count(0)
    expect(authors.last).to_have_attribute("title", ben.login)
    expect(ana.page.locator(".message__time").first).to_have_attribute(
        "datetime", re.compile(r"^20\d\d-.*Z$")
    )
    expect(ana.page.locator(".place__about")).to_contain_text("2 here")


def test_the_log_is_there_again_after_a_reload(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    ana.make_room("Reloaded")
    for text in ["one", "two", "three"]:
        ana.write(text)
    ana.sees("one", "two", "three")

    ana.page.reload()

    expect(ana.heading).to_have_text("Reloaded")
    ana.sees("one", "two", "three")


def test_a_long_log_is_read_back_page_by_page_and_the_reader_keeps_the_place(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = talker.make_room("Long")
    talker.say(*[f"line {number}" for number in range(60)])
    ana = visit(shared).join().open(f"/r/{room}/")
    expect(ana.texts).to_have_count(30)
    ana.settle()
    first = ana.texts.filter(has_text=re.compile("^line 32$"))

    before = first.evaluate(
        "text => (text.closest('.log__scroller').scrollTo(0, 0), text.getBoundingClientRect().y)"
    )

    ana.sees(*[f"line {number}" for number in range(60)])
    # The button above has gone with the last page; what was read stays where it was.
    assert abs(first.evaluate("text => text.getBoundingClientRect().y") - before) <= 1


def test_somebody_who_reads_further_up_is_told_of_what_is_new(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    talker.make_room("Scrolled")
    ben = visit(shared).sign_up("Ben")
    ben.carry_out("#gR Scrolled")
    talker.say(*[f"line {number}" for number in range(40)])
    expect(ben.texts).to_have_count(40)
    scroller = ben.page.locator(".log__scroller")
    scroller.evaluate("scroller => scroller.scrollTo(0, 0)")

    talker.say("newest")

    jump = ben.page.locator(".log__jump")
    expect(jump).to_contain_text("1 new message")
    assert scroller.evaluate("scroller => scroller.scrollTop") == 0
    jump.click()
    expect(ben.texts.last).to_be_in_viewport()
    expect(jump).to_be_hidden()


def test_the_page_shows_the_servers_clock_though_the_device_is_an_hour_ahead(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, timezone_id="UTC", fresh=True)
    ana.page.add_init_script("const now = Date.now; Date.now = () => now() + 3600000;")
    ana.sign_up()
    ana.make_room("Clocks")

    ana.write("when?")

    expect(ana.notices).to_contain_text(["This device’s clock is 60 minutes ahead of the server’s."])
    shown = ana.page.locator("chat-clock time").inner_text()
    sent = ana.page.locator(".message__time").get_attribute("datetime")
    assert sent is not None
    assert (_minutes(shown) - _minutes(sent[11:16])) % DAY_MINUTES in {0, 1, DAY_MINUTES - 1}


def test_others_messages_are_announced_one_by_one_and_bursts_together(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    talker.make_room("Announced")
    ben = visit(shared).sign_up("Ben")
    ben.carry_out("#gR Announced")

    talker.say("one")
    expect(ben.announcements.last).to_have_text(f"{talker.name}: one")
    with ben.asleep():  # Else a machine that is slow to store them would make two bursts of one.
        talker.say(*[f"burst {number}" for number in range(7)])

    expect(ben.announcements.last).to_have_text("7 new messages")
    expect(ben.page.locator(".log__scroller")).not_to_have_attribute("aria-live", re.compile(""))


def test_the_address_of_a_message_leads_to_it(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    talker = talk(shared)
    room = talker.make_room("Linked")
    talker.say(*[f"line {number}" for number in range(1, 56)])
    ana = visit(shared).join()

    ana.open(f"/r/{room}/3/")

    sought = ana.page.locator(".message--sought")
    expect(sought).to_contain_text("line 3")
    expect(sought).to_be_in_viewport()


def test_whoever_has_gone_elsewhere_meanwhile_is_not_told_that_the_message_is_missing(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared, fresh=True).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Left meanwhile")
    ana.write("here")
    expect(ana.waiting).to_have_count(0)
    is_up: list[bool] = []
    ana.page.route_web_socket(
        "**/ws/", lambda socket: socket.connect_to_server() if is_up else socket.close()
    )
    ana.page.goto(f"{ana.page.url}1/")
    expect(ana.page.locator(":not(:defined)")).to_have_count(0)

    ana.page.locator(f"chat-online a[data-login='{ben.login}']").click()
    expect(ana.heading).to_have_text(ben.name)
    is_up.append(True)
    ana.notice_network()
    ana.settle()
    ana.write("to you")

    expect(ben.texts.last).to_have_text("to you")
    expect(ana.texts).to_have_text(["to you"])
    expect(ana.notices).to_have_count(0)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")[:2]
    return int(hours) * 60 + int(minutes)
