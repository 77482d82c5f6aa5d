"""Take the pictures of docs/screens: `python -m tests.harness.screens [FOLDER] [--only WORD]`.

The real program with people of our own invention, who talk in three languages; every page that matters, on a phone and
on a desktop, in light and in dark, and the room on everything else that people hold before them.
"""

import argparse
import base64
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.cable import Cable
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.inspection import AT_REST
from tests.browser.visitor import Visitor
from tests.harness.environment import ROOT
from tests.harness.machine import find_browser
from tests.harness.server import ChatServer

FOLDER = ROOT / "docs/screens"
QUALITY = 76
YESTERDAY = (
    "from datetime import timedelta; from django.db.models import F; from rooms.models import Message;"
    "Message.objects.update(sent_at=F('sent_at') - timedelta(hours=21))"
)
NOBODY_ELSE = "from accounts.models import User; User.objects.filter(username__startswith='guest').delete()"

Scheme = Literal["light", "dark"]

# Nobody reads what is before a camera, so that what is unread stays so.
NOBODY_LOOKS = "document.hasFocus = () => false"


def _screen(width: int, height: int, **options: Any) -> dict[str, Any]:
    return {**PHONE, "viewport": {"width": width, "height": height}, **options}


SIZES: dict[str, dict[str, Any]] = {
    "phone": PHONE,
    "narrow": _screen(320, 640),
    "landscape": _screen(740, 360),
    "keyboard": _screen(360, 400),
    "tablet": _screen(820, 1180, device_scale_factor=1),
    "zoomed": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},  # a desktop at 200 %
    "desktop": DESKTOP,
}


class Actor(Visitor):
    """Somebody in the pictures, whose login is the first name."""

    def say(self, *texts: str) -> None:
        for text in texts:
            self.carry_out(text)
        expect(self.waiting).to_have_count(0)

    def make_kept_room(self, name: str) -> None:
        self.page.locator("[data-makes-room]").first.click()
        self.page.fill("#new-room-name", name)
        self.page.check("#new-room [value=permanent]")
        self.page.click("#new-room button[type=submit]")
        expect(self.heading).to_have_text(name)

    def _application(self, first_name: str, last_name: str) -> dict[str, str]:
        form = super()._application(first_name, last_name)
        self.login = LOGINS.get(first_name, first_name.lower())
        return form | {"username": self.login}


LOGINS = {"María": "maria", "Вера": "vera", "Илья": "ilya", "Chloé": "chloe"}
CAST = (
    ("María", "Ortega", "es"),
    ("Ben", "Stone", "en-GB"),
    ("Вера", "Орлова", "ru"),
    ("Chloé", "Martin", "en-GB"),
    ("Илья", "Ким", "ru"),
)


@dataclass(frozen=True)
class Scene:
    """A picture: who looks, where, whether their network is gone, and what they do before it is taken."""

    name: str
    who: str
    path: str = "/"
    before: Callable[[Page], Any] = lambda page: None
    sizes: tuple[str, ...] = ("phone", "desktop")
    schemes: tuple[Scheme, ...] = ("light", "dark")
    cut: bool = False


def main() -> int:
    """Play the piece and take all pictures."""
    parser = argparse.ArgumentParser(description="pictures for docs/screens")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--only", default="", help="take only pictures with this in their names")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    server = ChatServer("embedded", ROOM_GRACE_SECONDS="240", SITE_NAME="Lake House")
    try:
        server.start()
        server.manage("shell", "--no-imports", "-c", NOBODY_ELSE)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
            with Piece(browser, server) as piece:
                piece.play()
                taken = [name for scene in SCENES for name in piece.take(scene, options.folder, options.only)]
            browser.close()
    finally:
        server.destroy()
    if not options.only:
        (options.folder / "README.md").write_text(_contact_sheet(taken))
    print(f"{len(taken)} pictures, {sum((options.folder / name).stat().st_size for name in taken):,} bytes")
    return 0


