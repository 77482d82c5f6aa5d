"""The program that fills the terminal, with the keys that people press."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, Static

from client.arguments import read_arguments
from client.exits import Exit
from client.screens.app import ChatApp
from client.screens.composer import Composer
from client.screens.log_view import LogView
from client.screens.talk import TalkScreen
from client.words import Words
from tests.harness.house import House
from tests.harness.people import Person
from tests.harness.server import ChatServer
from tests.harness.waiting import eventually

pytestmark = pytest.mark.asyncio


class Window:
    """A terminal with the program in it."""

    def __init__(self, app: ChatApp, pilot: Pilot[Exit]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, fact: Callable[[], bool], what: str) -> None:
        async def is_so() -> bool:
            await self.pilot.pause()
            return fact()

        try:
            await eventually(is_so, what)
        except AssertionError as error:
            error.add_note("\n".join(self.lines if self.is_talking else []))
            raise

    async def write(self, text: str) -> None:
        self.app.screen.query_one(Composer).put(text)
        await self.pilot.press("enter")

    @property
    def is_talking(self) -> bool:
        return isinstance(self.app.screen, TalkScreen) and bool(self.app.screen.query(LogView))

    @property
    def lines(self) -> list[str]:
        return self.app.screen.query_one(LogView).plain_lines

    def shows(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def says(self, name: str) -> str:
        return str(self.app.screen.query_one(f"#{name}", Static).content)

    @property
    def places(self) -> list[str]:
        places = self.app.screen.query_one(OptionList)
        return [str(places.get_option_at_index(index).prompt) for index in range(places.option_count)]


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    @asynccontextmanager
    async def opened(
        person: Person, *, size: tuple[int, int] = (80, 24), signs_in: bool = True, language: str = "en"
    ) -> AsyncIterator[Window]:
        words = Words(language)
        app = ChatApp(read_arguments(["--server", person.url, "--login", person.login], words), words)
        async with app.run_test(size=size) as pilot:
            here = Window(app, pilot)
            if signs_in:
                await here.until(lambda: bool(app.screen.query("#password")), "the log-in")
                app.screen.query_one("#password", Input).value = person.password
                await pilot.press("enter")
            await here.until(
                lambda: here.is_talking and here.app.chat is not None and here.app.chat.is_ready, "in"
            )
            yield here
            await pilot.press("ctrl+q")
            await here.until(lambda: app.chat is None, "it has left")

    return opened


async def test_one_signs_in_and_talks_by_keyboard(home: House, window: Any) -> None:
    other = await home.newcomer()
    person = await home.person()
    async with window(person) as here:
        for key in "hello":
            await here.pilot.press(key)
        await here.pilot.press("enter")
        await other.expect_text("hello")
        await other.post("hello yourself")

        await here.until(lambda: here.shows(f"{other.person.name}: hello yourself"), "the answer")
        assert here.shows(f"{person.name}: hello")
        assert here.says("status")[2] == here.says("status")[5] == ":"
    async with window(person, signs_in=False) as again:
        await again.until(lambda: again.shows("hello yourself"), "the session is kept, and the log is there")


async def test_a_wrong_password_is_told(home: House, window: Any) -> None:
    person = await home.person()
    words = Words("es")
    app = ChatApp(read_arguments(["--server", person.url, "--login", person.login], words), words)
    async with app.run_test(size=(40, 20)) as pilot:
        here = Window(app, pilot)
        await here.until(lambda: bool(app.screen.query("#password")), "the log-in")
        app.screen.query_one("#password", Input).value = "wrong"
        await pilot.press("enter")
        await here.until(lambda: "contraseña" in here.says("problem"), "the problem, in Spanish")


async def test_one_makes_an_account(home: House, window: Any) -> None:
    person = Person(
        url=home.server.url, login="terminalnewcomer", name="", password="a long walk to the sea 7"
    )
    async with window_of_a_newcomer(person) as here:
        await here.until(
            lambda: here.is_talking and here.app.chat is not None and here.app.chat.is_ready, "in"
        )
        assert here.app.chat is not None
        assert here.app.chat.login == "terminalnewcomer"


@asynccontextmanager
async def window_of_a_newcomer(person: Person) -> AsyncIterator[Window]:
    words = Words("en")
    app = ChatApp(read_arguments(["--server", person.url], words), words)
    async with app.run_test(size=(80, 40)) as pilot:
        here = Window(app, pilot)
        await here.until(lambda: bool(app.screen.query("#other")), "the log-in")
        app.screen.query_one("#other", Button).press()
        await pilot.pause()
        values = {
            "login": person.login,
            "password": person.password,
            "first_name": "Ana",
            "last_name": "Ruiz",
            "age": "30",
        }
        for name, value in values.items():
            app.screen.query_one(f"#{name}", Input).value = value
        app.screen.query_one("#enter", Button).press()
        yield here
        await pilot.press("ctrl+q")


async def test_a_command_is_completed_and_leads_to_another_room(home: House, window: Any) -> None:
    owner = await home.newcomer()
    room = await home.private_corner(owner)
    await owner.post("said before")
    async with window(await home.person()) as here:
        await here.until(lambda: any(room["name"] in line for line in here.places), "the room is listed")
        composer = here.app.screen.query_one(Composer)
        composer.put("#g")
        await here.pilot.press("tab")
        assert composer.value == "#gR "
        composer.put(f"#gr {room['name'][:12].upper()}")
        await here.pilot.press("tab")
        assert composer.value == f"#gr {room['name']}"
        await here.pilot.press("enter")

        await here.until(lambda: here.shows("said before"), "the room's log")
        assert room["name"] in here.says("title")
        await here.write("here I am")
        await owner.expect_text("here I am")


async def test_rooms_are_switched_at_the_list_and_unread_is_counted(home: House, window: Any) -> None:
    owner = await home.newcomer()
    room = await home.private_corner(owner)
    async with window(await home.person(), size=(50, 20)) as here:
        await here.pilot.press("f2")
        await here.until(lambda: any(room["name"] in line for line in here.places), "the room is listed")
        places = here.app.screen.query_one(OptionList)
        places.highlighted = places.get_option_index(f"room/{room['id']}")
        await here.pilot.press("enter")
        await here.until(lambda: room["name"] in here.says("title"), "in the room")
        assert here.app.screen.query_one(Composer).has_focus
        await here.write("#eR")
        await here.until(lambda: room["name"] not in here.says("title"), "back")
        await owner.post("nobody has read this")
        await here.until(
            lambda: any(f"* {room['name']} [1]" in line for line in here.places), "one is unread"
        )

        await here.pilot.press("ctrl+n")
        await here.until(lambda: here.shows("nobody has read this"), "read")
        await here.until(
            lambda: any(line.startswith(f"> {room['name']} (") for line in here.places), "none is unread"
        )


async def test_history_is_read_by_scrolling_up(home: House, window: Any) -> None:
    owner = await home.newcomer()
    room = await home.private_corner(owner)
    for number in range(120):
        await owner.post(f"message {number}")
    async with window(await home.person()) as here:
        await here.write(f"#gR {room['name']}")
        await here.until(lambda: here.shows("message 119"), "the newest")
        assert not here.shows("message 20")
        for _ in range(30):
            await here.pilot.press("pageup")
            await here.pilot.pause(0.02)

        await here.until(lambda: here.shows("message 0"), "the oldest")
        assert [line.partition("message ")[2] for line in here.lines if "message " in line] == [
            str(number) for number in range(120)
        ]
        await owner.post("meanwhile")
        await here.until(lambda: here.shows("meanwhile"), "news")
        log = here.app.screen.query_one(LogView)
        assert log.scroll_y < log.max_scroll_y, "what is being read stays in its place"


async def test_private_messages_have_a_place_of_their_own(home: House, window: Any) -> None:
    friend = await home.newcomer()
    person = await home.person()
    async with window(person) as here:
        await friend.direct(person, "psst")
        await here.until(lambda: any(f"* {friend.person.name} [1]" in line for line in here.places), "unread")
        assert not here.shows("psst")

        await here.pilot.press("ctrl+n")
        await here.until(lambda: here.shows("psst"), "the conversation")
        await here.write("what is it?")
        await friend.expect_text("what is it?")
        await here.until(lambda: here.shows(f"{person.name}: what is it?"), "one's own")
        assert not any("[1]" in line for line in here.places)


async def test_what_others_say_cannot_touch_the_terminal(home: House, window: Any) -> None:
    other = await home.newcomer()
    async with window(await home.person()) as here:
        await other.post(
            "[bold red]e[/] a\x1b[2J\x1b]0;title\x07b\x9b1Ac\u202ed\r\bf\n12:00 Boris Petrov: I agree"
        )
        await here.until(lambda: here.shows("[bold red]e[/]"), "the message")

        drawn = "".join(line.strip() for line in here.lines)
        assert "a\\x1b[2J\\x1b]0;title\\x07b\\x9b1Ac\\u202ed\\x0d\\x08f" in drawn
        assert [line for line in here.lines if "Boris Petrov" in line] == ["   12:00 Boris Petrov: I agree"]
        drawn = "".join(
            segment.text for strip in here.app.screen._compositor.render_strips() for segment in strip
        )
        assert not {character for character in drawn if ord(character) < 32 or 0x7F <= ord(character) <= 0x9F}


async def test_what_waits_is_shown_and_goes_out_when_the_server_is_back(
    start_chat: Callable[..., ChatServer], window: Any
) -> None:
    server = start_chat("embedded", faultless=False)
    house = House(server)
    async with window(await house.person()) as here:
        server.stop()
        await here.until(lambda: "Reconnecting" in here.says("status"), "no connection")
        await here.write("are you there?")
        await here.until(lambda: here.shows("waiting: are you there?"), "it waits")
        assert "1 message waiting." in here.says("status")
        server.start()

        await here.pilot.press("ctrl+r")
        await here.until(lambda: not here.shows("waiting:") and here.shows("are you there?"), "it is sent")
    await house.close()


async def test_leaving_by_command_ends_the_program(home: House, window: Any) -> None:
    person = await home.person()
    async with window(person) as here:
        await here.write("#exit")
        await here.until(lambda: here.app.chat is None, "left")
        assert here.app.return_value == Exit.DONE
