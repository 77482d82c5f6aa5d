"""The screens before one talks: logging in, and signing up."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Label, Select, Static

from client import accounts
from client.accounts import AccountError, SignUp
from client.addresses import Server
from client.problems import problem_line
from client.words import Words

# Login and token.
Session = tuple[str, str]


class EntryScreen(Screen[Session]):
    """Asks who it is, and ends with a session. Enter goes on to the next field, from the last it sends."""

    BINDINGS = [Binding("escape", "app.quit", show=False)]

    def __init__(self, server: Server, words: Words, *, login: str = "", notice: str = "") -> None:
        super().__init__()
        self._server = server
        self._words = words
        self._login = login
        self._notice = notice
        self._is_new = False

    def compose(self) -> ComposeResult:
        """Lay it out."""
        say = self._words.say
        with VerticalScroll(id="entry"):
            yield Static(Content(self._server.url), id="server")
            yield Static(Content(self._notice), id="problem")
            yield Label(say("Login"))
            yield Input(self._login, id="login")
            yield Label(say("Password"))
            yield Input(password=True, id="password")
            with VerticalScroll(id="new"):
                yield Label(say("First names"))
                yield Input(id="first_name")
                yield Label(say("Surnames"))
                yield Input(id="last_name")
                yield Label(say("Age"))
                yield Input(id="age", type="integer")
                yield Label(say("Gender"))
                yield Select(self._genders(), value="undisclosed", allow_blank=False, id="gender")
            yield Button(say("Log in"), id="enter", variant="primary")
            yield Button(say("Make an account"), id="other")

    def on_mount(self) -> None:
        """Begin where something is missing."""
        self.query_one("#new").display = False
        self.query_one("#password" if self._login else "#login").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on, or send."""
        event.stop()
        if event.input.id == "password" and not self._is_new:
            self._enter()
        else:
            self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Send, or ask for the other things."""
        if event.button.id == "enter":
            self._enter()
            return
        self._is_new = not self._is_new
        say = self._words.say
        self.query_one("#new").display = self._is_new
        self.query_one("#enter", Button).label = say("Make the account") if self._is_new else say("Log in")
        self.query_one("#other", Button).label = (
            say("I have an account") if self._is_new else say("Make an account")
        )
        self.query_one("#login").focus()

    def _enter(self) -> None:
        self.run_worker(self._try(), exclusive=True)

    async def _try(self) -> None:
        problem = self.query_one("#problem", Static)
        problem.update(Content(self._words.say("One moment…")))
        login = self._value("login").strip()
        try:
            token = await self._token(login)
            login = await accounts.whose(self._server, token) or login
        except AccountError as error:
            problem.update(Content(problem_line(self._words, error)))
        else:
            self.dismiss((login, token))

    async def _token(self, login: str) -> str:
        language, password = self._words.language, self._value("password")
        if not self._is_new:
            return await accounts.log_in(self._server, language, login, password)
        age = self._value("age")
        gender = str(self.query_one("#gender", Select).value)
        person = SignUp(
            username=login, password=password, first_name=self._value("first_name"),
            last_name=self._value("last_name"), age=int(age) if age.isdigit() else 0, gender=gender,
        )  # fmt: skip
        return await accounts.sign_up(self._server, language, person)

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def _genders(self) -> list[tuple[str, str]]:
        say = self._words.say
        return [
            (say("prefer not to say"), "undisclosed"),
            (say("female"), "female"),
            (say("male"), "male"),
            (say("other"), "other"),
        ]
