"""The page comes back by itself, or says what must be done for it, and everything written is there once.

What is seen while something is broken has a file of its own.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.cable import Cable
from tests.browser.kept import kept_messages
from tests.browser.visitor import BACK_MS, Visitor
from tests.harness.people import PASSWORD
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
USERS = "from accounts.models import User as U"
SESSIONS = f"""{USERS}; from django.contrib.sessions.models import Session as S
def belongs(session, login):
    return session.get_decoded().get("_auth_user_id") == str(U.objects.get(username=login).pk)
"""


@pytest.mark.fault
def test_a_server_whose_only_worker_ends_in_good_order_or_dies_is_waited_for(
    own: ChatServer, visit: Visit
) -> None:
    ana = visit(own).sign_up("Ana")
    ana.write("before")
    ana.sees("before")

    ready = own.ready_lines
    own.drain(own.workers[0])
    ana.write("meanwhile")
    ana.sees("before", "meanwhile")
    expect(ana.waiting).to_have_count(0, timeout=BACK_MS)
    own.await_workers(ready + 1)
    own.kill(own.workers[0])
    ana.write("and once more")

    ana.sees("before", "meanwhile", "and once more")
    expect(ana.waiting).to_have_count(0, timeout=BACK_MS)
    ana.settle()


@pytest.mark.fault
def test_what_waits_outlives_a_reload(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    ana.make_room("In a lift")
    cable.clog()
    ana.write("written in a lift")
    expect(ana.waiting).to_have_count(1)
    ana.until(lambda: kept_messages(ana.page), "it is kept")

    cable.pull()
    cable.plug()
    ana.page.reload()

    ana.sees("written in a lift")
    expect(ana.waiting).to_have_count(0)
    ana.until(lambda: not kept_messages(ana.page), "it is kept no more")
    assert ana.page.evaluate("Object.keys(localStorage)") == []


def test_a_page_of_which_a_part_does_not_come_offers_to_be_loaded_again(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).join("Ana")
    ana.forgive("Failed to load resource")
    rest = re.compile(r"/js/later\b")
    ana.page.route(rest, lambda route: route.abort())

    ana.open("/")
    expect(ana.status).to_contain_text("A part of this page could not be loaded.")
    ana.page.unroute(rest)
    ana.status.get_by_role("button", name="Load again").click()

    ana.settle()


def test_logging_out_ends_every_page_of_that_session(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    other = ana.context.new_page()
    other.goto(f"{shared.url}/")
    expect(other.locator("chat-clock")).to_be_visible()

    ana.page.click(".account__open")
    ana.page.get_by_role("button", name="Log out", exact=True).click()

    expect(ana.page).to_have_url(re.compile("/accounts/login/"))
    expect(other).to_have_url(re.compile("/accounts/login/"))


def test_changing_the_password_beside_an_open_chat_logs_nobody_out(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    other = ana.context.new_page()
    other.goto(f"{shared.url}/accounts/password/change/")
    for field, text in {
        "oldpassword": PASSWORD,
        "password1": "ten green bottles 9",  # once: it can be looked at
    }.items():
        other.fill(f"[name={field}]", text)

    with ana.page.expect_navigation():  # by way of the log-in page, which sends her on
        other.click("main button[type=submit]")

    ana.page.wait_for_url(f"{shared.url}/")
    ana.settle()
    assert other.request.get(f"{shared.url}/session").status == 200


def test_one_whose_session_has_ended_logs_in_and_is_back(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    shared.manage(
        "shell", "-c", f"{SESSIONS}\n[s.delete() for s in S.objects.all() if belongs(s, {ana.login!r})]"
    )
    ana.page.wait_for_url(re.compile("/accounts/login/"))

    ana.page.fill("[name=login]", ana.login)
    ana.page.fill("[name=password]", PASSWORD)
    ana.page.click("main button[type=submit]")

    ana.settle()


def test_deactivated_one_stays_away_and_is_told(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    shared.manage("shell", "-c", f"{USERS}; U.objects.filter(username={ana.login!r}).update(is_active=False)")

    expect(ana.status).to_contain_text("This account may not take part any more.")
