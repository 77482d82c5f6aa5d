"""What comes in by the short way is what autobahn makes of it: the same events, answers and end, however it is cut."""

from itertools import pairwise
from typing import Any
from unittest.mock import MagicMock

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory
from autobahn.websocket.protocol import WebSocketProtocol
from hypothesis import given, settings, strategies as st

from chatproject.websocket import ChatProtocol

LIMIT_BYTES = 900
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
TEXTS = st.integers(0, 300).map(lambda count: ("aж€𐍈" * 100)[:count].encode())
SIZES = st.sampled_from([0, 1, 125, 126, 127, LIMIT_BYTES - 1, LIMIT_BYTES, LIMIT_BYTES + 1]).map(
    lambda n: b"x" * n
)
MASKS = st.binary(min_size=4, max_size=4)


class Short(ChatProtocol):
    """Writes down what becomes of what it gets, and stops to read after each so many messages."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__()
        self.seen: list[tuple[Any, ...]] = []
        self.factory = WebSocketServerFactory("ws://chat")
        self.factory.setProtocolOptions(failByDrop=False, closeHandshakeTimeout=0, **options)
        self.factory._batched_timer = MagicMock()
        self.peer, self.client_addr, self.muted = "somebody", None, False
        self.transport = MagicMock(dataBuffer=b"", offset=0, _tempDataBuffer=[], _tempDataLen=0)
        self.output = MagicMock(is_open=True)
        self.application_queue = MagicMock(put_nowait=self._take)
        self.websocket_version = 13
        WebSocketProtocol._connectionMade(self)
        self.state = self.STATE_OPEN
        self.inside_message, self.current_frame = False, None
        self._reading_paused, self._unanswered_ping = False, None

    def _take(self, event: dict[str, Any]) -> None:
        self.seen.append(("received", event.get("text"), event.get("bytes")))
        self._reading_paused = len(self.seen) % 3 == 0

    def sendFrame(self, opcode: int, payload: bytes = b"", **_options: Any) -> None:  # noqa: N802
        self.seen.append(("sent", opcode, bytes(payload or b"")))

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802
        self.seen.append(("dropped", abort))
        self.state = self.STATE_CLOSED

    def hear(self, parts: list[bytes]) -> tuple[Any, ...]:
        for part in parts:
            self.dataReceived(part)
            while self._reading_paused and self.state != self.STATE_CLOSED:
                self._reading_paused = False
                self.consumeData()
        stats = self.trafficStats
        left = self.data if self.state == self.STATE_OPEN else b""
        return self.seen, self.state, left, stats.incomingWebSocketFrames, stats.incomingWebSocketMessages


class Long(Short):
    """All of it goes to autobahn."""

    def _take_text(self) -> bool:
        return False


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame as clients send them, and now and then one as they may not."""
    payload = draw(st.one_of(TEXTS, SIZES, st.binary(max_size=8)))
    opcode = draw(st.sampled_from([TEXT] * 6 + [0, 0, BINARY, PING, PONG, CLOSE, 3]))
    is_last = opcode >= CLOSE or draw(st.sampled_from([True] * 4 + [False]))
    if opcode >= CLOSE:
        payload = (1000).to_bytes(2) if opcode == CLOSE else payload[:125]
    strange = draw(st.sampled_from([""] * 20 + ["unmasked", "extended", "long"]))
    masked = 0 if strange == "unmasked" else 0x80
    size = len(payload)
    head = bytes([opcode | (0x80 if is_last else 0) | (0x40 if strange == "extended" else 0)])
    if size < 126 and strange != "long":
        head += bytes([masked | size])
    else:
        head += bytes([masked | 126]) + size.to_bytes(2)
    if not masked:
        return head + payload
    mask = draw(MASKS)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


@settings(max_examples=100, deadline=None)
@given(
    data=st.lists(frames(), min_size=1, max_size=14).map(b"".join),
    cuts=st.lists(st.integers(0, 3000), max_size=6),
)
@pytest.mark.parametrize(
    "options",
    [{}, {"maxMessagePayloadSize": LIMIT_BYTES}, {"maxFramePayloadSize": LIMIT_BYTES}],
    ids=["no limit", "messages limited", "frames limited"],
)
def test_the_short_way_makes_of_it_what_the_long_one_makes(
    options: dict[str, Any], data: bytes, cuts: list[int]
):
    ends = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parts = [data[begin:end] for begin, end in pairwise(ends)]

    assert Short(options).hear(parts) == Long(options).hear(parts)


def test_a_message_that_comes_while_an_answer_to_a_ping_is_awaited_is_taken_for_it():
    protocol = Short({"autoPingInterval": 20, "autoPingTimeout": 5})
    protocol.autoPingTimeoutCall = timer = MagicMock()
    protocol.autoPingPending, protocol.autoPingPendingCall = b"?", None

    protocol.dataReceived(bytes.fromhex("818537fa213d7f9f4d5158"))

    assert protocol.seen == [("received", "Hello", None)]
    timer.cancel.assert_called_once()
    assert protocol.autoPingTimeoutCall is None
