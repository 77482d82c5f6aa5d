"""The judge: decides from the records of a run alone whether every promise was kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.fault.records import Record

# More than 1000 missed entries of a stream may be cut, with a mark, to the newest 50 (protocol: Opening, 4).
SHORTEST_CUT = 951
EXAMPLES_KEPT = 5
MESSAGES = frozenset({"message.posted", "direct.posted"})
# What must be the same of an entry for everybody, live, in the history and in the export.
ESSENCE = ("seq", "type", "author", "to", "text", "client_id")


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What was counted. A run keeps the delivery contract when `wrongs` is empty."""

    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    received: int = 0
    connections: int = 0
    wrongs: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[object]] = field(default_factory=lambda: defaultdict(list))

    def wrong(self, what: str, example: object) -> None:
        self.wrongs[what] += 1
        if len(self.examples[what]) < EXAMPLES_KEPT:
            self.examples[what].append(example)

    def __str__(self) -> str:
        wrongs = ", ".join(f"{count} {what}" for what, count in self.wrongs.items()) or "nothing wrong"
        return (
            f"{self.sent} sent, {self.acknowledged} acknowledged, {self.refused} refused, {self.received} received "
            f"over {self.connections} connections: {wrongs}"
        )


@dataclass(slots=True, kw_only=True)
class Message:
    """One message as its author knows it."""

    who: str
    id: str
    place: str
    text: str
    ack: Record | None = None
    is_refused: bool = False

    @property
    def is_private(self) -> bool:
        return self.place.startswith("inbox:")


class Truth:
    """What is stored: each stream by `seq`, as a newcomer reads it, and of closed rooms as the export has it."""

    def __init__(self, records: Iterable[Record], exported: dict[str, dict[int, Record]]) -> None:
        self.streams: dict[str, dict[int, Record]] = {}
        for record in records:
            self.streams[record["stream"]] = {entry["seq"]: entry for entry in record["entries"]}
        self.open = frozenset(self.streams)
        for stream, entries in exported.items():
            self.streams.setdefault(stream, entries)

    def head(self, stream: str) -> int:
        return max(self.streams.get(stream, {}), default=0)

    def find(self, stream: str, author: str, client_id: str) -> list[int]:
        return [
            seq
            for seq, entry in self.streams.get(stream, {}).items()
            if entry.get("client_id") == client_id and entry.get("author") == author
        ]


def judge(records: list[Record]) -> Verdict:
    """Judge a run by its records."""
    verdict = Verdict()
    messages = _messages(records)
    exported = _exported(records, messages)
    truth = Truth((record for record in records if record["kind"] == "truth"), exported)
    verdict.sent = len(messages)
    verdict.acknowledged = sum(message.ack is not None for message in messages.values())
    verdict.refused = sum(message.is_refused for message in messages.values())
    verdict.received = sum(record["kind"] == "got" for record in records)
    verdict.connections = sum(record["kind"] == "open" for record in records)
    for record in records:
        if record["kind"] == "broken":
            verdict.wrong("broken", record)
    _judge_export(verdict, truth, exported)
    _judge_messages(verdict, truth, messages)
    _judge_truth(verdict, truth, messages)
    _judge_order(verdict, truth, messages)
    _judge_readers(verdict, truth, records)
    return verdict


def place_of(stream: str, who: str) -> str:
    """Return the one name of a stream: everybody's inbox is called `inbox` by its owner."""
    return f"inbox:{who}" if stream == "inbox" else stream


def _messages(records: list[Record]) -> dict[str, Message]:
    messages: dict[str, Message] = {}
    for record in records:
        if record["kind"] == "invoke":
            messages[record["id"]] = Message(
                who=record["who"], id=record["id"], place=record["place"], text=record["text"]
            )
        elif record["kind"] == "ok":
            messages[record["id"]].ack = record
        elif record["kind"] == "fail":
            messages[record["id"]].is_refused = True
    return messages


def _exported(records: list[Record], messages: dict[str, Message]) -> dict[str, dict[int, Record]]:
    """Return the rooms as the export has them. It tells no `client_id`, but each text was said once."""
    ids = {(message.who, message.text): message.id for message in messages.values()}
    rooms: dict[str, dict[int, Record]] = defaultdict(dict)
    for record in records:
        if record["kind"] == "export" and record["stream"] != "private":
            entry = {name: record[name] for name in ("seq", "type", "author", "text") if name in record}
            client_id = ids.get((entry.get("author", ""), entry.get("text", "")))
            rooms[record["stream"]][record["seq"]] = entry | ({"client_id": client_id} if client_id else {})
    return rooms


