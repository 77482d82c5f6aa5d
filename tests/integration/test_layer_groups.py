"""A room is a channel-layer group: what is sent to `room.<id>` reaches the sockets in that room."""

import json

import pytest

from tests.harness.house import House

pytestmark = pytest.mark.asyncio

SEND = """
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
async_to_sync(get_channel_layer().group_send)({group!r}, {hint!r})
"""


@pytest.mark.parametrize("mode", ["cluster"])
async def test_a_group_send_to_a_room_reaches_the_sockets_in_it(house: House) -> None:
    people = await house.one_at_each_worker()
    elsewhere = await house.newcomer()
    room = await house.private_corner(*people)
    await house.private_corner(elsewhere)
    await people[0].post("an ordinary message")
    frame = {
        "type": "message.posted", "stream": f"room:{room['id']}", "seq": 2, "author": people[0].welcome["you"],
        "text": "from the outside", "sent_at": "2026-01-01T00:00:00.000Z", "client_id": "",
    }  # fmt: skip
    hint = {
        "type": "stream.entries",
        "stream": room["id"],
        "first": 2,
        "frames": [json.dumps(frame)],
        "closes": False,
    }

    house.server.manage("shell", "-c", SEND.format(group=f"room.{room['id']}", hint=hint))

    for client in people:
        assert await client.expect_text("from the outside") == frame
    await elsewhere.expect_nothing()
