"""Once through the chat by the accessibility tree alone: nothing is looked at, nothing is found by where it stands."""

from collections.abc import Callable

import pytest

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.listener import Listener
from tests.browser.visitor import Visitor
from tests.harness.people import PASSWORD

Visit = Callable[..., Visitor]


@pytest.mark.fault
def test_the_chat_is_walked_through_by_its_accessibility_tree(cable: Cable, visit: Visit) -> None:
    ana, ben = visit(cable, fresh=True, **PHONE), visit(cable).sign_up("Ben", "Stone")
    ben.make_room(f"Den {ben.login}")
    ear = Listener(ana.page)

    # In.
    ana.open("/accounts/login/")
    ear.hears("heading", "Welcome back", level=1)
    ear.press("link", "Make an account")
    ear.hears("heading", "Come in", level=1)
    ear.hears("combobox", "Gender", invalid="false")
    ear.type("First names", "Ana")
    ear.type("Surnames", "Pérez")
    ear.type("Username", f"listens-to-{ben.login}")
    ear.type("Age", "30", role="spinbutton")
    ear.type("Gender", "f", role="combobox")
    ear.type("Password", PASSWORD)
    ear.press("button", "Make my account")

    # In a room: where one is, what is there, where one writes.
    ear.hears("heading", "General", level=1)
    ear.hears("region", "Messages in General")
    ear.press("link", "Skip to writing")
    ear.is_at("textbox", "Message General")
    ana.page.keyboard.type("#g")
    ear.hears("option", "#gR <room> go to a room", selected=True)
    ana.page.keyboard.press("Tab")
    ana.page.keyboard.type(f"den {ben.login}")
    ear.press("button", "Send")
    ear.hears("heading", f"Den {ben.login}", level=1)

    # What is said, and how it is told.
    ear.type(f"Message Den {ben.login}", "hello")
    ear.press("button", "Send")
    ear.hears("StaticText", "hello")
    ear.hears("StaticText", "Sent")
    ben.write("hi Ana")
    ear.hears("log", "", live="polite")
    ear.hears("StaticText", "Ben Stone: hi Ana")
    ear.type(f"Message Den {ben.login}", "#nonsense")
    ear.press("button", "Send")
    ear.hears("StaticText", "There is no command #nonsense…")
    ear.go_to("textbox", f"Message Den {ben.login}")
    ana.page.keyboard.press("Control+a")
    ana.page.keyboard.press("Delete")

    # What lies over the page is all that there is, and leads back.
    ear.press("button", "Chats")
    ear.hears("navigation", "Chats")
    ear.hears_no("region", f"Messages in Den {ben.login}")
    ear.press("button", "Settings")
    ear.hears("dialog", "Settings", modal=True)
    ear.hears_no("navigation", "Chats")
    ana.page.keyboard.press("Escape")
    ear.is_at("button", "Settings")

    # A private conversation, and what comes from it while one is elsewhere.
    ear.press("link", "online Ben Stone…")
    ear.hears("heading", "Ben Stone", level=1)
    ear.type("Private message to Ben Stone", "psst")
    ear.press("button", "Send")
    ear.hears("StaticText", "psst")
    ear.press("button", "Chats")
    ear.press("link", "General…")
    ear.hears("heading", "General", level=1)
    ben.open(f"/p/listens-to-{ben.login}/").settle()
    ben.write("what?")
    ear.hears("button", "Chats 1 unread")

    # Without a network.
    cable.pull()
    ear.hears("StaticText", "Reconnecting…")
    ear.type("Message General", "in the tunnel")
    ear.press("button", "Send")
    ear.hears("StaticText", "Waits for the network")
    cable.plug()
    ear.hears("StaticText", "in the tunnel")
    ear.hears_no("StaticText", "Waits for the network")

    # And out.
    ear.press("button", "Chats 1 unread")
    ear.press("DisclosureTriangle", "Ana Pérez…")
    ear.press("button", "Log out")
    ear.hears("heading", "Welcome back", level=1)
