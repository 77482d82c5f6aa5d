"""The log: how it keeps the reader's place, what can be done with a message, and what its states look like."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.talker import Talk, Talker
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]

ROWS = "document.querySelectorAll('.log__rows > li').length"
OLDEST = "Number(document.querySelector('.message').dataset.seq.split('/')[1])"
OLDER = f"oldest => {OLDEST} < oldest"
# Watches, in each frame after it has been painted, by how much the message moves that is the first in sight when one
# has scrolled.
WATCH = """top => {
    const scroller = document.querySelector('.log__scroller');
    const edge = scroller.getBoundingClientRect().top;
    if (top !== null) scroller.scrollTop = top;
    const first = [...document.querySelectorAll('.message')].find(row => row.getBoundingClientRect().bottom > edge);
    const text = first.querySelector('.message__text');
    const before = text.getBoundingClientRect().bottom;
    const watch = { isOn: true, moved: 0 };
    const look = () => {
        watch.moved = Math.max(watch.moved, Math.abs(text.getBoundingClientRect().bottom - before));
        if (watch.isOn) next();
    };
    const next = () => requestAnimationFrame(() => setTimeout(look, 0));
    next();
    window.watch = watch;
}"""
MOVED = """new Promise(done => {
    requestAnimationFrame(() => setTimeout(() => setTimeout(() => done(window.watch.moved)), 0));
})"""
# In a frame of its own, before it is painted: the watch shall not measure what nobody sees.
HIGHER = """height => new Promise(done => requestAnimationFrame(() => {
    for (const row of [...document.querySelectorAll('.message__text')].slice(0, 3)) row.style.minHeight = height;
    done();
}))"""
# What has moved since the page began to load, each as [how much of the window, what].
SHIFTS = """() => new Promise(done => {
    const shifts = [];
    const note = ({ hadRecentInput, sources, value }) => {
        if (!hadRecentInput) shifts.push([value, sources.map(({ node }) => node?.className || node?.nodeName)]);
    };
    const observer = new PerformanceObserver(list => list.getEntries().forEach(note));
    observer.observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => setTimeout(() => { observer.disconnect(); done(shifts); }, 0));
})"""

# As an earlier page has left it.
KEEP_REFUSED = """([login, room]) => localStorage.setItem(`chat/outbox/${login}/refused`, JSON.stringify({
    clientId: 'refused', target: { kind: 'room', room, name: 'Refused' }, text: 'refused once', writtenAt: Date.now(),
    state: 'refused', code: 'conflict', reason: 'No.',
}))"""


def lines(count: int) -> list[str]:
    """Return messages of different heights, some with marks that are drawn in the page only."""
    kinds = [
        "line {n}",
        "line {n} " + "and more of it " * 9,
        "line {n}\n- one\n- **two**",
        "line {n} `code`\n> quoted",
    ]
    return [kinds[n % len(kinds)].format(n=n) for n in range(count)]


def long_room(talker: Talker, name: str, count: int) -> int:
    room = talker.make_room(name)
    talker.say(*lines(count))
    return room


def arrive(visitor: Visitor, room: int) -> Visitor:
    visitor.open(f"/r/{room}/").settle()
    expect(visitor.texts.last).to_be_in_viewport()
    return visitor


def message(visitor: Visitor, text: str) -> Locator:
    return visitor.page.locator(".message").filter(has=visitor.page.get_by_text(text, exact=True))


def frames_sent(page: Page) -> list[str]:
    """Return a list that grows by what the page will send."""
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(str(frame))))
    return frames


def scroll_to_top(page: Page) -> None:
    page.evaluate("document.querySelector('.log__scroller').scrollTop = 0")


def read_all(page: Page) -> None:
    """Go up to the beginning."""
    while (oldest := page.evaluate(OLDEST)) > 1:
        scroll_to_top(page)
        page.wait_for_function(OLDER, arg=oldest)


# keeping the place


def test_ten_pages_come_above_and_what_is_read_stays_where_it_is(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    room = long_room(talk(shared), "Ten pages", 560)
    ana = visit(shared, **PHONE)
    asked = frames_sent(ana.page)
    arrive(ana.sign_up("Ana"), room)

    while (oldest := ana.page.evaluate(OLDEST)) > 1:
        ana.page.evaluate(WATCH, 0)
        ana.page.wait_for_function(OLDER, arg=oldest)
        assert ana.page.evaluate(MOVED) <= 1
        assert ana.page.evaluate(ROWS) <= 250
        ana.page.evaluate("window.watch.isOn = false")

    assert sum("history.fetch" in frame for frame in asked) >= 10
    scroll_to_top(ana.page)
    expect(ana.texts.first).to_have_text("line 0")
    expect(ana.page.locator("[data-part=earlier]")).to_be_hidden()


def test_a_long_log_is_light_and_comes_back_from_memory(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    room = long_room(talk(shared), "Light", 500)
    ana = visit(shared, **PHONE)
    asked = frames_sent(ana.page)
    arrive(ana.sign_up("Ana"), room)
    read_all(ana.page)
    asked.clear()

    ana.page.tap(".log__jump")

    expect(ana.texts.last).to_have_text(re.compile("^line 499"))
    expect(ana.texts.last).to_be_in_viewport()
    expect(ana.page.locator(".log__jump")).to_be_hidden()
    assert ana.page.evaluate(ROWS) <= 250
    # Up again, window by window: nothing is asked for that is held.
    while ana.page.evaluate(OLDEST) > 1:
        oldest = ana.page.evaluate(OLDEST)
        ana.page.evaluate(WATCH, 0)
        ana.page.wait_for_function(OLDER, arg=oldest)
        assert ana.page.evaluate(MOVED) <= 1
        assert ana.page.evaluate(ROWS) <= 250
    assert [frame for frame in asked if "history.fetch" in frame] == []


def test_what_becomes_higher_above_does_not_move_what_is_read(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    room = long_room(talk(shared), "Late", 60)
    ana = arrive(visit(shared, **PHONE).sign_up("Ana"), room)
    ana.page.evaluate(WATCH, 900)

    ana.page.evaluate(HIGHER, "300px")

    assert ana.page.evaluate(MOVED) <= 1
    ana.page.evaluate(HIGHER, "")
    assert ana.page.evaluate(MOVED) <= 1


def test_at_the_end_it_stays_at_the_end_when_something_becomes_higher(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    room = long_room(talk(shared), "Growing", 40)
    ana = arrive(visit(shared, **PHONE).sign_up("Ana"), room)

    ana.page.evaluate("document.querySelector('.message--last .message__text').style.minHeight = '200px'")

    expect(ana.texts.last).to_be_in_viewport(ratio=0.9)
    ana.page.set_viewport_size({"width": 360, "height": 420})
    expect(ana.texts.last).to_be_in_viewport(ratio=0.9)


def test_a_notice_that_is_dismissed_above_does_not_move_what_is_read(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = long_room(talker, "Dismissed", 230)
    ana = arrive(visit(shared).sign_up("Ana"), room)
    read_all(ana.page)
    ana.page.click(".log__jump")
    ana.carry_out("#help")
    notice = ana.page.locator(".notice")
    expect(notice).to_be_in_viewport()
    talker.say(*lines(40), "the last")
    expect(ana.texts.last).to_have_text("the last")
    notice.evaluate(
        "node => { const log = node.closest('.log__scroller');"
        " log.scrollTop += node.getBoundingClientRect().top - log.getBoundingClientRect().top + 9 }"
    )
    expect(ana.page.locator(".log__jump")).to_be_visible()
    below = notice.locator("xpath=following-sibling::li[2]")
    key, before = below.get_attribute("data-key"), below.bounding_box()

    notice.evaluate("node => node.querySelector('[data-part=dismiss]').click()")

    expect(notice).to_have_count(0)
    after = ana.page.locator(f'[data-key="{key}"]').bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) <= 1


def test_one_comes_back_to_where_one_was_reading(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    room = long_room(talk(shared), "Left", 90)
    ana = arrive(visit(shared).sign_up("Ana"), room)
    ana.page.evaluate("document.querySelector('.log__scroller').scrollTop = 700")
    expect(ana.page.locator(".log__jump")).to_be_visible()
    edge = "document.querySelector('.log__scroller').getBoundingClientRect().top"
    first = (
        f"[...document.querySelectorAll('.message')].find(row => row.getBoundingClientRect().bottom > {edge})"
    )
    key = ana.page.evaluate(f"{first}.dataset.key")
    place = f"document.querySelector('[data-key=\"{key}\"]').getBoundingClientRect().bottom"
    before = ana.page.evaluate(place)

    ana.link_to_room("General").click()
    expect(ana.heading).to_have_text("General")
    expect(ana.page.locator(f'[data-key="{key}"]')).to_have_count(0)
    ana.link_to_room("Left").click()

    expect(ana.page.locator(f'[data-key="{key}"]')).to_have_count(1)
    assert abs(ana.page.evaluate(place) - before) <= 1


def test_the_pill_counts_what_is_new_below(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    talker = talk(shared)
    room = long_room(talker, "Pill", 50)
    ana = arrive(visit(shared, **PHONE).sign_up("Ana"), room)
    scroll_to_top(ana.page)
    pill = ana.page.locator(".log__jump")
    expect(pill).to_be_visible()

    talker.say("one", "two", "three")

    expect(pill).to_contain_text("3 new messages")
    box, composer = pill.bounding_box(), ana.page.locator("chat-composer").bounding_box()
    assert box is not None
    assert composer is not None
    assert min(box["width"], box["height"]) >= 44
    assert box["y"] + box["height"] <= composer["y"]
    pill.tap()
    expect(ana.texts.last).to_have_text("three")
    expect(ana.texts.last).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_what_one_writes_oneself_is_gone_to(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    room = long_room(talk(shared), "Own", 50)
    ana = arrive(visit(shared).sign_up("Ana"), room)
    scroll_to_top(ana.page)
    expect(ana.page.locator(".log__jump")).to_be_visible()

    ana.write("mine")

    expect(ana.texts.last).to_have_text("mine")
    expect(ana.texts.last).to_be_in_viewport()


@pytest.mark.fault
def test_what_was_refused_and_comes_to_stand_last_leaves_the_reader_alone(
    shared: ChatServer, cable: Cable, visit: Visit, talk: Talk
) -> None:
    room = long_room(talk(shared), "Refused", 60)
    ana = arrive(visit(cable).sign_up("Ana"), room)
    ana.page.evaluate(KEEP_REFUSED, [ana.login, room])
    ana.page.reload()
    ana.settle()
    expect(message(ana, "refused once")).to_have_attribute("data-state", "refused")
    cable.pull()
    ana.write("mine")
    expect(ana.waiting).to_have_count(1)
    scroll_to_top(ana.page)
    expect(ana.page.locator(".log__jump")).to_be_visible()

    cable.plug()
    ana.notice_network()

    expect(ana.waiting).to_have_count(0)
    expect(ana.page.locator(".log__jump")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, {}], ids=["phone", "desktop"])
def test_nothing_jumps_while_the_page_opens(
    own: ChatServer, visit: Visit, talk: Talk, size: dict[str, object]
) -> None:
    talker = talk(own)
    room = talker.make_room("Calm")
    talker.say(*[f"line {number} " + "and more of it " * (number % 9) for number in range(45)])
    ana = arrive(visit(own, **size).sign_up("Ana"), room)
    for number in range(3):
        talker.tell(ana.login, f"between us {number}")

    arrive(ana, room)

    shifts = ana.page.evaluate(SHIFTS)
    assert sum(value for value, _ in shifts) <= 0.002, shifts

    ana.open(f"/p/{talker.login}/").sees("between us 0", "between us 1", "between us 2")

    shifts = ana.page.evaluate(SHIFTS)
    assert sum(value for value, _ in shifts) <= 0.002, shifts


# what can be done with a message


def test_by_touch_a_tap_tells_the_date_and_leads_to_what_can_be_done(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = talker.make_room("Touched")
    talker.say("bring bread")
    ana = arrive(visit(shared, **PHONE).sign_up("Ana"), room)
    tools, sheet = ana.page.locator(".tools"), ana.page.locator("dialog.sheet[open]")

    ana.texts.last.tap()
    expect(tools).to_contain_text(re.compile(r"20\d\d.*\d\d:\d\d:\d\d"))
    box = tools.locator("button:visible").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    tools.locator("button:visible").tap()
    expect(sheet).to_contain_text("bring bread")
    sheet.get_by_role("button", name="Reply").tap()

    expect(sheet).to_have_count(0)
    expect(ana.field).to_have_value(re.compile("> .*bring bread"))
    expect(ana.field).to_be_focused()


def test_who_comes_in_leaves_what_a_tap_has_opened(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    talker = talk(shared)
    room = talker.make_room("Tapped")
    talker.say("bring bread")
    ana = arrive(visit(shared, **PHONE).sign_up("Ana"), room)
    ben = visit(shared).sign_up("Ben")
    expect(ana.page.locator(".place__about")).to_contain_text("2 here")
    ana.texts.last.tap()
    more = ana.page.locator(".tools button:visible")
    expect(more).to_have_count(1)

    ben.carry_out("#gR Tapped")

    expect(ana.page.locator(".place__about")).to_contain_text("3 here")
    expect(more).to_have_count(1)


def test_a_long_press_opens_the_sheet_and_back_closes_it(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = talker.make_room("Held")
    talker.say("hold me")
    ana = arrive(visit(shared, **PHONE).sign_up("Ana"), room)
    sheet = ana.page.locator("dialog.sheet[open]")

    press_long(ana, ana.texts.last)
    # The finger that is lifted has chosen nothing.
    expect(sheet).to_contain_text("hold me")
    expect(ana.field).to_have_value("")
    ana.page.go_back()
    expect(sheet).to_have_count(0)
    expect(ana.heading).to_have_text("Held")

    press_long(ana, ana.texts.last)
    sheet.get_by_role("button", name="Copy text").tap()
    expect(ana.page.get_by_text("Copied")).to_be_visible()
    ana.field.focus()
    ana.page.keyboard.press("Control+V")
    expect(ana.field).to_have_value("hold me")


def test_a_finger_that_scrolls_opens_nothing(shared: ChatServer, visit: Visit, talk: Talk) -> None:
    room = long_room(talk(shared), "Swiped", 50)
    ana = arrive(visit(shared, **PHONE).sign_up("Ana"), room)
    touch = ana.context.new_cdp_session(ana.page)

    touch.send("Input.synthesizeScrollGesture", {"x": 180, "y": 300, "yDistance": 500, "speed": 700})

    expect(ana.page.locator(".log__jump")).to_be_visible()
    expect(ana.page.locator("dialog.sheet[open]")).to_have_count(0)
    expect(ana.page.locator(".tools")).to_be_hidden()


def test_under_a_mouse_a_bar_copies_the_address_of_a_message_which_leads_to_it(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    room = long_room(talk(shared), "Hovered", 50)
    ana = arrive(visit(shared).sign_up("Ana"), room)
    tools = ana.page.locator(".tools")
    ana.texts.last.hover()
    expect(tools).to_be_visible()

    tools.get_by_role("button", name="Copy link").click()
    expect(ana.page.get_by_text("Copied")).to_be_visible()
    ana.field.focus()
    ana.page.keyboard.press("Control+V")
    expect(ana.field).to_have_value(f"{shared.url}/r/{room}/50/")
    ana.page.mouse.move(5, 5)
    expect(tools).to_be_hidden()

    ana.open(f"/r/{room}/50/")
    expect(ana.page.locator(".message--sought")).to_be_in_viewport()


def test_what_arrives_elsewhere_in_the_log_leaves_the_bar_under_the_mouse(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    ana = arrive(visit(shared).sign_up("Ana"), long_room(talker, "Kept in hand", 50))
    scroll_to_top(ana.page)
    tools, jump = ana.page.locator(".tools"), ana.page.locator(".log__jump")
    expect(jump).to_be_visible()
    expect(ana.texts).to_have_count(50)  # All that comes above is there before anything is pointed at.
    ana.page.locator(".message__text:visible").nth(2).hover()
    expect(tools).to_be_visible()

    talker.say("at the end")
    expect(jump).to_contain_text("1")

    expect(tools).to_be_visible()
    tools.get_by_role("button", name="Copy link").click()
    expect(ana.page.get_by_text("Copied")).to_be_visible()


def test_one_writes_in_private_to_the_author_of_a_message(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = talker.make_room("Whispered")
    talker.say("ask me")
    ana = arrive(visit(shared).sign_up("Ana"), room)

    ana.texts.last.hover()
    ana.page.locator(".tools").get_by_role("button", name="Write privately").click()

    expect(ana.heading).to_have_text(talker.name)
    expect(ana.page).to_have_url(re.compile(f"/p/{talker.login}/$"))


def test_by_keyboard_one_goes_from_message_to_message_and_back_to_writing(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = talker.make_room("Arrows")
    talker.say(*[f"line {number}" for number in range(70)])
    ana = arrive(visit(shared).sign_up("Ana"), room)
    focused = ana.page.locator(".log__rows > li:focus")
    ana.page.evaluate("document.querySelector('.log__rows > [tabindex=\"0\"]').focus()")
    expect(focused).to_contain_text("line 69")
    expect(ana.page.locator(".log__rows > [tabindex='0']")).to_have_count(1)

    ana.page.keyboard.press("ArrowUp")
    expect(focused).to_contain_text("line 68")
    expect(focused).to_have_attribute("aria-label", re.compile(f"^{talker.name}: line 68, \\d\\d:\\d\\d"))
    ana.page.keyboard.press("PageUp")
    expect(focused).to_have_text(re.compile("line [45]"))
    ana.page.keyboard.press("ArrowDown")
    talker.say("new")
    expect(ana.texts.last).to_have_text("new")
    expect(focused).to_have_text(re.compile("line [456]"))
    ana.page.keyboard.press("End")
    expect(focused).to_contain_text("new")
    expect(focused).to_be_in_viewport()
    ana.page.keyboard.press("Home")
    expect(focused).to_be_in_viewport()

    ana.page.keyboard.press("End")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator(".tools button:focus")).to_have_attribute("aria-label", "Reply")
    ana.page.keyboard.press("ArrowRight")
    expect(ana.page.locator(".tools button:focus")).to_have_attribute("aria-label", "Copy text")
    ana.page.keyboard.press("Escape")
    expect(focused).to_contain_text("new")
    ana.page.keyboard.press("Escape")
    expect(ana.field).to_be_focused()


# what messages look like


def test_ones_own_message_tells_its_state_and_nothing_moves_when_that_changes(
    shared: ChatServer, cable: Cable, visit: Visit
) -> None:
    ana = visit(cable, **PHONE).sign_up("Ana")
    ben = visit(shared).sign_up("Ben")
    ben.make_room("States")
    send(ana, "#gR States")
    expect(ana.heading).to_have_text("States")
    cable.pull()
    expect(ana.status).to_be_visible()

    for text in ("one", "two"):
        send(ana, text)
    expect(ana.page.locator("[data-shows=waiting]")).to_have_count(2)
    expect(ana.page.get_by_text("Waits for the network").last).to_be_visible()
    before = [ana.texts.nth(index).bounding_box() for index in range(2)]

    cable.plug()
    ana.notice_network()
    expect(ana.page.locator("[data-shows=stored] use[href='#symbol-stored']")).to_have_count(2)
    expect(ana.status).to_be_hidden()
    after = [ana.texts.nth(index).bounding_box() for index in range(2)]
    ben.sees("one", "two")
    assert after == before
    expect(message(ana, "two").locator("[data-part=state-text]")).to_have_text("Sent")


def test_what_was_written_for_a_room_that_has_closed_can_be_sent_to_another(
    shared: ChatServer, cable: Cable, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = talker.make_room("Too late")
    ana = visit(cable).sign_up("Ana")
    arrive_empty(ana, room)
    cable.pull()
    expect(ana.status).to_be_visible()
    ana.write("too late")
    talker.close_room(room)
    cable.plug()
    ana.notice_network()

    late = message(ana, "too late")
    expect(late).to_have_attribute("data-state", "refused")
    expect(late).to_contain_text("The room has closed")
    late.get_by_role("button", name="Copy text").click()
    expect(ana.page.get_by_text("Copied")).to_be_visible()
    late.get_by_role("button", name="Send to General").click()

    expect(message(ana, "too late")).to_have_count(1)
    expect(message(ana, "too late")).to_have_attribute("data-state", "stored")
    expect(ana.heading).to_have_text("General")


def test_messages_of_one_person_stand_under_one_name_that_is_heard_with_each(
    shared: ChatServer, visit: Visit, talk: Talk
) -> None:
    talker = talk(shared)
    room = talker.make_room("Together")
    talker.say("one", "two", "three")
    ana = arrive(visit(shared).sign_up("Ana"), room)

    heads = ana.page.locator(".message__head")
    expect(heads).to_have_text([re.compile(talker.name)] * 3)
    heights = [heads.nth(index).evaluate("head => head.getBoundingClientRect().height") for index in range(3)]
    assert heights[0] > 10
    assert heights[1:] == [1, 1]
    faces = ana.page.locator(".message__avatar").evaluate_all("all => all.map(face => face.offsetHeight)")
    assert faces == [28, 1, 1]
    lefts = {ana.texts.nth(index).evaluate("text => text.getBoundingClientRect().left") for index in range(3)}
    assert len(lefts) == 1
    ana.write("mine")
    own = message(ana, "mine")
    expect(own.locator(".message__avatar")).to_be_hidden()
    expect(own.locator(".message__author")).to_have_text(ana.name)


def test_two_people_of_one_name_are_told_apart_by_their_logins(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Namesakes")
    bens = [visit(shared).sign_up("Ben", "Stone") for _ in range(2)]
    for ben in bens:
        ben.carry_out("#gR Namesakes")
        ben.write(f"I am {ben.login}")
        expect(ana.texts.last).to_have_text(f"I am {ben.login}")

    expect(ana.page.locator(".message__login:visible")).to_have_text([ben.login for ben in bens])


def test_an_empty_room_offers_to_share_its_address(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Empty")
    room = re.search(r"/r/\d+/$", ana.page.url)
    assert room
    expect(ana.page.locator(".log__empty")).to_have_text(
        "Nobody has written yet. Say hello, or share the link."
    )

    ana.page.get_by_role("button", name="Share the link").click()
    expect(ana.page.get_by_text("Copied")).to_be_visible()
    ana.field.focus()
    ana.page.keyboard.press("Control+V")
    expect(ana.field).to_have_value(shared.url + room[0])
    ana.field.fill("")
    ana.write("hello")

    expect(ana.page.locator(".log__empty")).to_be_hidden()
    expect(ana.page.locator(".log__share")).to_have_count(0)


def test_a_notice_goes_when_it_is_dismissed_and_leaves_nothing_behind(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, **PHONE).sign_up("Ana")
    send(ana, "#help")
    notice = ana.page.locator(".notice")
    expect(notice).to_contain_text("Only you see this")
    rows = ana.page.locator(".log__rows > li")
    before = rows.count()

    notice.get_by_role("button", name="Dismiss").tap()

    expect(notice).to_have_count(0)
    assert rows.count() < before


def send(visitor: Visitor, text: str) -> None:
    """Write with a thumb."""
    visitor.field.fill(text)
    visitor.page.tap(".composer__send")


def arrive_empty(visitor: Visitor, room: int) -> None:
    visitor.open(f"/r/{room}/").settle()


def press_long(visitor: Visitor, target: Locator) -> None:
    """Hold a finger on something until its sheet is there."""
    box = target.bounding_box()
    assert box is not None
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch = visitor.context.new_cdp_session(visitor.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(visitor.page.locator("dialog.sheet[open]")).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
