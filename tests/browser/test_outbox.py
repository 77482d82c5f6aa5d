"""Whatever happens to the network, the tab or the browser: what was written stands there once, in its order."""

import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Error, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.kept import kept_messages
from tests.browser.talker import Talker
from tests.browser.visitor import BACK_MS, Visitor
from tests.harness.people import PASSWORD
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
Talk = Callable[..., Talker]
THREE = ("one", "two", "three")
END_SESSIONS = """
from accounts.models import User as U
from django.contrib.sessions.models import Session as S
own = str(U.objects.get(username={login!r}).pk)
[s.delete() for s in S.objects.all() if s.get_decoded().get("_auth_user_id") == own]
"""


def write_all(visitor: Visitor, *texts: str) -> None:
    for text in texts:
        visitor.write(text)
    visitor.until(
        lambda: len(kept_messages(visitor.page)) == len(texts), "all that was written is in the database"
    )


# the checks of the page's design


@pytest.mark.fault
def test_three_messages_without_a_network_stand_there_once_and_in_order_after_a_reload(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable, **PHONE).sign_up("Ana")
    ana.make_room("Under the sea")
    cable.clog()
    write_all(ana, *THREE)
    expect(ana.waiting).to_have_count(3)

    cable.pull()
    cable.plug()
    ana.page.reload()

    ana.sees(*THREE)
    expect(ana.waiting).to_have_count(0)
    ana.until(lambda: not kept_messages(ana.page), "nothing is kept any more")


@pytest.mark.fault
def test_what_was_stored_and_never_answered_is_there_once_and_is_never_called_failed(
    cable: Cable, visit: Visit, shared: ChatServer
) -> None:
    ana, ben = visit(cable, **PHONE).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.make_room("One way")
    ben.carry_out("#gR One way")
    cable.clog("down")
    ana.write("heard and not answered")
    ben.sees("heard and not answered")
    expect(ana.waiting).to_have_count(1)

    cable.pull()
    cable.plug()

    expect(ana.waiting).to_have_count(0, timeout=BACK_MS)
    ana.sees("heard and not answered")
    ben.sees("heard and not answered")
    expect(ana.page.locator("[data-state=refused]")).to_have_count(0)


@pytest.mark.fault
def test_what_the_server_never_heard_goes_out_when_it_hears_again(
    cable: Cable, visit: Visit, shared: ChatServer
) -> None:
    ana, ben = visit(cable).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.make_room("Other way")
    ben.carry_out("#gR Other way")
    cable.clog("up")
    write_all(ana, *THREE)

    cable.pull()
    cable.plug()

    ben.sees(*THREE)
    ana.sees(*THREE)
    expect(ana.waiting).to_have_count(0)


@pytest.mark.fault
def test_after_five_hundred_missed_messages_the_log_is_that_of_a_page_loaded_anew(
    cable: Cable, visit: Visit, talk: Talk, shared: ChatServer
) -> None:
    ana, ben = visit(cable, **PHONE).sign_up("Ana"), talk(shared)
    ben.make_room(f"Long {ben.login}")
    ana.carry_out(f"#gR Long {ben.login}")
    ben.say("before")
    ana.sees("before")
    cable.clog()
    ben.say(*(f"missed {number}" for number in range(500)))
    ana.write("and an answer")

    cable.pull()
    cable.plug()
    ben.hears("and an answer")
    expect(ana.waiting).to_have_count(0)
    expect(ana.texts.last).to_have_text("and an answer")
    seen = ana.texts.all_inner_texts()
    ana.page.reload()
    ana.settle()
    expect(ana.texts.last).to_have_text("and an answer")
    fresh = ana.texts.all_inner_texts()

    length = min(len(seen), len(fresh))
    assert length >= 30
    assert seen[-length:] == fresh[-length:]
    assert fresh[-2:] == ["missed 499", "and an answer"]


# several tabs, and none


