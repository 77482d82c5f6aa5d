"""What can be asked of the program on its command line."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from .addresses import Server, read_server
from .safe_text import one_line
from .words import LANGUAGES, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was asked for."""

    server: Server
    login: str | None
    sign_up: bool
    log_out: bool
    plain: bool
    room: str | None
    to: str | None
    history: float | None
    timeout: float
    literal: bool
    stay: bool
    language: str | None


def early_language(arguments: list[str]) -> str | None:
    """Return the language that the arguments ask for, so that what is wrong with them is said in it."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--language", choices=LANGUAGES)
    try:
        return str(parser.parse_known_args(arguments)[0].language or "") or None
    except argparse.ArgumentError:
        return None


def read_arguments(arguments: list[str], words: Words) -> Arguments:
    """Read them; ends the program with exit code 2 where something is wrong with them."""
    parser = argparse.ArgumentParser(
        "python -m client", description=words.say("Talk in a chat from a terminal.")
    )
    add = parser.add_argument
    add(
        "--server",
        required=True,
        type=_server(words),
        help=words.say("address of the chat, as https://chat.example.org"),
    )
    add("--login", help=words.say("whose session to use; by default whoever was logged in last"))
    add("--sign-up", action="store_true", help=words.say("make an account first"))
    add("--log-out", action="store_true", help=words.say("end the session that is kept, and nothing else"))
    add("--language", choices=LANGUAGES, help=words.say("instead of the environment's language"))
    plain = parser.add_argument_group("--plain")
    add = plain.add_argument
    add("--plain", action="store_true", help=words.say("lines in, lines out: for pipes and screen readers"))
    add("--room", help=words.say("name of the room to talk in"))
    add("--to", metavar="LOGIN", help=words.say("send every line to this person only"))
    add(
        "--history",
        type=_number(words, 0, 50),
        metavar="N",
        help=words.say("print so many earlier messages first, at most 50"),
    )
    add(
        "--timeout", type=_number(words, 0.1, 86_400), default=60.0, metavar="S",
        help=words.say("give up when nothing was acknowledged for so many seconds (60)"),
    )  # fmt: skip
    add("--literal", action="store_true", help=words.say("send lines that begin with # as messages"))
    add("--stay", action="store_true", help=words.say("go on printing after the end of the input"))
    values = vars(parser.parse_args(arguments))
    if values["room"] is not None and values["to"] is not None:
        parser.error(words.say("--room and --to exclude each other"))
    return Arguments(**values)


def _server(words: Words) -> Callable[[str], Server]:
    def read(text: str) -> Server:
        try:
            return read_server(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                words.say("“{text}” is no address.", text=one_line(text))
            ) from None

    return read


def _number(words: Words, least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            problem = words.say(
                "“{text}” is not between {least} and {most}.", text=one_line(text), least=least, most=most
            )
            raise argparse.ArgumentTypeError(problem)
        return number

    return read
