"""A page over plain http, as on the local network: there a browser offers less."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

NAME = "chat.lan"


@pytest.fixture
def browser_in_the_network(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """A browser for which the server has a name, so that it is no "localhost", which browsers trust."""
    arguments = [*browser_type_launch_args["args"], f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    yield browser
    browser.close()


def test_the_chat_works_where_the_browser_trusts_nobody(
    start_chat: Callable[..., ChatServer], browser_in_the_network: Browser
) -> None:
    server = start_chat("embedded", ALLOWED_HOSTS=f"{NAME},127.0.0.1", LIMITS="on")
    url = f"http://{NAME}:{server.port}"
    ana, ben = (
        Visitor(browser_in_the_network.new_context(locale="en-GB").new_page(), url)
        .sign_up_by_hand(name)
        .settle()
        for name in ("Ana", "Ben")
    )
    assert ana.page.evaluate("[isSecureContext, typeof crypto.randomUUID]") == [False, "undefined"]

    ana.write("hello")
    ben.sees("hello")
    ben.carry_out(f"#private {ana.login} psst")

    ana.sees("hello", "psst")
    expect(ana.waiting).to_have_count(0)
    assert ana.sins + ben.sins == []


def test_two_tabs_take_turns_where_the_browser_has_no_locks(
    start_chat: Callable[..., ChatServer], browser_in_the_network: Browser
) -> None:
    server = start_chat("embedded", ALLOWED_HOSTS=f"{NAME},127.0.0.1", LIMITS="on")
    url = f"http://{NAME}:{server.port}"
    context = browser_in_the_network.new_context(locale="en-GB")
    ana = Visitor(context.new_page(), url).sign_up_by_hand("Ana").settle()
    other = Visitor(context.new_page(), url).open("/").settle()
    assert ana.page.evaluate("typeof navigator.locks") == "undefined"
    texts = [f"number {number}" for number in range(6)]

    context.set_offline(True)
    for tab in (ana, other):
        expect(tab.status).to_be_visible()
    for number, text in enumerate(texts):
        (ana, other)[number % 2].write(text)
    context.set_offline(False)

    for tab in (ana, other):
        tab.sees(*texts)
        expect(tab.waiting).to_have_count(0)
    assert ana.sins + other.sins == []


def test_one_can_copy_where_the_browser_keeps_its_clipboard_from_the_page(
    start_chat: Callable[..., ChatServer], browser_in_the_network: Browser
) -> None:
    server = start_chat("embedded", ALLOWED_HOSTS=f"{NAME},127.0.0.1", LIMITS="on")
    url = f"http://{NAME}:{server.port}"
    ana = (
        Visitor(browser_in_the_network.new_context(locale="en-GB").new_page(), url)
        .sign_up_by_hand("Ana")
        .settle()
    )
    ana.write("copy **me**")
    expect(ana.texts).to_have_text(["copy me"])
    assert ana.page.evaluate("typeof navigator.clipboard") == "undefined"
    ana.texts.hover()
    button = ana.page.locator(".tools").get_by_role("button", name="Copy text")
    button.focus()
    ana.texts.evaluate("text => getSelection().selectAllChildren(text)")

    ana.page.keyboard.press("Enter")

    expect(ana.page.get_by_text("Copied")).to_be_visible()
    expect(ana.page.locator(".message:focus")).to_have_count(1)
    assert ana.page.evaluate("String(getSelection())") == "copy me"
    ana.field.focus()
    ana.page.keyboard.press("Control+V")
    expect(ana.field).to_have_value("copy **me**")

    # A browser that copies nothing but what is selected, and a dialog outside of which nothing can have the focus.
    ana.page.evaluate(
        "addEventListener('copy', event => event.stopImmediatePropagation(), { capture: true })"
    )
    ana.page.click("[data-opens-sheet=place]")
    dialog = ana.page.locator("dialog[open]")
    dialog.locator("[data-part=copy]").click()
    expect(dialog).to_contain_text("Copied")
    expect(dialog.locator("button:focus")).to_contain_text("Copied")
    address = dialog.locator("input").input_value()
    dialog.get_by_role("button", name="Close").first.click()
    ana.field.fill("")
    ana.page.keyboard.press("Control+V")
    expect(ana.field).to_have_value(address)
    assert ana.page.locator("textarea").count() == 1
    assert ana.sins == []