class Piece(ExitStack):
    """The people, each at a browser of their own, and what they say."""

    def __init__(self, browser: Browser, server: ChatServer) -> None:
        super().__init__()
        self._browser = browser
        self._server = server
        self._people: dict[str, Actor] = {}
        self._rooms: dict[str, str] = {}

    def play(self) -> None:
        """Let them sign up, and talk yesterday and today."""
        for first_name, last_name, language in CAST:
            actor = self._open(locale=language, **DESKTOP)
            self._people[LOGINS.get(first_name, first_name.lower())] = actor
            actor.sign_up(first_name, last_name)
        self._yesterday()
        self._server.manage("shell", "--no-imports", "-c", YESTERDAY)
        self._today()
        self._people["ben"].become_administrator(self._server)

    def take(self, scene: Scene, folder: Path, only: str) -> list[str]:
        """Take a scene in all its sizes and schemes; return the names of the files."""
        names = []
        for size in scene.sizes:
            for scheme in scene.schemes:
                name = f"{size}-{scene.name}-{scheme}.webp"
                if only in name:
                    self._take(scene, size, scheme, folder / name)
                    names.append(name)
        return names

    def _yesterday(self) -> None:
        maria, ben, vera, chloe = (self._people[name] for name in ("maria", "ben", "vera", "chloe"))
        ben.say("Saturday at the lake? The forecast says **24°** and no wind.")
        maria.say("¡Sí! Yo llevo la tortilla", "y la guitarra")
        vera.say("Я за! Поезд в 9:12 с третьей платформы")
        chloe.say("I take the early one. Who has the tent?")
        ben.say("I do. List so far:\n\n- tent\n- stove\n- *two* lamps")

    def _today(self) -> None:
        maria, ben, vera, chloe, ilya = (
            self._people[name] for name in ("maria", "ben", "vera", "chloe", "ilya")
        )
        ilya.make_room("Chess until ten")
        vera.carry_out("#gR Chess until ten")
        vera.say("Ходи, Илья!")
        vera.carry_out("#gR General")
        for sender, receiver, texts in (
            (ben, maria, ("Do you have room for two more in the car on Sunday?",)),
            (maria, ben, ("¡Claro! Salimos a las siete", "Trae a Chloé, que su tren es tardísimo")),
            (ben, maria, ("You are the best. I bring coffee for everybody.",)),
            (vera, maria, ("Гитару не забудь!",)),
        ):
            sender.open(f"/p/{receiver.login}/").settle()
            sender.say(*texts)
            sender.open("/").settle()
        ben.make_kept_room("Programming club")
        self._rooms["club"] = ben.page.url.removeprefix(self._server.url)
        ben.say(
            "The shortest one that passes:",
            "```\ndef fizz(n):\n    return 'Fizz' * (n % 3 == 0) or n\n```",
            "Can anybody do it without `%`?",
        )
        chloe.open(self._rooms["club"]).settle()
        chloe.say("A table of three words, and `next()`. No arithmetic at all.")
        for actor in (chloe, ben):
            actor.carry_out("#gR General")
        ilya.page.goto("about:blank")
        vera.say("Доброе утро! Кто-нибудь взял билеты?")
        maria.say("¡Buenos días!", "Yo tengo tres, falta uno para Chloé")
        chloe.say("> falta uno para Chloé\n\nGot mine: https://tickets.example.org/lake/early-train")
        ben.say("Then we are complete. See you at the station, I will be the one with the enormous rucksack.")
        maria.say("Te veremos desde lejos")
        vera.say("И услышим")

    def _open(self, **options: Any) -> Actor:
        return Actor(self._new_page(**options), self._server.url)

    def _new_page(self, **options: Any) -> Page:
        context = self._browser.new_context(**options)
        self.callback(context.close)
        return context.new_page()

    def _take(self, scene: Scene, size: str, scheme: Scheme, path: Path) -> None:
        person = self._people.get(scene.who)
        options: dict[str, Any] = {**SIZES[size], "color_scheme": scheme, "locale": "en-GB"}
        if person is not None:
            language = next(each[2] for each in CAST if LOGINS.get(each[0], each[0].lower()) == scene.who)
            options |= {"storage_state": person.context.storage_state(), "locale": language}
        cable = Cable(self._server)
        self.callback(cable.remove)
        actor = Actor(self._new_page(**options), cable.url)
        actor.page.add_init_script(NOBODY_LOOKS)
        actor.open(self._rooms.get(scene.path, scene.path))
        if person is not None and actor.page.locator("chat-clock").count():
            actor.settle()
        if scene.cut:
            cable.pull()
            actor.context.set_offline(True)
        scene.before(actor.page)
        actor.page.wait_for_load_state("networkidle")
        actor.page.evaluate(AT_REST)
        session = actor.context.new_cdp_session(actor.page)
        picture = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        path.write_bytes(base64.b64decode(picture["data"]))
        actor.context.close()


def _panel(name: str) -> Callable[[Page], None]:
    def open_panel(page: Page) -> None:
        page.click(f"[data-opens={name}]")
        expect(page.locator(f"#{name} .entry").first).to_be_visible()

    return open_panel


def _about(page: Page) -> None:
    page.click("[data-opens-sheet=place]")
    expect(page.locator("#place")).to_be_visible()