@pytest.mark.fault
def test_two_tabs_of_one_person_send_in_the_order_in_which_it_was_written(
    cable: Cable, visit: Visit, shared: ChatServer
) -> None:
    ana, ben = visit(cable).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.make_room("Two tabs")
    ben.carry_out("#gR Two tabs")
    other = Visitor(ana.context.new_page(), cable.url)
    other.open(ana.page.url.removeprefix(cable.url)).settle()
    cable.clog()
    for tab, text in zip((ana, other, ana, other), ("one", "two", "three", "four"), strict=True):
        tab.page.bring_to_front()
        tab.write(text)
    ana.until(lambda: len(kept_messages(ana.page)) == 4, "all is kept")

    cable.pull()
    cable.plug()
    for tab in (ana, other):
        tab.notice_network()

    ben.sees("one", "two", "three", "four")
    for tab in (ana, other):
        tab.sees("one", "two", "three", "four")
        expect(tab.waiting).to_have_count(0)
    assert other.sins == []


@pytest.mark.fault
def test_what_was_written_in_a_tab_that_is_closed_is_sent_by_the_other(
    cable: Cable, visit: Visit, shared: ChatServer
) -> None:
    ana, ben = visit(cable).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.make_room("One tab less")
    ben.carry_out("#gR One tab less")
    closed = Visitor(ana.context.new_page(), cable.url)
    closed.open(ana.page.url.removeprefix(cable.url)).settle()
    cable.clog()
    closed.write("from the grave")

    closed.page.close()
    cable.pull()
    cable.plug()
    ana.notice_network()

    ben.sees("from the grave")
    ana.sees("from the grave")


@pytest.mark.fault
def test_what_waits_outlives_a_browser_that_is_killed(
    cable: Cable,
    visit: Visit,
    shared: ChatServer,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path: Path,
) -> None:
    def open_browser() -> BrowserContext:
        return browser_type.launch_persistent_context(tmp_path, locale="en-GB", **browser_type_launch_args)

    ben = visit(shared).sign_up("Ben")
    context = open_browser()
    ana = Visitor(context.pages[0], cable.url, cable.guest()).sign_up("Ana")
    ana.make_room("After the crash")
    ben.carry_out("#gR After the crash")
    path, cookies = ana.page.url.removeprefix(cable.url), context.cookies()
    cable.clog()
    write_all(ana, *THREE)

    kill_browser(tmp_path)
    with suppress(Error):
        context.close()
    cable.pull()
    cable.plug()
    again = open_browser()
    again.add_cookies(cookies)  # type: ignore[arg-type]  # As they were given out.
    back = Visitor(again.pages[0], cable.url).open(path)

    ben.sees(*THREE)
    back.sees(*THREE)
    expect(back.waiting).to_have_count(0)
    assert back.sins == []
    again.close()


def kill_browser(folder: Path) -> None:
    """End the browser that has its profile in this folder, which a test has started, as a dead battery does."""
    profile = f"--user-data-dir={folder}"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            arguments = (process / "cmdline").read_text().split("\0")
            if profile in arguments and not any(part.startswith("--type=") for part in arguments):
                os.kill(int(process.name), signal.SIGKILL)


# the rest of the device


@pytest.mark.fault
def test_what_waits_outlives_a_session_that_has_ended(cable: Cable, visit: Visit, shared: ChatServer) -> None:
    ana = visit(cable).sign_up("Ana")
    ana.make_room("Logged out")
    cable.clog()
    write_all(ana, "wait for me")
    shared.manage("shell", "-c", END_SESSIONS.format(login=ana.login))

    cable.pull()
    cable.plug()
    ana.notice_network()
    ana.page.wait_for_url(re.compile("/accounts/login/"))
    ana.page.fill("[name=login]", ana.login)
    ana.page.fill("[name=password]", PASSWORD)
    ana.page.click("main button[type=submit]")

    expect(
        ana.page.locator("chat-waiting, .message__text").filter(
            has_text=re.compile("wait for me|1 message waits")
        )
    ).to_be_visible()


def test_where_the_browser_keeps_no_database_messages_go_out_all_the_same(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, fresh=True).join("Ana")
    ana.page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('not here'); };")
    ana.open("/").settle()
    ana.make_room("Nowhere to keep")

    for text in THREE:
        ana.write(text)

    ana.sees(*THREE)
    expect(ana.waiting).to_have_count(0)
    assert ana.page.evaluate("Object.keys(localStorage)") == []
