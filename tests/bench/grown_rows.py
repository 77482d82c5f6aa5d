"""
The rows of a chat that has grown, as the program itself would have written them.

People and rooms through their models, which know the keys of names; all else by statements that make rows of numbers,
the same on both databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import User
from accounts.names import ERASED_LOGIN, name_key
from rooms.models import Room, Stream, database_now
from rooms.services.chatlog import take_your_time
from rooms.services.history import history_name
from rooms.services.rooms import ensure_default_room
from tests.bench.grown import Size
from tests.harness.people import PASSWORD
from tests.harness.provision import NAMES

AGE = timedelta(days=365)
QUIET = timedelta(days=90)  # in the last of them rooms have closed, and nothing has been said
# Of so many people one has been erased, and another one's account is closed.
ONE_OF = 50
REGULARS = 8  # say half of all that is said
PEERS = 10  # with whom the first person exchanges private messages
UNREAD = 20  # entries of an inbox
SCATTER = 7919  # a prime: neighbours in a log are no neighbours among people
BATCH = 1_000
# Numbers of messages, of which their client ids are made, begin here for those of a kind.
_IN_ROOMS, _IN_PRIVATE = 10**9, 2 * 10**9

_AGO = {
    "postgresql": "date_trunc('milliseconds', now() - ({seconds}) * interval '1 second')",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now', printf('-%.3f seconds', {seconds}))",
}
_CLIENT_ID = {
    "postgresql": "(lpad(to_hex(({n}) * 2654435761 % 4294967296), 8, '0') || lpad(to_hex(({n})::bigint), 24, '0'))"
    "::uuid",
    "sqlite": "printf('%08x%024x', ({n}) * 2654435761 % 4294967296, {n})",
}


def fill(size: Size) -> None:
    """Write everything, in one transaction."""
    take_your_time()
    with transaction.atomic():
        home = ensure_default_room()
        history_name()
        people = _make_people(size.people)
        _make_inboxes(size.people)
        owners = range(people, people + size.people)
        closed = _make_rooms(size.rooms, owners, is_open=False)
        opened = _make_rooms(size.rooms - 1, owners, is_open=True)
        _say_in_one_room(home, size, people)
        _say_in_rooms([*closed, *opened], size, people)
        _say_in_private(size, people)
        _close(closed)
        _note_heads()
        _note_participants(home)
        _mark_conversations()
        _leave_sessions(size.people)


def settle() -> None:
    """Do what PostgreSQL does by itself in time. SQLite's planner has no statistics in the program either."""
    if connection.vendor == "postgresql":
        _run("VACUUM ANALYZE")


def _make_people(count: int) -> int:
    """Make people with profiles; return the first id, which the others follow."""
    now = database_now()
    password = make_password(PASSWORD)
    User.objects.bulk_create((_person(number, password, now) for number in range(count)), batch_size=BATCH)
    _run(
        "INSERT INTO accounts_profile (user_id, age, age_stated_on, gender, language, shows_age, shows_gender)"
        " SELECT id, 30, CURRENT_DATE, 'undisclosed', '', false, false FROM accounts_user WHERE erased_at IS NULL"
    )
    first: int = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    assert list(User.objects.order_by("-pk").values_list("pk", flat=True)[:1]) == [first + count - 1]
    return first


def _person(number: int, password: str, now: object) -> User:
    if number % ONE_OF == ONE_OF - 1:
        return User(
            username=f"{ERASED_LOGIN}{number}", password="!", is_active=False, erased_at=now, date_joined=now
        )
    return User(
        username=f"grown{number}",
        first_name=NAMES[number % len(NAMES)],
        last_name=f"Grown{number}",
        password=password,
        is_active=number % ONE_OF != ONE_OF // 2,
    )


