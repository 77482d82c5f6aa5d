"""Every number of the wire contract, with its reason."""

from typing import Final

# The version that `hello` names. Another number is refused: nothing of this contract changes under it.
PROTOCOL: Final = 1

# --- Frames------

# A text of 4000 code points, each escaped as a pair of surrogates, needs 48 000 bytes:
# any legal command fits.
FRAME_BYTES: Final = 64 * 1024
# One answer stays readable on a slow phone; a longer list says `more` or `next`.
ANSWER_BYTES: Final = 128 * 1024
# Catching up is read and written in such pages, the next after the last has drained.
PAGE_BYTES: Final = 64 * 1024
# Live frames that wait for one slow reader; beyond that it reads the log instead.
QUEUED_BYTES: Final = 256 * 1024
# Room for a UUID with a prefix, too little to store data in.
REF_LENGTH: Final = 64
# No frame needs more than 3; 8 leaves room to grow, and none for a stack overflow.
NESTING_DEPTH: Final = 8
# The largest integer that every JSON reader keeps exactly (a double's 53 bits).
INTEGER: Final = 2**53 - 1

# --- Fields------

# Code points after NFC.
TEXT_LENGTH: Final = 4000
ROOM_NAME_LENGTH: Final = 40
# No name or login comes near it; what is longer is refused before anybody normalises or looks it up.
RAW_NAME_LENGTH: Final = 200
# A client's name, a language, the token of a list's next page, which may be the key of the longest login.
TOKEN_LENGTH: Final = 255
CAPACITY_MIN: Final = 2
CAPACITY_MAX: Final = 10_000
# Lines of a list or of the log in one answer.
PAGE_DEFAULT: Final = 50
PAGE_MAX: Final = 200
# What is unread of a conversation is counted so far: a list says "100" of more.
UNREAD_COUNTED: Final = 100
# The first so many occupants by name stand in an answer; `occupants` of the room counts all.
OCCUPANTS_LISTED: Final = 200

# --- Opening and catching up

# A socket that says nothing holds a place; an honest client says `hello` at once.
HELLO_SECONDS: Final = 10
# What a newcomer sees of a stream.
NEWEST: Final = 50
# More than this is not replayed: `truncated`, then the newest.
MISSED_MAX: Final = 1000

# --- Rhythm

# Below the 30 s after which mobile networks and proxies begin to forget a silent connection.
HEARTBEAT_SECONDS: Final = 15
# A full room that comes and goes must not drown its messages.
OCCUPANCY_PER_SECOND: Final = 4
LOBBY_PER_SECOND: Final = 1
# A count beside a room may be a second old; what is said there must not cost everybody a frame.
GREW_PER_SECOND: Final = 1
# A reader without progress for so long is closed with 4408.
READER_SECONDS: Final = 30
# Ten broken frames in a minute are a broken client: 4400.
MALFORMED_FRAMES: Final = 10
MALFORMED_SECONDS: Final = 60
# Five minutes of pushing on after `rate_limited`: 4429.
FLOOD_SECONDS: Final = 300
# The most that `goodbye` asks a client to wait: everybody is back within 15 s after a drain.
RETRY_IN_MS: Final = 3000
