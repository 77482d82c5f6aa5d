"""What the program's exit code says."""

from enum import IntEnum


class Exit(IntEnum):
    """`docs/client.md` lists them; their numbers do not change."""

    DONE = 0
    USAGE = 2
    REFUSED = 3
    NOT_ACKNOWLEDGED = 4
    NOT_LOGGED_IN = 5
    SENT_AWAY = 6
    UNREACHABLE = 7
    INTERRUPTED = 130
    TERMINATED = 143
