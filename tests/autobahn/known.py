"""What the Autobahn test suite finds at our server that is not "OK", and why it is so."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Cases, as patterns, that may end otherwise than "OK"; with the code that must then have closed them."""

    cases: str
    behavior: str  # the suite spells it so
    close_code: int | None
    reason: str
    is_certain: bool = True  # else it may be "OK" as well

    def covers(self, case: str) -> bool:
        """Whether the table says this of the case."""
        return any(fnmatchcase(case, pattern) for pattern in self.cases.split())


KNOWN = (
    Known(
        cases="3.2 3.3 4.1.3 4.1.4 4.2.3 4.2.4 5.15",
        behavior="NON-STRICT",
        close_code=1002,
        reason="a wrong frame closes the connection before the echo of a right one beside it, which the application"
        " gives in its own time",
    ),
    Known(
        cases="3.4 4.1.5 4.2.5",
        behavior="NON-STRICT",
        close_code=1002,
        reason="the same, sent octet by octet: on a busy machine several are read at once",
        is_certain=False,
    ),
    Known(
        cases="9.1.[2-6] 9.2.[2-6] 9.3.* 9.4.* 9.5.* 9.6.*",
        behavior="FAILED",
        close_code=1009,
        reason="messages of 256 KiB and more; one of the chat has 64 at most, and who sends a longer one is told so",
    ),
    Known(
        cases="7.1.6",
        behavior="INFORMATIONAL",
        close_code=1009,
        reason="a close behind a message of 256 KiB, which is too long by itself",
    ),
    Known(
        cases="7.13.*",
        behavior="INFORMATIONAL",
        close_code=None,
        reason="close codes of which the standard says nothing; the connection is closed properly",
    ),
    Known(
        cases="12.* 13.*",
        behavior="UNIMPLEMENTED",
        close_code=1000,
        reason="compression is not offered: what a few bytes unpack to is unbounded",
    ),
)


def known(case: str) -> Known | None:
    """Return what the table says of a case; None: it is OK."""
    return next((entry for entry in KNOWN if entry.covers(case)), None)
