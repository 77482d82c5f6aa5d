"""Whatever breaks, the page comes back by itself, and everything written is there once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.cable import Cable
from tests.browser.visitor import Visitor
from tests.harness.people import PASSWORD
from tests.harness.server import MODES, ChatServer, Mode

Visit = Callable[..., Visitor]
USERS = "from accounts.models import User as U"
SESSIONS = f"""{USERS}; from django.contrib.sessions.models import Session as S
def belongs(session, login):
    return session.get_decoded().get("_auth_user_id") == str(U.objects.get(username=login).pk)
"""


@pytest.mark.fault
@pytest.mark.parametrize("mode", MODES)
def test_after_the_workers_were_killed_each_message_is_there_once(
    start_chat: Callable[..., ChatServer], visit: Visit, mode: Mode
) -> None:
    server = start_chat(mode)
    ana = visit(server).sign_up("Ana")
    ben = visit(server).sign_up("Ben")
    ana.write("before")
    ben.sees("before")

    for worker in server.workers:
        server.kill(worker)
    ana.write("meanwhile")
    ana.write("and more")

    ben.sees("before", "meanwhile", "and more")
    ana.sees("before", "meanwhile", "and more")
    expect(ana.waiting).to_have_count(0)
    ana.settle()


@pytest.mark.fault
def test_a_server_that_restarts_is_waited_for(own: ChatServer, visit: Visit) -> None:
    ana = visit(own).sign_up("Ana")
    ana.write("before")
    ana.sees("before")

    own.drain(own.workers[0])
    ana.write("meanwhile")

    ana.sees("before", "meanwhile")
    expect(ana.waiting).to_have_count(0)


@pytest.mark.fault
def test_what_is_typed_without_a_network_waits_and_goes_out_once(cable: Cable, visit: Visit) -> None:
    ana, ben = (visit(cable).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Tunnel")
    ben.carry_out("#gR Tunnel")
    cable.pull()
    expect(ana.status).to_contain_text("Reconnecting…")

    for text in ["one", "two", "three"]:
        ana.write(text)
    expect(ana.waiting).to_have_count(3)
    expect(ana.field).to_be_enabled()
    ana.write("#eR")
    expect(ana.problem).to_contain_text("Commands work only while connected.")
    cable.plug()
    ana.page.evaluate("window.dispatchEvent(new Event('online'))")

    ben.sees("one", "two", "three")
    ana.sees("one", "two", "three")
    expect(ana.waiting).to_have_count(0)
    expect(ana.field).to_have_value("#eR")


@pytest.mark.fault
def test_what_waits_outlives_a_reload(cable: Cable, visit: Visit) -> None:
    ana = visit(cable).sign_up("Ana")
    ana.make_room("Lift")
    cable.clog()
    ana.write("written in a lift")
    expect(ana.waiting).to_have_count(1)
    kept = ana.page.evaluate("Object.values(localStorage).length")
    assert kept == 1

    cable.pull()
    cable.plug()
    ana.page.reload()

    ana.sees("written in a lift")
    expect(ana.waiting).to_have_count(0)
    assert ana.page.evaluate("Object.values(localStorage).length") == 0


@pytest.mark.fault
def test_a_half_open_connection_is_found_out_when_the_page_is_shown_again(cable: Cable, visit: Visit) -> None:
    ana, ben = (visit(cable).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Bed")
    ben.carry_out("#gR Bed")
    cable.clog()
    ben.write("while you slept")
    cable.plug()

    for visitor in (ben, ana):
        visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    ana.sees("while you slept")
    ben.sees("while you slept")


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


def test_a_room_lives_through_a_reload_of_its_creator_and_closes_after_the_grace(
    start_chat: Callable[..., ChatServer], visit: Visit
) -> None:
    server = start_chat("embedded", ROOM_GRACE_SECONDS="8")  # longer than a browser takes to load the page
    ana = visit(server).sign_up("Ana")
    ben = visit(server).sign_up("Ben")
    ana.make_room("Tent")
    ben.carry_out("#gR Tent")

    ana.page.reload()
    expect(ana.heading).to_have_text("Tent")
    ana.write("still here")
    ben.sees("still here")
    ana.page.close()

    expect(ben.notices.last).to_have_text(f"{ana.name} left, so Tent closed.")
    expect(ben.heading).to_have_text("General")
