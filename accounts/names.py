"""Names of people and rooms: which are refused and why, and the key under which two names are the same name."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from .scripts import is_invisible, is_one_script, skeleton

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LOGIN_LENGTHS = range(2, 31)
PERSON_NAME_LENGTHS = range(1, 61)
ROOM_NAME_LENGTHS = range(1, 41)
# No name that is kept comes near it. To normalise what is longer would take time that grows with its square, and hold
# up everybody meanwhile: a program may ask for the login of whoever has a name of 250 000 accents.
LONGEST_COMPARED = 250
MARKS_IN_A_ROW = 3  # Vietnamese needs two; a tower of them covers the neighbouring lines.

# Marks that a keyboard has and that a room's name may want; `<` and `>` frame arguments of commands.
_ROOM_MARKS = frozenset("-_.,:;!?¡¿'’\"“”«»()[]&+*/=#%@№·–—…$€£°~^")
_PERSON_MARKS = frozenset("-.'’ʼ·,")
_LOGIN_MARKS = frozenset("_.-")

# Logins that would speak for the house. Whoever signs up has none of them: administrators may make an "admin".
RESERVED_LOGINS = (
    "abuse admin administrator all anonymous api bot channel chat deleted everybody everyone false general guest help "
    "here host info me mod moderator moderators nobody none null official operator owner private room root security "
    "server staff superuser support sysadmin system team true undefined unknown user webmaster"
).split()  # fmt: skip
# What is left as the login of an erased account begins so; whoever had it would stand in the way of erasing.
ERASED_LOGIN = "deleted-"


class NameRefused(ValueError):
    """A name that cannot be had. `reason` is a stable key, `message` a sentence for a person."""

    def __init__(self, reason: str, message: str | _StrPromise) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


def display_name(first: str, last: str, login: str) -> str:
    """Return what a person is called: first names and surnames; the login where there are none."""
    return f"{first} {last}".strip() or login


def name_key(text: str) -> str:
    """Return the key that is equal for names without difference to the eye: NFKC, casefold, UTS 39 skeleton.

    A text that is too long for any name is its own key, so no name's.
    """
    if len(text) > LONGEST_COMPARED:
        return text
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Some prototypes are capitals ("0" looks like "O"): fold once more.
    return skeleton(skeleton(" ".join(folded.split())).casefold())


def check_login(text: str, *, may_be_reserved: bool = False) -> str:
    """Return the login as it is kept (NFKC, trimmed), or raise `NameRefused`. It may still be taken."""
    login = unicodedata.normalize("NFKC", text).strip()
    _check_length(login, LOGIN_LENGTHS)
    _check_visible(login)
    if not login[0].isalpha():
        raise NameRefused("start", _("Begin with a letter."))
    if not all(_is_letter_or_digit(character) or character in _LOGIN_MARKS for character in login):
        raise NameRefused("characters", _("Use letters, digits, and the marks _ . - only."))
    if login[-1] in _LOGIN_MARKS or re.search(r"[_.-]{2}", login):
        raise NameRefused("marks", _("Put the marks _ . - between letters or digits, one at a time."))
    if not is_one_script(login):
        raise NameRefused("mixed_script", _("Use letters of one alphabet only."))
    if _has_mark_that_stands_alone(login):
        raise NameRefused("marks", _("This contains accents without a letter, or too many on one."))
    key = name_key(login)
    is_reserved = not may_be_reserved and key in {name_key(reserved) for reserved in RESERVED_LOGINS}
    if is_reserved or key.startswith(name_key(ERASED_LOGIN)):
        raise NameRefused("reserved", _("This name is reserved. Please choose another one."))
    return login


def check_person_name(text: str) -> str:
    """Return the first names or surnames as they are kept (NFC, trimmed), or raise `NameRefused`."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    _check_length(name, PERSON_NAME_LENGTHS)
    _check_visible(name)
    if not all(
        _is_letter_or_digit(character) or character in _PERSON_MARKS or character == " " for character in name
    ):
        raise NameRefused("characters", _("Use letters, digits, spaces, hyphens, apostrophes and dots only."))
    _check_words(name)
    return name


def check_room_name(text: str) -> str:
    """Return the room's name as it is kept (NFC, trimmed), or raise `NameRefused`. It may still be taken."""
    name = "".join(
        " " if unicodedata.category(c) == "Zs" else c for c in unicodedata.normalize("NFC", text)
    ).strip()
    _check_length(name, ROOM_NAME_LENGTHS)
    _check_visible(name)
    if not all(
        _is_letter_or_digit(character) or character in _ROOM_MARKS or character == " " for character in name
    ):
        raise NameRefused("characters", _("Use letters, digits, spaces and common marks only."))
    _check_words(name)
    return name


def _check_length(name: str, lengths: range) -> None:
    if not name:
        raise NameRefused("blank", _("This cannot be empty."))
    if len(name) < lengths.start:
        raise NameRefused("too_short", _("Use at least %(count)d characters.") % {"count": lengths.start})
    if len(name) >= lengths.stop:
        raise NameRefused("too_long", _("Use at most %(count)d characters.") % {"count": lengths.stop - 1})


def _check_visible(name: str) -> None:
    if any(is_invisible(character) for character in name):
        raise NameRefused("invisible", _("This contains characters that cannot be seen."))
    marks = [len(list(run)) for is_mark, run in groupby(name, key=_is_mark) if is_mark]
    if _is_mark(name[0]) or max(marks, default=0) > MARKS_IN_A_ROW:
        raise NameRefused("marks", _("This contains accents without a letter, or too many on one."))


def _has_mark_that_stands_alone(name: str) -> bool:
    """Whether an accent stands on a letter that has none, hardly to be seen. Scripts that need marks keep them."""
    return any(
        _is_mark(mark) and unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
        for letter, mark in pairwise(name)
    )


def _check_words(name: str) -> None:
    if not any(_is_letter_or_digit(character) and not _is_mark(character) for character in name):
        raise NameRefused("blank", _("Use at least one letter or digit."))
    words = "".join(c if _is_letter_or_digit(c) else " " for c in name).split()
    if not all(is_one_script(word) for word in words):
        raise NameRefused("mixed_script", _("Use letters of one alphabet in each word."))


def _is_letter_or_digit(character: str) -> bool:
    return unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc"}


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me"}
