"""What the client does when nothing goes as it should: cuts, holes, refusals, silence."""

import json

import pytest

from client.closing import Why
from client.connection import Phase
from client.frames import decode
from client.outbox_items import Item, State, Target
from tests.client.worlds import ANA, BORIS, ROOM, Scene, message
from tests.contract.golden import Golden, golden

HERE = Target("Everybody", room=1)


def test_it_says_hello_and_is_there() -> None:
    scene = Scene()

    socket = scene.arrive(head=2, events=[message(1), message(2)])

    assert socket.last("hello") == {
        "protocol": 1,
        "client": "terminal",
        "language": "en",
        "type": "hello",
        "ref": "1",
    }
    assert scene.texts == ["text 1", "text 2"]
    assert scene.chat.is_ready


def test_it_resumes_where_it_was_and_shows_nothing_twice() -> None:
    scene = Scene()
    scene.arrive(head=2, inbox=4, events=[message(1), message(2)])

    scene.cut()
    scene.timers.pass_by(1)
    hello = scene.socket
    hello.listener.socket_opened()
    assert hello.last("hello")["resume"] == {"history": "h1", "room": {"id": 1, "seq": 2}, "inbox": 4}
    scene.welcome(head=3, inbox=4, resumed=True, events=[message(2), message(3)])

    assert scene.texts == ["text 1", "text 2", "text 3"]


def test_another_history_voids_what_is_held() -> None:
    scene = Scene()
    scene.arrive(head=2, events=[message(1), message(2)])

    scene.cut()
    scene.timers.pass_by(1)
    mark = {"type": "truncated", "stream": "room:1", "from": 1, "to": 0}
    scene.welcome(history="h2", head=1, events=[mark, message(1)])

    log = scene.chat.log
    assert log is not None
    assert [entry["seq"] for entry in log.entries] == [1]


def test_a_hole_is_read_from_history_and_what_waited_comes_in_order() -> None:
    scene = Scene()
    socket = scene.arrive(head=1, events=[message(1)])

    socket.tell(message(4), message(3))
    assert scene.texts == ["text 1"]
    scene.timers.pass_by(2)
    fetch = socket.last("history.fetch")
    assert (fetch["stream"], fetch["after"]) == ("room:1", 1)
    socket.ack(fetch, events=[message(2), message(3)], more=True)

    assert scene.texts == ["text 1", "text 2", "text 3", "text 4"]


def test_a_head_that_is_ahead_is_read_too() -> None:
    scene = Scene()
    socket = scene.arrive(head=1, events=[message(1)])

    beat = {
        "type": "heartbeat",
        "server_time": "2026-11-20T10:30:00.123Z",
        "heads": {"room:1": 2, "inbox": 0},
    }
    socket.tell(beat)
    scene.timers.pass_by(2)
    socket.ack(socket.last("history.fetch"), events=[message(2)], more=False)

    assert scene.texts == ["text 1", "text 2"]


def test_a_stretch_left_out_is_marked_and_can_be_read() -> None:
    scene = Scene()
    socket = scene.arrive(head=1, events=[message(1)])

    socket.tell({"type": "truncated", "stream": "room:1", "from": 2, "to": 90}, message(91))
    log = scene.chat.log
    assert log is not None
    assert [(gap.from_seq, gap.to_seq) for gap in log.gaps] == [(2, 90)]
    scene.chat.streams.load_earlier("room:1", 91)
    socket.ack(socket.last("history.fetch"), events=[message(seq) for seq in range(41, 91)], more=True)

    assert [(gap.from_seq, gap.to_seq) for gap in log.gaps] == [(2, 40)]
    assert [entry["seq"] for entry in log.entries] == [1, *range(41, 92)]


def test_what_is_not_answered_is_sent_again_under_the_same_name_and_in_order() -> None:
    scene = Scene()
    socket = scene.arrive()
    scene.chat.post(["one", "two"], HERE)
    assert [frame["text"] for frame in socket.all("message.post")] == ["one"]

    scene.cut()
    scene.timers.pass_by(1)
    again = scene.welcome(resumed=True)
    first = again.last("message.post")
    assert (first["client_id"], first["text"]) == ("id-1", "one")
    again.ack(first, stream="room:1", seq=1, sent_at="", duplicate=True)

    assert again.last("message.post")["text"] == "two"
    assert list(scene.store.items) == ["id-2"]


