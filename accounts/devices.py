"""Where a session is, in plain words: what a browser says of itself, and the address it came from."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - stands for no address, nothing listens there
# The first that is found wins: browsers call themselves by the names of those they want to be taken for as well.
_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Yandex", r"\bYaBrowser/"),
    ("Firefox", r"\bFirefox/|\bFxiOS/"),
    ("Chrome", r"\bChrom(?:e|ium)/|\bCriOS/|\bHeadlessChrome/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("Android", r"\bAndroid\b"),
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Windows", r"\bWindows\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("macOS", r"\bMacintosh\b|\bMac OS X\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
_HELD_IN_THE_HAND = frozenset({"Android", "iPhone", "iPad"})
_PROGRAM = re.compile(r"[\w.+-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """`kind` is phone, computer or program; `name` is for a person."""

    kind: str
    name: str


def device(user_agent: str) -> Device:
    """Tell what logged in. It is only what it says itself: good for recognising one's own, no proof of anything."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    kind = "phone" if system in _HELD_IN_THE_HAND else "computer"
    if browser and system:
        return Device(kind=kind, name=_("%(browser)s on %(system)s") % {"browser": browser, "system": system})
    if browser or user_agent.startswith("Mozilla/"):
        return Device(kind=kind, name=browser or system or _("A browser"))
    program = _PROGRAM.match(user_agent)
    return Device(
        kind="program", name=_("A program (%(name)s)") % {"name": program[0]} if program else _("A program")
    )


def plain_address(text: str) -> str:
    """Return the address as a database keeps it: without a zone, and a stand-in where there is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN_ADDRESS
    return str(getattr(address, "ipv4_mapped", None) or address)


def place(address: str) -> str:
    """Say where an address is, as far as it can be known without asking anybody."""
    if address == UNKNOWN_ADDRESS:
        return ""
    parsed = ipaddress.ip_address(address)
    if parsed.is_loopback:
        return _("on the computer of this chat")
    return _("in the local network") if parsed.is_private else ""


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), "")
