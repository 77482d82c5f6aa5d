"""The printed page: read and written on without scripts, and taken over by them without a flicker."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inspection import cramped, small_targets
from tests.browser.talker import Talk, Talker
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]

# Marks what the server has printed, and writes down what is taken out of the log.
WATCH = """
window.removedLines = [];
addEventListener("DOMContentLoaded", () => {
  const rows = document.querySelector(".log__rows");
  for (const row of rows.querySelectorAll(".message")) row.isPrinted = true;
  new MutationObserver((changes) => {
    for (const { removedNodes } of changes) {
      for (const node of removedNodes) if (node.matches?.("li:not(.gap)")) window.removedLines.push(node.textContent);
    }
  }).observe(rows, { childList: true });
});
"""
# Not by its text: Playwright reads none inside `noscript`.
LOAD_NEW = ".log__way a:not([href*='?'])"


def room_with(visitor: Visitor, name: str, count: int, scribe: Talker | None = None) -> str:
    """Let somebody make a room and write so many lines, many by another connection of theirs; return its address."""
    visitor.make_room(name)
    if scribe is not None:
        scribe.enter(name)
        scribe.say(*lines(1, count))
    else:
        for line in lines(1, count):
            visitor.write(line)
    expect(visitor.texts.last).to_have_text(f"line {count}")
    expect(visitor.waiting).to_have_count(0)
    found = re.search(r"/r/\d+/", visitor.page.url)
    assert found
    return found[0]


def say(visitor: Visitor, text: str) -> None:
    """Write a message and wait until it is stored."""
    visitor.write(text)
    expect(visitor.texts.last).to_have_text(text)
    expect(visitor.waiting).to_have_count(0)


def without_scripts(visit: Visit, at: ChatServer, first_name: str = "Eva", **options: object) -> Visitor:
    return visit(at, java_script_enabled=False, **options).join(first_name)


def send(visitor: Visitor, text: str) -> None:
    visitor.field.fill(text)
    with visitor.page.expect_navigation():
        visitor.page.click("[data-part=send]")


def lines(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last + 1)]


def printed_and_there(page: Page) -> list[bool]:
    return page.locator(".log__rows > .message").evaluate_all(
        "rows => rows.map((row) => row.isPrinted === true)"
    )


def test_a_room_is_read_page_by_page_without_scripts(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    ana = visit(shared).sign_up()
    address = room_with(ana, "Printed", 35, talk(shared, person=ana.person))
    eva = without_scripts(visit, shared, **PHONE).open(address)

    eva.sees(*lines(6, 35))
    expect(eva.texts.last).to_be_in_viewport()
    expect(eva.heading).to_have_text("Printed")
    expect(eva.page).to_have_title("Printed")
    eva.page.click(".log__way a[href*=before]")
    eva.sees(*lines(1, 5))
    eva.page.click(".log__way a[href*=after]")
    eva.sees(*lines(6, 35))


def test_what_is_sent_without_scripts_others_see_live_and_it_is_said_once(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).sign_up()
    address = room_with(ana, "Formed", 1)
    eva = without_scripts(visit, shared).open(address)

    send(eva, "hello from a form")
    ana.sees("line 1", "hello from a form")
    eva.sees("line 1", "hello from a form")
    eva.page.reload()
    say(ana, "welcome")
    ana.sees("line 1", "hello from a form", "welcome")
    eva.sees("line 1", "hello from a form")
    eva.page.click(LOAD_NEW)

    eva.sees("line 1", "hello from a form", "welcome")
    expect(eva.field).to_have_value("")


def test_two_people_talk_in_private_though_one_has_no_scripts(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    eva = without_scripts(visit, shared).open(f"/p/{ana.login}/")

    send(eva, "psst")
    ana.open(f"/p/{eva.login}/").settle()
    ana.sees("psst")
    say(ana, "yes?")
    eva.page.click(LOAD_NEW)

    eva.sees("psst", "yes?")
    expect(eva.heading).to_have_text(ana.name)


def test_what_is_refused_without_scripts_keeps_its_text(shared: ChatServer, visit: Visit) -> None:
    eva = without_scripts(visit, shared).open("/")

    send(eva, "#gr2 somewhere")

    expect(eva.problem).to_have_text("There is no command #gr2. Did you mean #gR?")
    expect(eva.field).to_have_value("#gr2 somewhere")


def test_rooms_and_people_are_links_without_scripts_also_on_a_phone(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    address = room_with(ana, "Linked by a list", 1)
    eva = without_scripts(visit, shared, **PHONE).open("/")

    eva.page.click("a[href='#chats']")
    eva.page.click(f"#chats a[href='{address}']")
    expect(eva.page).to_have_url(re.compile(f"{address}$"))
    eva.page.click("a[href='#people']")
    eva.page.click(f"#people a[href='/p/{ana.login}/']")

    expect(eva.heading).to_have_text(ana.name)


def test_without_scripts_nothing_is_shown_that_does_nothing(shared: ChatServer, visit: Visit) -> None:
    for options in ({}, PHONE):
        eva = without_scripts(visit, shared, **options)
        for path in ("/", "/#chats", "/#people"):
            eva.open(path)
            idle = eva.page.locator(
                ".chat button:not([type=submit]):visible:not(.place__open), chat-search:visible"
            )
            expect(idle).to_have_count(0)
            assert eva.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_fresh_page_shows_its_last_messages_though_no_socket_opens(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    ana = visit(shared, fresh=True).sign_up()
    address = room_with(ana, "Cut off", 35, talk(shared, person=ana.person))
    is_cut = True

    def answer(socket: WebSocketRoute) -> None:
        if is_cut:
            socket.close(code=1011)
        else:
            socket.connect_to_server()

    ana.context.route_web_socket(re.compile("/ws/"), answer)
    ana.open(address)

    expect(ana.status).to_be_visible()
    ana.sees(*lines(6, 35))
    ana.write("written meanwhile")
    expect(ana.waiting).to_have_count(1)
    is_cut = False
    ana.notice_network()
    ana.settle()
    ana.sees(*lines(6, 35), "written meanwhile")


def test_scripts_take_over_what_was_printed_and_ask_only_for_what_is_newer(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    ana = visit(shared, fresh=True).sign_up()
    address = room_with(ana, "Taken over", 35, talk(shared, person=ana.person))
    sent: list[dict[str, object]] = []
    ana.page.on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(json.loads(str(frame))))
    )
    ana.page.add_init_script(WATCH)

    ana.open(address).settle()
    ana.write("one more")

    ana.sees(*lines(6, 35), "one more")
    assert ana.page.evaluate("removedLines") == []
    assert printed_and_there(ana.page) == [True] * 30 + [False]
    hello = next(frame for frame in sent if frame["type"] == "hello")
    room = int(address.split("/")[2])
    assert hello["resume"]["room"] == {"id": room, "seq": 35}  # type: ignore[index]
    assert [frame for frame in sent if frame["type"] == "history.fetch" and frame["stream"] != "inbox"] == []


def test_the_lists_are_there_before_any_script_and_each_line_once_after_them(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared).sign_up("Ben")
    address = room_with(ana, "Listed", 1)
    ben.open(f"/p/{ana.login}/").settle()
    say(ben, "psst")
    room = ana.page.locator("#chats").locator(f"[data-room='{address.split('/')[2]}']")
    talk = ana.page.locator("chat-conversations").locator(f"[data-login='{ben.login}']")
    online = ana.page.locator("chat-online").locator(f"[data-login='{ben.login}']")

    ana.context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    ana.open(address)
    for line in (room, talk, online):
        expect(line).to_be_visible()
    ana.context.unroute_all()
    ana.open(address).settle()

    expect(ana.page.locator("chat-conversations .entry__time")).to_have_text(re.compile(r"\d"))
    for line in (room, talk, online):
        expect(line).to_have_count(1)
    talk.click()
    expect(ana.heading).to_have_text(ben.name)


def test_a_printed_conversation_is_taken_over_too(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared, fresh=True).sign_up("Ben")
    ana.open(f"/p/{ben.login}/").settle()
    for text in ("one", "two"):
        say(ana, text)
    ben.page.add_init_script(WATCH)

    ben.open(f"/p/{ana.login}/").settle()
    ana.write("three")

    ben.sees("one", "two", "three")
    assert ben.page.evaluate("removedLines") == []
    assert printed_and_there(ben.page) == [True, True, False]


def test_the_address_of_an_old_message_is_printed_and_the_log_goes_on_from_there(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    ana = visit(shared, fresh=True).sign_up()
    address = room_with(ana, "Sought", 60, talk(shared, person=ana.person))
    ana.page.add_init_script(WATCH)

    ana.open(f"{address}3/").settle()

    sought = ana.page.locator(".message--sought")
    expect(sought).to_contain_text("line 3")
    expect(sought).to_be_in_viewport()
    ana.sees(*lines(1, 60))
    assert ana.page.evaluate("removedLines") == []


def test_an_old_page_from_the_history_of_the_browser_is_right(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared).sign_up("Ben")
    address = room_with(ana, "Returned to", 3)
    ben.open(address).settle()
    ben.page.goto(f"{ben.url}/accounts/password/change/")
    say(ana, "said meanwhile")

    ben.page.go_back()

    ben.sees(*lines(1, 3), "said meanwhile")


def test_times_are_printed_as_the_device_would_show_them(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, timezone_id="Asia/Kathmandu").sign_up()
    address = room_with(ana, "Far east", 1)
    time = ana.page.locator(".message__time").last
    shown = time.inner_text()

    printed = ana.context.request.get(ana.url + address).text()

    assert re.search(rf'<time class="message__time"[^>]*>{shown}</time>', printed)


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_without_scripts_everything_finds_room_and_can_be_touched(
    shared: ChatServer, visit: Visit, screen: dict[str, Any]
) -> None:
    ana = visit(shared).sign_up()
    address = room_with(ana, f"Easy {screen['viewport']['width']}", 3)
    eva = without_scripts(visit, shared, **screen)
    found: dict[str, list[str]] = {}

    for path in (address, f"{address}#chats", f"{address}#people", f"/p/{ana.login}/"):
        eva.open(path)
        found[path] = small_targets(eva.page) + cramped(eva.page)
    eva.open(address)
    send(eva, "#help")
    found["help"] = small_targets(eva.page) + cramped(eva.page)
    eva.context.clear_cookies(name="sessionid")
    send(eva, "words that are kept")
    found["kept"] = small_targets(eva.page) + cramped(eva.page)
    eva.sins = [
        sin for sin in eva.sins if "403 (Forbidden)" not in sin
    ]  # which the browser writes down itself

    assert {path: flaws for path, flaws in found.items() if flaws} == {}