def test_ones_own_event_settles_a_message_whatever_becomes_of_its_answer() -> None:
    scene = Scene()
    socket = scene.arrive()
    scene.chat.post(["one"], HERE)

    socket.tell(message(1, author=ANA, client_id="id-1"))
    socket.refuse(socket.last("message.post"), "unavailable")

    assert scene.store.items == {}
    assert scene.chat.outbox.items == []
    assert scene.chat.outbox.acknowledged == 1


@pytest.mark.parametrize("code", ["unavailable", "internal", "rate_limited"])
def test_not_now_is_asked_again_and_never_called_refused(code: str) -> None:
    scene = Scene()
    socket = scene.arrive()
    scene.chat.post(["one"], HERE)

    socket.refuse(socket.last("message.post"), code, retry_after=4)
    assert [item.state for item in scene.chat.outbox.items] == [State.WAITING]
    scene.timers.pass_by(5)

    assert len(socket.all("message.post")) == 2
    assert scene.chat.outbox.refused == 0


def test_a_final_no_is_kept_with_its_reason_and_the_next_goes_on() -> None:
    scene = Scene()
    socket = scene.arrive()
    scene.chat.post(["one", "two"], HERE)

    socket.refuse(socket.last("message.post"), "too_large")

    first, _second = scene.chat.outbox.items
    assert (first.state, first.reason) == (State.REFUSED, "no: too_large")
    assert socket.last("message.post")["text"] == "two"


def test_nothing_is_said_in_a_room_while_one_may_be_elsewhere() -> None:
    scene = Scene()
    socket = scene.arrive()

    scene.chat.enter(7)
    scene.chat.post(["for the first room"], HERE)
    assert socket.all("message.post") == []
    socket.ack(socket.last("room.enter"), room={**ROOM, "id": 7, "name": "Estudio"}, occupants=[ANA])
    assert socket.all("message.post") == []
    scene.chat.enter(1)
    socket.ack(socket.last("room.enter"), room=ROOM, occupants=[ANA])

    assert socket.last("message.post")["text"] == "for the first room"


def test_what_another_run_left_is_asked_about_from_anywhere() -> None:
    left = Item("left-1", Target("Estudio", room=7), "left", is_unsure=True)
    scene = Scene(left)

    socket = scene.arrive()
    assert socket.last("message.post")["client_id"] == "left-1"
    socket.refuse(socket.last("message.post"), "not_in_room")

    assert [item.state for item in scene.chat.outbox.items] == [State.WAITING]
    assert len(socket.all("message.post")) == 1


def test_silence_is_asked_about_and_then_the_socket_is_given_up() -> None:
    scene = Scene()
    socket = scene.arrive()
    for kind in ("room.list", "conversation.list"):
        field = {"room.list": "rooms", "conversation.list": "conversations"}[kind]
        socket.ack(socket.last(kind), **{field: [], "next": None})
    while len(socket.all("clock.sync")) < 5:
        socket.ack(socket.last("clock.sync"), t0=0, t1=0, t2=0)
        scene.timers.pass_by(0.3)
    socket.ack(socket.last("clock.sync"), t0=0, t1=0, t2=0)

    scene.timers.pass_by(2.5 * 15 + 0.1)
    assert socket.all("ping")
    scene.timers.pass_by(3.1)

    assert socket.is_closed
    assert len(scene.sockets) == 2


def test_waits_double_up_to_their_ceiling() -> None:
    scene = Scene()
    scene.chat.start()
    waits = []
    for _ in range(9):
        scene.cut()
        status = scene.chat.connection.status
        assert status.retry_at is not None
        waits.append(status.retry_at - scene.timers.time)
        scene.timers.pass_by(waits[-1])

    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_refused_handshake_asks_whether_the_session_lives() -> None:
    scene = Scene()
    scene.chat.start()
    scene.cut(was_refused=True)
    assert scene.chat.connection.status.phase is Phase.WAITING

    scene.asked[0](True)

    assert scene.chat.connection.status.why is Why.SESSION_ENDED
    scene.timers.pass_by(60)
    assert len(scene.sockets) == 1


