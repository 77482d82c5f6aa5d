"""Initials on one of twelve hues stand for a person's face. `static/js/chat/avatar.js` draws the same."""

from __future__ import annotations

HUES = 12
_PRIME = 65_521  # The product with 31 stays a whole number in a script too.


def initials(name: str) -> str:
    """Return the first letters of the first and of the last word; nothing for no name."""
    words = name.split()
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in ends)


def hue(login: str) -> int:
    """Return which of the hues belongs to a login: the same one everywhere, for ever."""
    total = 0
    for character in login:
        total = (total * 31 + ord(character)) % _PRIME
    return total % HUES
