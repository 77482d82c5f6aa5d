"""The program that fills the terminal: who it is, then the chat."""

import asyncio
from typing import Any

from textual.app import App
from textual.binding import Binding

from client.arguments import Arguments
from client.chat import Chat, Topic
from client.closing import Why
from client.connection import Phase
from client.desk import desk
from client.exits import Exit
from client.kept_sessions import KeptSessions, state_folder
from client.wording import end_line
from client.words import Words

from .entry import EntryScreen, Session
from .talk import TalkScreen


class ChatApp(App[Exit]):
    """Sits down at the desk of whoever logs in."""

    CSS_PATH = "styles.tcss"
    TITLE = "Chat"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("ctrl+q", "quit", show=False, priority=True)]

    def __init__(self, arguments: Arguments, words: Words) -> None:
        super().__init__()
        self.chat: Chat | None = None
        self._arguments = arguments
        self._words = words
        self._sessions = KeptSessions(state_folder(arguments.server))
        self._talk: TalkScreen | None = None
        self._leaves = asyncio.Event()
        self._last_words = Exit.DONE

    def on_mount(self) -> None:
        """Begin."""
        self.run_worker(self._live(), exit_on_error=True)

    async def action_quit(self) -> None:
        """Leave in good order; what waits is sent the next time."""
        if self.chat is None:
            self.exit(Exit.DONE)
        self._leaves.set()

    async def _live(self) -> None:
        """Log in and talk, again when a session has ended."""
        notice = ""
        while True:
            session = self._kept() or await self._ask(notice)
            self._sessions.keep(*session)
            why = await self._sit(session)
            if why is not Why.SESSION_ENDED:
                break
            self._sessions.forget(session[0])
            notice = end_line(self._words, why)
        self.exit(self._last_words, message=None if why is None else end_line(self._words, why))

    def _kept(self) -> Session | None:
        login = self._arguments.login or self._sessions.current
        token = self._sessions.token_of(login) if login else None
        return (login, token) if login and token else None

    async def _ask(self, notice: str) -> Session:
        login = self._arguments.login or ""
        screen = EntryScreen(self._arguments.server, self._words, login=login, notice=notice)
        session = await self.push_screen_wait(screen)
        assert session is not None
        return session

    async def _sit(self, session: Session) -> Why | None:
        """Talk until one leaves; return why the connection ended for good, if that is why."""
        login, token = session
        self._leaves.clear()
        try:
            async with desk(
                self._arguments.server, login, token, language=self._words.language, tell=self._told
            ) as chat:
                self.chat = chat
                self._talk = TalkScreen(chat, self._words)
                await self.push_screen(self._talk)
                chat.start()
                await self._leaves.wait()
                status = chat.connection.status
                await self.pop_screen()
        finally:
            self.chat = self._talk = None
        if status.phase is not Phase.ENDED:
            return None
        if status.why not in {Why.LEFT, None}:
            self._last_words = Exit.SENT_AWAY
        return status.why

    def _told(self, topic: Topic, detail: Any) -> None:
        if self._talk is not None:
            self._talk.told(topic, detail)
        status = None if self.chat is None else self.chat.connection.status
        # After another end a person can see why, and connect again.
        if status is not None and status.phase is Phase.ENDED and status.why in {Why.LEFT, Why.SESSION_ENDED}:
            self._leaves.set()


def run_app(arguments: Arguments, words: Words) -> Exit:
    """Run it; return the exit code."""
    app = ChatApp(arguments, words)
    code = app.run()
    return Exit.DONE if code is None else code