@pytest.mark.parametrize("entry", golden("close_codes"), ids=str)
def test_the_close_code_says_whether_one_comes_back(entry: Golden) -> None:
    scene = Scene()
    socket = scene.arrive()

    if entry.frame:
        socket.tell(entry.frame)
    scene.cut(entry.close)
    scene.timers.pass_by(60)

    assert (len(scene.sockets) > 1) is entry.reconnects
    assert (scene.chat.connection.status.phase is Phase.ENDED) is not entry.reconnects


@pytest.mark.parametrize("entry", golden("events"), ids=str)
def test_every_golden_event_is_understood(entry: Golden) -> None:
    scene = Scene()
    socket = scene.arrive()
    frames = entry.frame if isinstance(entry.frame, list) else [entry.frame]

    socket.listener.socket_heard(entry.wire)

    assert decode(entry.wire) == frames
    # What has a place in a stream keeps it, whatever it is.
    unknown = [frame for frame in frames if frame["type"] == "message.sung" and "seq" not in frame]
    assert scene.chat.unknown_frames == len(unknown)


@pytest.mark.parametrize(
    "entry", [each for each in golden("answers") if each.frame["type"] == "ack"], ids=str
)
def test_a_clients_command_gets_its_golden_answer(entry: Golden) -> None:
    scene = Scene()
    socket = scene.arrive()
    answers: list[object] = []

    scene.chat.connection.request({"type": entry.answers}, answers.append)
    socket.tell({**entry.frame, "ref": socket.said[-1]["ref"]})

    assert len(answers) == 1


@pytest.mark.parametrize(
    "data", ["", "nonsense", "[]", "7", "null", '{"type": 7}', '[1, {"no": "type"}]', b"\x00", "[" * 9999]
)
def test_nonsense_harms_nothing(data: str | bytes) -> None:
    scene = Scene()

    scene.arrive().listener.socket_heard(data)

    assert scene.chat.is_ready


def test_the_servers_clock_is_known_by_the_shortest_exchange() -> None:
    scene = Scene()
    socket = scene.arrive()
    for trip in (0.8, 0.2, 0.6):
        scene.timers.time += trip
        server = (scene.timers.time - trip / 2 + 5000) * 1000
        socket.ack(socket.last("clock.sync"), t0=0, t1=server, t2=server)
        scene.timers.pass_by(0.25)

    assert scene.chat.clock.now() == pytest.approx(scene.timers.time + 5000)


def test_unread_is_what_lies_behind_the_mark() -> None:
    scene = Scene()
    socket = scene.arrive()
    rooms = [{**ROOM, "read": 0}, {**ROOM, "id": 7, "name": "Estudio", "seq": 5, "read": 3}]
    socket.ack(socket.last("room.list"), rooms=rooms, next=None)
    assert scene.chat.marks.unread_in("room:7") == 2

    socket.tell(
        {"type": "room.grew", "heads": {"room:7": 9}}, {"type": "read.marked", "stream": "room:7", "read": 8}
    )

    assert scene.chat.marks.unread_in("room:7") == 1


def test_private_messages_are_counted_until_they_are_seen() -> None:
    scene = Scene()
    socket = scene.arrive()
    direct = {**message(1), "type": "direct.posted", "stream": "inbox", "to": ANA, "author": BORIS}

    socket.tell(direct)
    [talk] = scene.chat.talks.all
    assert (talk.login, talk.unread) == ("boris", 1)
    scene.chat.see_talk("boris")
    scene.timers.pass_by(1)

    assert talk.unread == 0
    told = len(scene.topics)
    scene.chat.see_talk("boris")
    assert len(scene.topics) == told, "what is seen already is no news: a screen would be drawn for ever"
    assert {"with": "boris", "seq": 1}.items() <= socket.last("read.mark").items()


def test_commands_are_written_as_their_golden_frames_are() -> None:
    scene = Scene()
    socket = scene.arrive()
    known = {(each.frame["type"], frozenset(each.frame)) for each in golden("commands")}

    scene.chat.enter(7)
    scene.chat.post(["x"], Target("boris", login="boris"))
    scene.chat.talks.open("boris")
    scene.chat.list_users()

    for frame in socket.said:
        fields = {name for kind, names in known if kind == frame["type"] for name in names}
        assert set(frame) <= fields, json.dumps(frame)
