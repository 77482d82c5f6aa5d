"""Frames that no honest client sends: made of the golden ones, of random bytes, and of a broken protocol below."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bounds.raw import BINARY, CLOSE, PING, PONG, frame
from tests.contract.golden import golden

CONTINUATION = 0
LONGEST_NOISE_BYTES = 600
STRUCTURED, NOISE, GARBAGE = "structured", "noise", "protocol garbage"
# How often noise: what is structured goes deeper.
NOISE_SHARE = 0.15
UNREADABLE_SHARE = 0.02

NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, 1.0, 1e308, -0.0, 2**31, 2**53 - 1, 2**53, -(2**63), 10**400, [], {}, [[]], "",
    " ", "\x00", "\x1b[2J", "\u202e", "\u200b", "\ud800", "\udfff", "\ud83d", "a\u0300" * 50, "ñ", "İ", "ﷺ" * 40,
    "x" * 4001, "x" * 300, "#help", "#cR", "#eR x", "#exit", "#private nobody x", "__class__", "../../etc/passwd",
    "' OR 1=1 --", "%s%n", "{0}", "null", "NaN", "inbox", "room:1", "room:-1", "room:x", "room:99999999999999999999",
)  # fmt: skip
RAW_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "-0", "00", "1.", "9" * 5000, "0x10", "1e-400")
COMMANDS = "commands", "lines", "refusals", "malformed"


@dataclass(slots=True)
class Mill:
    """Makes frames from one seed; `known` are values that are real here, so that more than the door is tried."""

    dice: random.Random
    known: list[Any] = field(default_factory=list)
    _whole: list[Any] = field(default_factory=list)
    _texts: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        for entry in golden(*COMMANDS):
            wire = entry.wire
            if entry.direction == "client" and len(wire) < 20_000:
                self._texts.append(wire if isinstance(wire, bytes) else wire.encode(errors="surrogatepass"))
                if (
                    entry.file != "malformed"
                    and isinstance(wire, str)
                    and isinstance(content := _parsed(wire), dict)
                ):
                    self._whole.append(content)

    def next(self) -> tuple[str, bytes]:
        """Return a kind and what stands on the wire: a frame that the protocol below has no fault to find with."""
        if self.dice.random() < NOISE_SHARE:
            return NOISE, self._noise()
        return STRUCTURED, self._structured()

    def garbage(self) -> tuple[str, bytes]:
        """Return what is no WebSocket's: there is mostly no going on after it."""
        return GARBAGE, self.dice.choice(_GARBAGE)(self.dice)

    # What looks like a command

    def _structured(self) -> bytes:
        dice = self.dice
        if dice.random() < 0.08:
            return self._wrapped(_as_text(self._scratched(dice.choice(self._texts)), dice))
        command = json.loads(json.dumps(dice.choice(self._whole)))
        for _ in range(dice.choice((0, 0, 1, 1, 2))):
            self._change(command)
        command.setdefault("ref", f"m{dice.randrange(1000)}")
        text = json.dumps(command, ensure_ascii=dice.random() < 0.7)
        for _ in range(dice.random() < 0.1):
            text = self._with_raw_number(text)
        if dice.random() < 0.08:
            text = self._with_key_twice(text)
        return self._wrapped(_as_text(text.encode(errors="surrogatepass"), dice))

    def _change(self, command: dict[str, Any]) -> None:
        """Change one field, or add or lose one."""
        dice = self.dice
        name = dice.choice([*command, "x"])
        match dice.randrange(6):
            case 0:
                command.pop(name, None)
            case 1:
                command[name] = self._nested(dice.choice((2, 7, 8, 9, 300)))
            case 2:
                command[str(dice.choice(NASTY))[:100]] = dice.choice(NASTY)
            case 3 | 4 if self.known:
                command[name] = dice.choice(self.known)
            case _:
                command[name] = dice.choice(NASTY)

    def _nested(self, depth: int) -> Any:
        value: Any = self.dice.choice(NASTY)
        for _ in range(depth):
            value = [value] if self.dice.random() < 0.5 else {"x": value}
        return value

    def _with_raw_number(self, text: str) -> str:
        return text[:-1] + f',"x":{self.dice.choice(RAW_NUMBERS)}}}'

    def _with_key_twice(self, text: str) -> str:
        return text[:-1] + "," + text[1:]

    def _scratched(self, text: bytes) -> bytes:
        """Flip, cut out or double some bytes."""
        dice, scratched = self.dice, bytearray(text or b" ")
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(scratched)) if scratched else 0
            match dice.randrange(3):
                case 0:
                    scratched[at : at + 1] = bytes([dice.randrange(256)])
                case 1:
                    del scratched[at : at + dice.randrange(1, 8)]
                case _:
                    scratched[at:at] = scratched[at : at + dice.randrange(1, 30)]
        return bytes(scratched)

    def _wrapped(self, payload: bytes) -> bytes:
        """Send it as one frame, or in fragments, or as binary."""
        dice = self.dice
        if dice.random() < 0.03:
            return frame(payload, opcode=BINARY)
        if dice.random() < 0.9 or len(payload) < 4:
            return frame(payload)
        middle = dice.randrange(len(payload))
        between = frame(b"?", opcode=PING) if dice.random() < 0.3 else b""
        rest = frame(payload[middle:], opcode=CONTINUATION)
        return frame(payload[:middle], is_last=False) + between + rest

    # What looks like nothing

    def _noise(self) -> bytes:
        payload = self.dice.randbytes(self.dice.randrange(LONGEST_NOISE_BYTES))
        if self.dice.random() < 0.4:
            return frame(payload, opcode=BINARY)
        return frame(_as_text(payload, self.dice))