def _judge_export(verdict: Verdict, truth: Truth, exported: dict[str, dict[int, Record]]) -> None:
    for stream in truth.open:
        entries = dict(exported.get(stream, {}))
        if entries and entries[max(entries)]["type"] == "room.closed":
            del entries[max(entries)]  # it closed between the two readings
        if stream.startswith("room:") and truth.streams[stream] != entries:
            verdict.wrong("divergent", (stream, "the export says something else"))


def _judge_messages(verdict: Verdict, truth: Truth, messages: dict[str, Message]) -> None:
    """Look for each message where it belongs."""
    for message in messages.values():
        places = {message.place, f"inbox:{message.who}"} if message.is_private else {message.place}
        found = {place: truth.find(place, message.who, message.id) for place in places}
        if message.ack is not None:
            if not all(found.values()):
                verdict.wrong("lost", message)
            elif message.ack["seq"] not in found[place_of(message.ack["stream"], message.who)]:
                verdict.wrong("false ack", message)
        elif message.is_refused:
            if any(found.values()):
                verdict.wrong("phantom", message)
        else:
            verdict.wrong("unknown", message)  # everybody had the time to find out
        if any(len(seqs) > 1 for seqs in found.values()):
            verdict.wrong("repeated", message)


def _judge_truth(verdict: Verdict, truth: Truth, messages: dict[str, Message]) -> None:
    """What is stored has no hole, and nothing is there that nobody sent, or that was sent elsewhere or otherwise."""
    for stream, entries in truth.streams.items():
        if sorted(entries) != list(range(1, len(entries) + 1)):
            verdict.wrong("hole", (stream, sorted(set(range(1, truth.head(stream) + 1)) - set(entries))))
        for entry in entries.values():
            if entry["type"] not in MESSAGES:
                continue
            message = messages.get(entry.get("client_id", ""))
            is_sent = message is not None and (message.who, message.text) == (entry["author"], entry["text"])
            if not is_sent or message is None or stream not in {message.place, f"inbox:{message.who}"}:
                verdict.wrong("phantom", (stream, entry))


def _judge_order(verdict: Verdict, truth: Truth, messages: dict[str, Message]) -> None:
    """One client's sends keep their order, each of which was begun when the one before was decided."""
    newest: dict[tuple[str, str], int] = {}
    for message in messages.values():
        for seq in truth.find(message.place, message.who, message.id)[:1]:
            before = newest.get((message.who, message.place), 0)
            if seq < before:
                verdict.wrong("out of order", message)
            newest[message.who, message.place] = max(seq, before)


def _judge_readers(verdict: Verdict, truth: Truth, records: list[Record]) -> None:
    """Each reader was sent each stream without a hole or a repetition, and has all of it at the end."""
    last: dict[tuple[str, str], int] = {}
    for record in records:
        if record["kind"] not in {"got", "cut", "held"}:
            continue
        stream = place_of(record["stream"], record["who"])
        place = record["who"], stream
        if record["kind"] == "got":
            _judge_step(verdict, None if record.get("anew") else last.get(place), record)
            _judge_event(verdict, truth, stream, record)
            last[place] = record["seq"]
        elif record["kind"] == "cut":
            if record["to"] - record["from"] + 1 < SHORTEST_CUT:
                verdict.wrong("cut short", record)
            last[place] = record["to"]
        elif stream in truth.open and truth.head(stream) != record["seq"]:
            verdict.wrong("behind", (record, truth.head(stream)))


def _judge_step(verdict: Verdict, before: int | None, record: Record) -> None:
    seq = record["seq"]
    if before is not None and seq != before + 1:
        verdict.wrong("repeated" if seq == before else "inverted" if seq < before else "hole", record)


def _judge_event(verdict: Verdict, truth: Truth, stream: str, record: Record) -> None:
    stored = truth.streams.get(stream, {}).get(record["seq"])
    if stored != {name: record[name] for name in ESSENCE if name in record}:
        verdict.wrong("divergent", (record, stored))
    if stream.startswith("inbox:") and record["who"] not in {record.get("author"), record.get("to")}:
        verdict.wrong("not theirs", record)