def _settings(page: Page) -> None:
    if page.locator("[data-opens=chats]").is_visible():
        page.click("[data-opens=chats]")
    page.click("[data-opens-sheet=settings]")
    expect(page.locator("#settings")).to_be_visible()


def _commands(page: Page) -> None:
    page.locator("#message").press_sequentially("#")
    expect(page.locator("#commands [role=option]").first).to_be_visible()


def _find(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#finder input").fill("ch")
    expect(page.locator("#finder [role=option]").first).to_be_visible()


def _refused(page: Page) -> None:
    page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
    page.fill("[name=username]", "x")
    page.locator("main button[type=submit]").last.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def _offline(page: Page) -> None:
    for text in ("The train is in a tunnel", "See you in ten minutes"):
        page.locator("#message").fill(text)
        page.click(".composer__send")
    expect(page.locator("chat-status")).to_contain_text("2 messages waiting")


def _person(page: Page) -> None:
    page.locator("#result_list tbody th a", has_text="vera").first.click()
    page.wait_for_url("**/change/")


def _contact_sheet(names: list[str]) -> str:
    """Return a page with all pictures, those of phones four in a row and those of desktops two."""
    lines = [
        "# Pictures",
        "",
        "Taken by `bin/screens` of the running program, with people of our own invention.",
        "",
    ]
    for title, sizes, width in SHEETS:
        lines += [f"## {title}", ""]
        lines += [
            f'<img src="{name}" width="{width}" alt="{name.removesuffix(".webp").replace("-", " ")}">'
            for name in names
            if name.split("-")[0] in sizes
        ]
        lines.append("")
    return "\n".join(lines)


OTHERS = ("narrow", "keyboard", "landscape", "zoomed", "tablet")
SHEETS = (
    ("Phone", ("phone",), "24%"),
    ("Small, with a keyboard, on its side, enlarged, tablet", OTHERS, "32%"),
    ("Desktop", ("desktop",), "49%"),
)
PHONE_ONLY, DESKTOP_ONLY = ("phone",), ("desktop",)
LIGHT: tuple[Scheme, ...] = ("light",)
DARK: tuple[Scheme, ...] = ("dark",)
SCENES = (
    Scene("log-in", "", schemes=LIGHT),
    Scene("sign-up", "", "/accounts/signup/"),
    Scene("sign-up-refused", "", "/accounts/signup/", _refused, PHONE_ONLY, DARK),
    Scene("room", "maria"),
    Scene("room", "vera", sizes=OTHERS, schemes=LIGHT),
    Scene("unread", "ilya"),
    Scene("offline", "chloe", cut=True, before=_offline),
    Scene("room-english", "ben", sizes=DESKTOP_ONLY, schemes=LIGHT),
    Scene("room-russian", "vera", schemes=LIGHT),
    Scene("code", "ben", "club", schemes=DARK),
    Scene("private", "maria", "/p/ben/"),
    Scene("chats", "maria", before=_panel("chats"), sizes=PHONE_ONLY),
    Scene("people", "ben", before=_panel("people"), sizes=PHONE_ONLY, schemes=LIGHT),
    Scene("commands", "ben", before=_commands),
    Scene("finder", "ben", before=_find, sizes=DESKTOP_ONLY),
    Scene("about", "vera", before=_about, schemes=LIGHT),
    Scene("settings", "ben", before=_settings, schemes=DARK),
    Scene("profile", "ben", "/accounts/profile/"),
    Scene("person", "ben", "/people/vera/", sizes=PHONE_ONLY, schemes=LIGHT),
    Scene("password", "maria", "/accounts/password/change/", schemes=LIGHT),
    Scene("e-mail", "vera", "/accounts/email/", schemes=DARK),
    Scene("sessions", "maria", "/accounts/sessions/", schemes=LIGHT),
    Scene("invite", "maria", "/invite/"),
    Scene("join", "", "/join/", schemes=LIGHT),
    Scene("nothing-here", "", "/nothing/here/", sizes=PHONE_ONLY, schemes=LIGHT),
    Scene("admin", "ben", "/admin/"),
    Scene("admin-people", "ben", "/admin/accounts/user/"),
    Scene("admin-person", "ben", "/admin/accounts/user/", _person, DESKTOP_ONLY, LIGHT),
    Scene("admin-rooms", "ben", "/admin/rooms/room/", schemes=LIGHT),
    Scene("admin-log", "ben", "/admin/rooms/message/", schemes=LIGHT),
)


if __name__ == "__main__":
    sys.exit(main())