def _as_text(payload: bytes, dice: random.Random) -> bytes:
    """Return it as UTF-8, mostly: what is none ends the connection, and whatever stands before it goes unanswered."""
    if dice.random() < UNREADABLE_SHARE:
        return payload
    try:
        payload.decode()
    except UnicodeDecodeError:
        return payload.decode("latin-1").encode()
    return payload


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _bad_close(dice: random.Random) -> bytes:
    code = dice.choice((0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535))
    payload = dice.choice((b"x", struct.pack(">H", code), struct.pack(">H", 1000) + b"\xff\xfe"))
    return frame(payload, opcode=CLOSE)


_GARBAGE: tuple[Callable[[random.Random], bytes], ...] = (
    lambda dice: frame(b"{}", opcode=dice.choice((3, 4, 5, 6, 7, 11, 12, 13, 14, 15))),
    lambda dice: frame(b"{}", reserved=dice.randrange(1, 8)),
    lambda dice: frame(b"{}", is_masked=False),
    lambda dice: frame(b"x" * dice.choice((126, 200, 70_000)), opcode=dice.choice((PING, PONG, CLOSE))),
    lambda dice: frame(b"x", opcode=dice.choice((PING, PONG, CLOSE)), is_last=False),
    lambda dice: frame(b"{}", opcode=CONTINUATION, is_last=dice.random() < 0.5),
    lambda dice: frame(b"{", is_last=False) + frame(b"}"),
    lambda dice: (
        frame(b"", is_last=False) + frame(b"", opcode=CONTINUATION, is_last=False) * dice.randrange(100)
    ),
    lambda dice: frame(b"{}", claims=dice.choice((65_537, 2**31, 2**63 - 1, 2**63, 2**64 - 1))),
    lambda dice: frame(b"{}", claims=dice.choice((100, 60_000))),  # and then the connection ends
    lambda dice: bytes([0x81, 0xFE, 0, 2]) + bytes(4) + b"{}",  # a length that is longer than it must be
    lambda dice: frame(
        dice.choice((b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"))
    ),
    lambda dice: frame(b"x" * 70_000),
    lambda dice: frame(b"?" * dice.randrange(125), opcode=dice.choice((PING, PONG))) * dice.randrange(1, 50),
    lambda dice: dice.randbytes(dice.randrange(1, 300)),
    lambda dice: b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    _bad_close,
)
