"""Reading the log: the same events as they were sent live, to those who may see them."""

import pytest

from tests.harness.client import Refusal
from tests.harness.house import House

pytestmark = pytest.mark.asyncio


async def test_history_is_what_was_sent_live(house: House) -> None:
    host, guest = await house.newcomers(2)
    room = await house.private_corner(host, guest)
    await host.post("one")
    await guest.post("two ж 👍")
    await guest.expect_text("two ж 👍")

    answer = await guest.history(f"room:{room['id']}")

    assert answer["events"] == [event for _seq, event in sorted(guest.room_log.entries.items())]
    assert answer["more"] is False


async def test_history_is_read_in_both_directions(house: House) -> None:
    host = await house.newcomer()
    room = await house.private_corner(host)
    stream = f"room:{room['id']}"
    for number in range(1, 11):
        await host.post(f"line {number}")

    def seqs(answer: dict[str, list[dict[str, int]]]) -> list[int]:
        return [event["seq"] for event in answer["events"]]

    newest = await host.history(stream, limit=3)
    older = await host.history(stream, before=8, limit=3)
    oldest = await host.history(stream, before=3, limit=3)
    newer = await host.history(stream, after=2, limit=3)
    last = await host.history(stream, after=8, limit=3)

    assert (seqs(newest), newest["more"]) == ([8, 9, 10], True)
    assert (seqs(older), older["more"]) == ([5, 6, 7], True)
    assert (seqs(oldest), oldest["more"]) == ([1, 2], False)
    assert (seqs(newer), newer["more"]) == ([3, 4, 5], True)
    assert (seqs(last), last["more"]) == ([9, 10], False)


async def test_any_open_room_may_be_read_from_outside(house: House) -> None:
    host, outsider = await house.newcomers(2)
    room = await house.private_corner(host)
    await host.post("read me")

    answer = await outsider.history(f"room:{room['id']}")

    assert [event["text"] for event in answer["events"]] == ["read me"]


async def test_ones_own_inbox_may_be_read(house: House) -> None:
    sender, receiver = await house.newcomers(2)
    await sender.direct(receiver.person, "private")
    await receiver.expect_text("private")

    answer = await receiver.history("inbox")

    assert answer["events"] == [receiver.inbox.entries[1]]


async def test_what_is_closed_foreign_or_nowhere_is_not_found(house: House) -> None:
    host, guest = await house.newcomers(2)
    room = await house.private_corner(host, guest)
    await host.post("forgotten")
    await host.delete(room["id"])
    await guest.expect("room.entered")
    person = host.welcome["you"]["id"]

    for stream in (
        f"room:{room['id']}",
        "room:999999999",
        f"inbox:{person}",
        f"inbox.{person}",
        "lobby",
        "",
        "room:",
        "room:x",
    ):
        with pytest.raises(Refusal) as refusal:
            await guest.history(stream)
        assert refusal.value.code == "not_found", stream


@pytest.mark.parametrize(
    "bounds",
    [{"limit": 201}, {"limit": 0}, {"before": 1, "after": 1}, {"before": "1"}, {"after": -1}, {"stream": 7}],
)
async def test_wrong_bounds_are_refused(house: House, bounds: dict[str, object]) -> None:
    client = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await client.command("history.fetch", **{"stream": "inbox", **bounds})

    assert refusal.value.code == "bad_request"


async def test_an_answer_stops_at_128_kib_and_says_more(house: House) -> None:
    host = await house.newcomer()
    room = await house.private_corner(host)
    for _ in range(40):
        await host.post("ж" * 4000)

    answer = await host.history(f"room:{room['id']}", limit=40)

    assert 1 <= len(answer["events"]) < 40
    assert answer["more"] is True
    assert answer["events"][-1]["seq"] == 40