def _make_inboxes(count: int) -> None:
    _run(
        f"{_series(count)} INSERT INTO rooms_stream (kind, last_seq, floor_seq) SELECT 'inbox', 0, 0 FROM series"
    )
    _run(
        "INSERT INTO rooms_inbox (user_id, stream_id) SELECT u.id, s.id"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_user) u"
        " JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM rooms_stream WHERE kind = 'inbox') s"
        " ON s.n = u.n"
    )


def _make_rooms(count: int, owners: Sequence[int], *, is_open: bool) -> Sequence[int]:
    """Make permanent rooms, or temporary ones that have closed; return their ids."""
    now = database_now()
    streams = Stream.objects.bulk_create(
        [Stream(kind=Stream.Kind.ROOM) for _ in range(count)], batch_size=BATCH
    )
    Room.objects.bulk_create(
        [
            Room(
                stream=stream,
                name=(name := f"{'Grown' if is_open else 'Gone'} {number}"),
                name_key=name_key(name),
                kind=Room.Kind.PERMANENT if is_open else Room.Kind.TEMPORARY,
                owner_id=owners[number % len(owners)],
                created_at=now - AGE,
                closed_at=None if is_open else now - QUIET * (number + 1) / count,
            )
            for number, stream in enumerate(streams)
        ],
        batch_size=BATCH,
    )
    return [stream.pk for stream in streams]


def _say_in_one_room(room_id: int, size: Size, people: int) -> None:
    _say(size.messages, stream=str(room_id), seq="n + 1", author=_author(people, size.people), number="n")


def _say_in_rooms(room_ids: Sequence[int], size: Size, people: int) -> None:
    """Let each room have its share. Their ids follow one another."""
    first, rooms = room_ids[0], len(room_ids)
    assert room_ids[-1] == first + rooms - 1
    _say(
        size.messages // 10,
        stream=f"{first} + n % {rooms}",
        seq=f"n / {rooms} + 1",
        author=_author(people, size.people),
        number=f"{_IN_ROOMS} + n",
    )


def _say(count: int, *, stream: str, seq: str, author: str, number: str) -> None:
    """Write messages of rooms, whose columns are made of the number `n`."""
    _run(
        f"{_series(count)} INSERT INTO rooms_message"
        " (stream_id, seq, kind, author_id, text, client_id, is_origin, sent_at)"
        f" SELECT {stream}, {seq}, 'message', {author}, {_text('n')}, {_client_id(number)}, true,"
        f" {_when('n', count)} FROM series"
    )


def _say_in_private(size: Size, people: int) -> None:
    """Write each message into both inboxes: of half of them the first person is the author, to some few."""
    count = size.messages // 10
    other = f"n * {SCATTER} % {size.people}"
    next_to_it = f"({other} + 1 + n % 17) % {size.people}"
    _run(
        f"{_series(count)}, pair (n, a, b) AS (SELECT n,"
        f" CASE WHEN n % 2 = 0 THEN {people} ELSE {people} + {other} END,"
        f" CASE WHEN n % 2 = 0 THEN {people} + 1 + n / 2 % {PEERS} ELSE {people} + {next_to_it} END"
        " FROM series),"
        " copy (n, owner, peer, author, is_origin) AS"
        " (SELECT n, a, b, a, true FROM pair UNION ALL SELECT n, b, a, a, false FROM pair)"
        " INSERT INTO rooms_message"
        " (stream_id, seq, kind, author_id, peer_id, text, client_id, is_origin, sent_at)"
        " SELECT i.stream_id, row_number() OVER (PARTITION BY c.owner ORDER BY c.n), 'direct', c.author, c.peer,"
        f" {_text('c.n')}, {_client_id(f'{_IN_PRIVATE} + c.n')}, c.is_origin, {_when('c.n', count)}"
        " FROM copy c JOIN rooms_inbox i ON i.user_id = c.owner"
    )


