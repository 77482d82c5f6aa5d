"""The commands that can be typed, as a help to the writer. What a line means is the server's to read."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .texts import visible_part
from .words import Words


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """One command; `completes` is what its argument is one of: rooms, own_rooms, people, or nothing known."""

    name: str
    usage: str
    meaning: str
    completes: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may come next: how it is shown, and the whole text once it is taken."""

    label: str
    text: str


def typed_commands(words: Words) -> list[TypedCommand]:
    """Return them in the reader's words."""
    room, login, text = words.say("room"), words.say("login"), words.say("text")
    return [
        TypedCommand("#cR", f"#cR <{room}>", words.say("make a room that lives as long as you are here")),
        TypedCommand("#gR", f"#gR <{room}>", words.say("go to a room"), "rooms"),
        TypedCommand("#eR", "#eR", words.say("go back to the first room")),
        TypedCommand("#lR", "#lR", words.say("list the rooms")),
        TypedCommand("#dR", f"#dR <{room}>", words.say("close a room of yours"), "own_rooms"),
        TypedCommand("#show users", "#show users", words.say("list the people")),
        TypedCommand(
            "#private", f"#private <{login}> {text}", words.say("say something to one person only"), "people"
        ),
        TypedCommand("#help", "#help", words.say("list these commands")),
        TypedCommand("#exit", "#exit", words.say("leave the chat")),
    ]


def suggestions(
    text: str, commands: list[TypedCommand], choices: Callable[[str], Iterable[str]]
) -> list[Suggestion]:
    """Return what may come next in a line, best first; nothing where no command is being typed."""
    line = visible_part(text)
    if not line.startswith("#") or line.startswith("##") or "\n" in line:
        return []
    for command in commands:
        rest = _after_name(line, command)
        if rest is not None:
            return _arguments(line.removesuffix(rest), rest, command, choices)
    typed = " ".join(line.lstrip("#\\ ").split()).casefold()
    return [
        Suggestion(
            f"{command.usage} — {command.meaning}",
            command.name + ("" if command.usage == command.name else " "),
        )
        for command in commands
        if command.name[1:].casefold().startswith(typed) and command.name != line
    ]


def common_start(texts: list[str]) -> str:
    """Return what all of these begin with, whatever the case of their letters."""
    first = texts[0]
    for index, character in enumerate(first):
        if any(text[index : index + 1].casefold() != character.casefold() for text in texts[1:]):
            return first[:index]
    return first


def _after_name(line: str, command: TypedCommand) -> str | None:
    """Return what follows the command in a line that has it: with a space, or the `<` of the argument."""
    words = r"\s+".join(map(re.escape, command.name[1:].split(" ")))
    found = re.match(rf"#\s*\\?{words}(?=[\s<])", line, re.IGNORECASE)
    return None if found is None else line[found.end() :]


def _arguments(
    typed: str, rest: str, command: TypedCommand, choices: Callable[[str], Iterable[str]]
) -> list[Suggestion]:
    is_person = command.completes == "people"
    argument = rest.lstrip()
    is_bracketed = argument.startswith("<")
    sought = argument.removeprefix("<").lstrip()
    is_over = ">" in argument if is_bracketed else is_person and bool(re.search(r"\s", argument))
    if not command.completes or is_over:
        return []
    found = _best_first(choices(command.completes), sought)
    return [
        Suggestion(name, f"{typed} {f'<{name}>' if is_bracketed else name}{' ' if is_person else ''}")
        for name in found
        if is_person or name != sought
    ]


def _best_first(names: Iterable[str], sought: str) -> list[str]:
    """Return those that begin with what is sought, then those with such a word, then those that have it anywhere."""
    query = _fold(sought.rstrip())

    def rank(name: str) -> int:
        folded = _fold(name)
        if folded.startswith(query):
            return 0
        if any(word.startswith(query) for word in re.split(r"[\s\-_.]+", folded)):
            return 1
        return 2 if query in folded else 3

    return sorted((name for name in names if rank(name) < 3), key=rank)


def _fold(text: str) -> str:
    """Return the text without case and accents, which one leaves out when in a hurry."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(one for one in decomposed if not unicodedata.combining(one)).casefold()
