"""The first minutes: an empty chat that invites, and the way from its QR code to the first message."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
MOST_TAPS = 5
COUNT_TAPS = """document.addEventListener("pointerdown", ({ isTrusted }) => {
    if (isTrusted) sessionStorage.taps = Number(sessionStorage.taps ?? 0) + 1;
}, true)"""
TAPS = "Number(sessionStorage.taps ?? 0)"


def test_whoever_scans_a_code_says_something_in_the_room_five_taps_after_the_form(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Robotics")
    with ana.sheet("place") as about:
        invitation = about.get_by_role("link", name="Invite people").get_attribute("href") or ""
    ben = visit(shared, fresh=True, **PHONE)
    ben.context.add_init_script(COUNT_TAPS)

    ben.open(invitation.replace("/invite/", "/join/"))
    expect(ben.heading).to_have_text("Join Chat · Robotics")
    expect(ben.page.get_by_role("link", name="Log in")).to_be_visible()
    ben.fill_in("Ben")
    before = ben.page.evaluate(TAPS)
    ben.page.tap("main button[type=submit]")
    ben.page.wait_for_url(f"{shared.url}/r/*/")
    ben.field.tap()
    ben.page.keyboard.type("Here I am")
    ben.page.tap(".composer__send")

    ana.sees("Here I am")
    expect(ben.heading).to_have_text("Robotics")
    assert 3 <= ben.page.evaluate(TAPS) - before <= 1 + MOST_TAPS


def test_the_empty_room_leads_to_the_page_with_the_code(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Chess")
    room = ana.page.url.removeprefix(f"{shared.url}/r/")

    ana.page.get_by_role("link", name="Show a QR code").click()

    address = f"{shared.url}/join/{room}"
    expect(ana.page.get_by_role("img", name=address)).to_be_visible()
    expect(ana.page.locator(".invite__address")).to_have_text(address)
    expect(ana.page.get_by_text("Phones cannot reach this address")).to_be_visible()
    ana.page.get_by_role("button", name="Copy the address").click()
    expect(ana.page.get_by_role("status")).to_have_text("Copied")
    ana.page.get_by_role("link", name="To the chat").click()
    expect(ana.heading).to_have_text("Chess")


def test_whoever_was_invited_into_a_room_that_is_gone_is_told_so(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    ana.open("/join/987654/").settle()

    expect(ana.notices).to_have_text("The room you were invited to has closed. Here everybody meets.")


def test_the_code_is_dark_on_light_in_the_dark_and_fits_small_screens(
    shared: ChatServer, visit: Visit
) -> None:
    for width, height in [(320, 568), (360, 740), (1280, 800)]:
        ana = visit(shared, viewport={"width": width, "height": height}, color_scheme="dark").join("Ana")

        ana.open("/invite/")

        code = ana.page.locator(".invite__code svg")
        expect(code).to_be_visible()
        colours = code.evaluate(
            "svg => [...svg.querySelectorAll('path')].map(path => getComputedStyle(path))"
            ".map(({ fill, stroke }) => stroke === 'none' ? fill : stroke)"
        )
        assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        box = code.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert ana.page.evaluate("document.documentElement.scrollWidth") <= width
