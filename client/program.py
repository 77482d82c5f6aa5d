"""From the command line to a chat: who it is, and which of the two ways to talk."""

import asyncio
import getpass
import os
import signal
import sys

from . import accounts
from .accounts import AccountError, SignUp
from .arguments import Arguments, early_language, read_arguments
from .desk import desk
from .exits import Exit
from .kept_sessions import KeptSessions, state_folder
from .plain.lines_out import LinesOut
from .plain.talk import Options, Talk
from .problems import problem_line
from .words import Words, choose_language

HISTORY_OF_A_PERSON = 20


def main(given: list[str]) -> int:
    """Run the program; return its exit code."""
    words = Words(choose_language(early_language(given)))
    arguments = read_arguments(given, words)
    for stream in (sys.stdout, sys.stderr):
        # What the terminal cannot write is escaped, and ends nothing.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        if arguments.plain or arguments.log_out or arguments.sign_up:
            return int(asyncio.run(_plain(arguments, words)))
        from .screens.app import run_app

        return int(run_app(arguments, words))
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except EOFError:  # a question that nobody answers
        return Exit.NOT_LOGGED_IN


async def _plain(arguments: Arguments, words: Words) -> Exit:
    sessions = KeptSessions(state_folder(arguments.server))
    if arguments.log_out:
        return await _log_out(arguments, sessions)
    try:
        session = await _session(arguments, words, sessions)
    except AccountError as problem:
        print(problem_line(words, problem), file=sys.stderr)
        return Exit.UNREACHABLE if isinstance(problem, accounts.Unreachable) else Exit.NOT_LOGGED_IN
    if session is None:
        print(words.say("Nobody is logged in here: say --login and set CHAT_PASSWORD."), file=sys.stderr)
        return Exit.NOT_LOGGED_IN
    if not arguments.plain:
        return Exit.DONE
    return await _talk(arguments, words, session)


async def _talk(arguments: Arguments, words: Words, session: tuple[str, str]) -> Exit:
    login, token = session
    is_person = sys.stdin.isatty()
    history = (
        (HISTORY_OF_A_PERSON if is_person else 0) if arguments.history is None else int(arguments.history)
    )
    options = Options(
        room=arguments.room, to=arguments.to, history=history, timeout=arguments.timeout,
        is_literal=arguments.literal, stays=arguments.stay, is_person=is_person,
    )  # fmt: skip
    talk = Talk(words, LinesOut(words, login=login), options)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, talk.interrupt, Exit.INTERRUPTED)
    loop.add_signal_handler(signal.SIGTERM, talk.interrupt, Exit.TERMINATED)
    async with desk(arguments.server, login, token, language=words.language, tell=talk.told) as chat:
        code = await talk.run(chat, sys.stdin.fileno())
    if code is Exit.NOT_LOGGED_IN:
        KeptSessions(state_folder(arguments.server)).forget(login)
    return code


async def _session(arguments: Arguments, words: Words, sessions: KeptSessions) -> tuple[str, str] | None:
    """Return login and token: those that are kept, else those of a new session."""
    login = arguments.login or sessions.current
    if not arguments.sign_up:
        token = sessions.token_of(login) if login else None
        if login and token:
            return login, token
    if arguments.sign_up:
        person = _new_person(arguments, words)
        login, token = person.username, await accounts.sign_up(arguments.server, words.language, person)
    else:
        password = _password(words) if login else None
        if not login or not password:
            return None
        token = await accounts.log_in(arguments.server, words.language, login, password)
    # The server says how the login is written.
    login = await accounts.whose(arguments.server, token) or login
    sessions.keep(login, token)
    return login, token


async def _log_out(arguments: Arguments, sessions: KeptSessions) -> Exit:
    login = arguments.login or sessions.current
    token = sessions.token_of(login) if login else None
    if not login or not token:
        return Exit.NOT_LOGGED_IN
    try:
        await accounts.log_out(arguments.server, token)
    except accounts.Unreachable:
        return Exit.UNREACHABLE
    sessions.forget(login)
    return Exit.DONE


def _password(words: Words) -> str | None:
    """Return the password: never from the command line, which others on the machine can read."""
    given = os.environ.get("CHAT_PASSWORD")
    if given is not None or not sys.stdin.isatty():
        return given
    return getpass.getpass(words.say("Password: "))


def _new_person(arguments: Arguments, words: Words) -> SignUp:
    """Ask for what a sign-up needs."""
    login = arguments.login or input(words.say("Login: "))
    first, last = input(words.say("First names: ")), input(words.say("Surnames: "))
    age = input(words.say("Age: "))
    password = _password(words) or ""
    number = int(age) if age.isascii() and age.isdigit() else 0
    return SignUp(username=login, password=password, first_name=first, last_name=last, age=number)
