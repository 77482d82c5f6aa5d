"""Somebody at a browser: what they do on the pages, and what they see there."""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request, expect

from tests.harness.people import PASSWORD, Person
from tests.harness.server import ChatServer

PATIENCE_MS = 20_000
LOOK_MS = 20
# Two tries of a page that comes back by itself lie half a minute apart at most.
BACK_MS = 30_000 + PATIENCE_MS
# Cookie and form must agree, and that is all.
CSRF_TOKEN = "t" * 32
_numbers = itertools.count(1)

expect.set_options(timeout=PATIENCE_MS)


class Visitor:
    """One browser with one page. What must never happen on it is written down as it happens."""

    def __init__(self, page: Page, url: str, account: Person | None = None) -> None:
        self.page = page
        self.context = page.context
        self.url = url
        self.login = self.name = ""
        self.sins: list[str] = []
        self._account = account
        self._forgiven: list[str] = []
        self._watches: list[tuple[Page | BrowserContext, Any, Callable[[Any], None]]] = [
            (page, "pageerror", self._note_error),
            (page, "console", self._overhear),
            (page, "dialog", self._refuse_dialog),
            (self.context, "request", self._watch),
        ]
        page.set_default_timeout(PATIENCE_MS)
        for source, event, note in self._watches:
            source.on(event, note)

    def look_away(self) -> None:
        """Note no longer what happens there: somebody else may sit down at this browser."""
        for source, event, note in self._watches:
            source.remove_listener(event, note)

    # what they do

    def sign_up(self, first_name: str = "Ana", last_name: str = "Pérez") -> "Visitor":
        """Make an account in a name of one's own, and land in the chat."""
        return self.join(first_name, last_name).open("/").settle()

    def join(self, first_name: str = "Ana", last_name: str = "Pérez") -> "Visitor":
        """Have an account in this name, and look at nothing yet.

        It is the one that waits for them, renamed; where none does, they sign up, for which a password is hashed.
        """
        self._keep_cookie("csrftoken", CSRF_TOKEN)
        if self._account is None:
            self._post("/accounts/signup/", self._application(first_name, last_name) | {"gender": "other"})
            return self
        self.login, self.name = self._account.login, f"{first_name} {last_name}"
        self._keep_cookie("sessionid", self._account.token)
        person = {"first_name": first_name, "last_name": last_name, "age": "30", "gender": "other"}
        self._post("/accounts/profile/", person)
        # As whoever signs up, in the language of their browser.
        self._post("/language/", {"language": self._spoken()[:2]})
        self.context.clear_cookies(name="messages")
        return self

    def sign_up_by_hand(self, first_name: str = "Ana", last_name: str = "Pérez") -> "Visitor":
        """The same by filling in the form; the caller sees where it leads."""
        self.open("/accounts/signup/")
        self.fill_in(first_name, last_name)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"{self.url}/")
        return self

    def fill_in(self, first_name: str = "Ana", last_name: str = "Pérez") -> None:
        """Fill in the sign-up form that is open."""
        for field, value in self._application(first_name, last_name).items():
            if self.page.is_visible(f"[name={field}]"):  # With a script the password is typed once.
                self.page.fill(f"[name={field}]", value)
        self.page.select_option("[name=gender]", "other")

    def open(self, path: str) -> "Visitor":
        self.page.goto(self.url + path)
        return self

    def settle(self) -> "Visitor":
        """Wait until all is fetched and the connection lives: the server's clock is known, no trouble is shown."""
        expect(self.page.locator(":not(:defined)")).to_have_count(0)
        # Where there is little height its clock goes on out of sight.
        expect(self.page.locator("chat-clock:not([hidden])")).to_be_attached()
        expect(self.status).to_be_hidden()
        return self

    def write(self, text: str) -> None:
        """Type a line and send it: with the key, or with a thumb where the key begins a new line."""
        self.field.fill(text)
        if self.page.evaluate("matchMedia('(pointer: coarse)').matches"):
            self.page.tap(".composer__send")
        else:
            self.field.press("Enter")

    def carry_out(self, line: str) -> None:
        """Type a command, and wait until it has been carried out: then the line is empty again."""
        self.write(line)
        expect(self.field).to_have_value("")

    def make_room(self, name: str) -> None:
        self.carry_out(f"#cR {name}")
        expect(self.heading).to_have_text(name)

    def close_room(self, name: str) -> None:
        """By the command, which asks first."""
        self.write(f"#dR {name}")
        self.answer("Close the room")
        expect(self.field).to_have_value("")

    def answer(self, choice: str) -> None:
        """Press a button above the line, where something is asked."""
        self.page.locator(".composer__choices").get_by_role("button", name=choice).click()

    @contextmanager
    def panel(self, name: str) -> Iterator[Locator]:
        """Open a panel of a small screen, and close it again."""
        self.page.click(f"[data-opens={name}]")
        yield self.page.locator(f"#{name}")
        if self.page.locator(f"#{name} [data-closes]").is_visible():
            self.page.click(f"#{name} [data-closes]")

    @contextmanager
    def sheet(self, name: str) -> Iterator[Locator]:
        """Open a sheet, by its keys or by whatever button opens it, and close it again."""
        sheet = self.page.locator(f"dialog#{name}")
        if name == "finder":
            self.page.keyboard.press("Control+k")
        else:
            opener = "[data-makes-room]" if name == "new-room" else f"[data-opens-sheet={name}]"
            self.page.locator(opener).first.dispatch_event("click")
        expect(sheet).to_be_visible()
        yield sheet
        self.page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()

    def notice_network(self) -> None:
        """Come back without waiting for the next try: the longer the network was gone, the later that may be."""
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def until(self, fact: Callable[[], object], what: str) -> None:
        """Wait for what the page announces to this program, and not to whoever looks at it."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not fact():
            assert time.monotonic() < end, what
            self.page.wait_for_timeout(LOOK_MS)

    def become_administrator(self, server: ChatServer) -> None:
        server.make_administrator(self.login)

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Let nothing run in the page, as on a phone that was put away. The browser goes on holding its sockets."""
        session = self.context.new_cdp_session(self.page)
        session.send("Debugger.enable")
        session.send("Debugger.pause")
        try:
            yield
        finally:
            session.send("Debugger.disable")
            session.detach()

    # what they see

    @property
    def person(self) -> Person:
        """Who they are: for a second connection of theirs, with the session of this one."""
        assert self._account is not None
        return replace(self._account, url=self.url)

    @property
    def field(self) -> Locator:
        return self.page.locator("#message")

    @property
    def heading(self) -> Locator:
        return self.page.locator("h1")

    @property
    def status(self) -> Locator:
        return self.page.locator("chat-status")

    @property
    def problem(self) -> Locator:
        return self.page.locator(".composer__problem")

    @property
    def notices(self) -> Locator:
        return self.page.locator(".notice__text")

    @property
    def texts(self) -> Locator:
        return self.page.locator(".message__text")

    @property
    def waiting(self) -> Locator:
        return self.page.locator(".message:is([data-state=waiting], [data-state=sending])")

    @property
    def announcements(self) -> Locator:
        return self.page.locator("chat-announcer p")

    def link_to(self, other: "Visitor") -> Locator:
        """The line of somebody in the list of those who are in the room."""
        return self.page.locator(f"chat-occupants a[data-login='{other.login}']")

    def link_to_room(self, name: str) -> Locator:
        """The line of the room of exactly this name in the list: others may have a name that begins like it."""
        return self.page.locator("chat-rooms").get_by_title(name, exact=True)

    def sees(self, *texts: str) -> None:
        """Wait until the log shows these messages, each once, in this order, and no others."""
        expect(self.texts).to_have_text(list(texts), use_inner_text=True)

    def _keep_cookie(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.url}])

    def _post(self, path: str, form: dict[str, str]) -> None:
        """Send what a form would send."""
        answer = self.context.request.post(
            self.url + path,
            form={**form, "csrfmiddlewaretoken": CSRF_TOKEN},
            headers={"Referer": self.url + path, "Accept-Language": self._spoken()},
            max_redirects=0,
        )
        assert answer.status == 302, answer.text()

    def _spoken(self) -> str:
        return str(self.page.evaluate("navigator.language"))

    def _application(self, first_name: str, last_name: str) -> dict[str, str]:
        self.login = f"{_latin(first_name)}{next(_numbers)}x"
        self.name = f"{first_name} {last_name}"
        return {
            "first_name": first_name,
            "last_name": last_name,
            "username": self.login,
            "age": "30",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }

    # what must not happen

    def forgive(self, words: str) -> None:
        """Let the console say this: the test is about it."""
        self._forgiven.append(words)

    def _note_error(self, error: Error) -> None:
        self.sins.append(f"error: {error}")

    def _overhear(self, message: ConsoleMessage) -> None:
        # A connection that breaks is told to the console by the browser itself, and so is a session that has ended.
        # So is, where a test wants no service worker, that there is none; and that what begins to keep things a moment
        # after all else has met a test that was cutting the line by then.
        is_trouble = (
            "WebSocket connection" in message.text
            or message.location["url"].endswith("/session")
            or "Service Worker registration blocked" in message.text
            or "/static/js/device." in message.location["url"]
        )
        is_forgiven = any(words in message.text for words in self._forgiven)
        if message.type in {"error", "warning"} and not is_trouble and not is_forgiven:
            self.sins.append(f"console: {message.text}")

    def _refuse_dialog(self, dialog: object) -> None:
        self.sins.append("a dialog opened")
        dialog.dismiss()  # type: ignore[attr-defined]

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, self.url.replace("http", "ws", 1), "data:", "blob:")):
            self.sins.append(f"third party: {request.url}")


def _latin(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower()) or "person"
