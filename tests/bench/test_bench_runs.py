"""`bin/bench` in small: ours alone, a few people, two slices. Only what noise cannot move is asked."""

import random

from tests.bench.figures import talk_figures
from tests.bench.rounds import connected, started, talk
from tests.bench.shapes import Crowd
from tests.bench.systems import Chat

CROWD = Crowd(rooms=2, members=6, senders=2)


def test_every_message_reaches_everybody_in_its_room_once() -> None:
    with started([Chat("ours")], CROWD) as addresses, connected(addresses, CROWD) as loads:
        rounds = talk(loads, rate=40, rounds=3, seconds=0.2, dice=random.Random(1))

    line = talk_figures(rounds["ours"], rounds["ours"])
    assert [facts["delivered"] for facts in rounds["ours"]] == [
        facts["sent"] * CROWD.members for facts in rounds["ours"]
    ]
    assert line.expected > 0
    assert (line.lost, line.repeated, line.wrong) == (0, 0, 0)
