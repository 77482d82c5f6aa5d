"""An administrator with a phone, and the people concerned at their pages."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.inspection import flaws, too_wide
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]


def boss_of(shared: ChatServer, visit: Visit) -> Visitor:
    boss = visit(shared, **PHONE).sign_up("Boss")
    boss.become_administrator(shared)
    return boss


def find(boss: Visitor, path: str, words: str) -> None:
    """Look for something in a list, and open what is found."""
    boss.open(f"/admin/{path}/")
    boss.page.fill("#searchbar", words)
    boss.page.press("#searchbar", "Enter")
    boss.page.locator("#result_list tbody th a").first.tap()


def expect_no_flaw(boss: Visitor, page: str) -> None:
    assert [f"{page}: {flaw}" for flaw in [*flaws(boss.page), *too_wide(boss.page)]] == []


def test_who_is_disconnected_stands_before_the_log_in(shared: ChatServer, visit: Visit) -> None:
    boss, ana = boss_of(shared, visit), visit(shared).sign_up("Ana")
    find(boss, "accounts/user", ana.login)

    boss.page.get_by_role("button", name="Disconnect").tap()
    expect(boss.page.locator("h1")).to_have_text("Disconnect this person?")
    expect_no_flaw(boss, "the question")
    boss.page.get_by_role("button", name="Disconnect").tap()

    expect(boss.page.locator(".messagelist")).to_have_text("1 person disconnected.")
    ana.page.wait_for_url("**/accounts/login/**")


def test_who_was_in_a_room_that_is_closed_is_in_the_default_one(shared: ChatServer, visit: Visit) -> None:
    boss, ana = boss_of(shared, visit), visit(shared).sign_up("Ana")
    home = ana.heading.inner_text()
    name = f"Tea {ana.login}"
    ana.make_room(name)
    find(boss, "rooms/room", name)
    expect(boss.page.locator(".about__line").first).to_contain_text(ana.name)
    expect_no_flaw(boss, "the room")

    boss.page.get_by_role("button", name="Close the room").tap()
    boss.page.get_by_role("button", name="Close", exact=True).tap()

    expect(ana.heading).to_have_text(home)
    expect(ana.notices.last).to_have_text(f"{name} has been closed by an administrator.")
    # The room is closed before the answer to who closed it has come.
    expect(boss.page.locator(".messagelist")).to_be_visible()
    boss.open("/admin/")
    expect(boss.page.locator(".actionlist")).to_contain_text(f"{name} Closed the room.")


def test_what_was_said_is_found_and_shown_as_the_text_that_it_is(shared: ChatServer, visit: Visit) -> None:
    boss, ana = boss_of(shared, visit), visit(shared).sign_up("Ana")
    text = f"<b onclick=alert(1)>{ana.login}</b> https://example.org"
    ana.write(text)
    expect(ana.texts.last).to_have_text(re.compile(ana.login))
    expect(ana.waiting).to_have_count(0)
    boss.open("/admin/rooms/message/")

    boss.page.get_by_label("Text").fill(ana.login)
    boss.page.get_by_label("Person").fill(ana.login)
    boss.page.get_by_role("button", name="Show").tap()

    expect(boss.page.locator(".log__text")).to_have_text([text])
    assert boss.page.locator(".log__text *").count() == 0
    expect_no_flaw(boss, "the log")
    boss.page.locator(".log__number").first.tap()
    expect(boss.page.locator(".log__text").first).to_have_text(text)