def _close(room_ids: Sequence[int]) -> None:
    """Write the last entry of these rooms."""
    _run(
        "INSERT INTO rooms_message (stream_id, seq, kind, text, is_origin, sent_at)"
        " SELECT r.stream_id, 1 + COALESCE((SELECT MAX(seq) FROM rooms_message m WHERE m.stream_id = r.stream_id), 0),"
        " 'room_closed', 'owner_left', true, r.closed_at"
        f" FROM rooms_room r WHERE r.stream_id BETWEEN {room_ids[0]} AND {room_ids[-1]}"
    )


def _note_heads() -> None:
    _run(
        "UPDATE rooms_stream SET last_seq ="
        " COALESCE((SELECT MAX(seq) FROM rooms_message m WHERE m.stream_id = rooms_stream.id), 0)"
    )


def _note_participants(home: int) -> None:
    """Everybody has been in the default room, and in those where they have said something."""
    came, was_seen = _ago(str(AGE.total_seconds())), _ago("id % 100000 * 100")
    _run(
        "INSERT INTO rooms_participant (room_id, user_id, joined_at, last_seen_at, last_read_seq)"
        f" SELECT {home}, id, {came}, {was_seen}, {_head(str(home))} FROM accounts_user"
    )
    _run(
        "INSERT INTO rooms_participant (room_id, user_id, joined_at, last_seen_at, last_read_seq)"
        f" SELECT stream_id, author_id, MIN(sent_at), MAX(sent_at), {_head('rooms_message.stream_id')}"
        f" FROM rooms_message WHERE kind = 'message' AND stream_id <> {home} GROUP BY stream_id, author_id"
    )


def _mark_conversations() -> None:
    """Everybody has read what was exchanged in private, but for the last few."""
    _run(
        "INSERT INTO rooms_conversationmark (user_id, peer_id, last_read_seq)"
        f" SELECT i.user_id, m.peer_id, CASE WHEN MAX(m.seq) > {UNREAD} THEN MAX(m.seq) - {UNREAD} ELSE 0 END"
        " FROM rooms_message m JOIN rooms_inbox i ON i.stream_id = m.stream_id WHERE m.kind = 'direct'"
        " GROUP BY i.user_id, m.peer_id"
    )


def _head(stream: str) -> str:
    return f"(SELECT s.last_seq FROM rooms_stream s WHERE s.id = {stream})"


def _leave_sessions(people: int) -> None:
    """Nobody has logged out, and all that has run out is still there."""
    _run(
        "INSERT INTO django_session (session_key, session_data, expire_date)"
        f" SELECT 'grown' || id, 'said', {_ago('id % 1000 * 1000')} FROM accounts_user"
    )
    then = _ago(str(AGE.total_seconds()))
    _run(
        "INSERT INTO usersessions_usersession"
        " (user_id, session_key, ip, user_agent, created_at, last_seen_at, data)"
        f" SELECT id, 'grown' || id, '127.0.0.1', 'grown', {then}, {then}, '{{}}' FROM accounts_user"
    )


def _series(count: int) -> str:
    """Return the beginning of a statement that has `series`, of the numbers `n` from 0."""
    return (
        "WITH RECURSIVE series (n) AS"
        f" (SELECT CAST(0 AS bigint) UNION ALL SELECT n + 1 FROM series WHERE n < {count - 1})"
    )


def _author(first: int, people: int) -> str:
    """Half is said by the regulars."""
    scattered = f"n * {SCATTER} %"
    return f"{first} + CASE WHEN n % 2 = 0 THEN n / 2 % {REGULARS} ELSE {scattered} {people} END"


def _text(n: str) -> str:
    return f"'entry ' || {n} || ' of a log that has grown, about as long as what people say to each other in a room'"


def _client_id(number: str) -> str:
    return _CLIENT_ID[connection.vendor].format(n=number)


def _when(n: str, count: int) -> str:
    """Spread `count` messages evenly over the age of the chat."""
    return _ago(f"{QUIET.total_seconds()} + {(AGE - QUIET).total_seconds()} * ({count} - {n}) / {count}")


def _ago(seconds: str) -> str:
    return _AGO[connection.vendor].format(seconds=seconds)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
