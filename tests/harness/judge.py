"""The judge of a run with faults: compares what people sent, what they were told, what they received, and the log."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from tests.harness.device import Device, Outgoing
from tests.harness.streams import Frame, StreamLog

Log = Mapping[int, Frame]


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What was counted. A run keeps the delivery contract when `wrongs` is empty."""

    sent: int = 0
    acknowledged: int = 0
    received: int = 0
    connections: int = 0
    wrongs: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        names = ("lost", "twice", "out of order", "in another order", "not theirs", "with a hole", "gave up")
        wrongs = ", ".join(f"{self.wrongs[name]} {name}" for name in names)
        return (
            f"{self.sent} sent, {self.acknowledged} acknowledged, {self.received} received over "
            f"{self.connections} connections: {wrongs}"
        )


def judge(devices: list[Device], rooms: Mapping[int, list[Device]], histories: Mapping[int, Log]) -> Verdict:
    """Judge the devices, each of another person; `rooms` says who was where, `histories` what a newcomer reads."""
    verdict = Verdict(connections=sum(device.connections for device in devices))
    inboxes = {device.person.login: _entries(device, "inbox") for device in devices}
    for device in devices:
        verdict.sent += len(device.sent)
        verdict.acknowledged += sum(message.ack is not None for message in device.sent)
        verdict.received += sum(len(log.entries) for log in device.streams.values())
        verdict.wrongs["gave up"] += device.problem is not None
        for stream in device.streams.values():
            _judge_stream(verdict, stream)
        _judge_strangers(verdict, device)
    for room, people in rooms.items():
        logs = [_entries(device, f"room:{room}") for device in people]
        verdict.wrongs["in another order"] += sum(log != histories[room] for log in logs)
        sent = [
            (device, message)
            for device in people
            for message in device.sent
            if message.target == {"room": room}
        ]
        for log in logs:
            _judge_sent(verdict, sent, log)
    for device in devices:
        for message in device.sent:
            if "to" in message.target:
                for login in (device.person.login, message.target["to"]):
                    _judge_sent(verdict, [(device, message)], inboxes[login])
    verdict.wrongs = +verdict.wrongs
    return verdict


def _entries(device: Device, stream: str) -> Log:
    return device.streams[stream].entries if stream in device.streams else {}


def _judge_stream(verdict: Verdict, stream: StreamLog) -> None:
    seqs = sorted(stream.entries)
    verdict.wrongs["with a hole"] += sum(later != earlier + 1 for earlier, later in pairwise(seqs))
    ids = Counter((event["author"]["login"], event["client_id"]) for event in _messages(stream.entries))
    verdict.wrongs["twice"] += sum(count - 1 for count in ids.values())


def _judge_strangers(verdict: Verdict, device: Device) -> None:
    login = device.person.login
    for event in _messages(_entries(device, "inbox")):
        verdict.wrongs["not theirs"] += login not in {event["author"]["login"], event["to"]["login"]}


def _judge_sent(verdict: Verdict, sent: Iterable[tuple[Device, Outgoing]], log: Log) -> None:
    """Look for what was acknowledged in a log of somebody entitled to it; each author's order must have been kept."""
    found = {
        (event["author"]["login"], event["client_id"]): seq
        for seq, event in log.items()
        if "client_id" in event
    }
    newest: dict[str, int] = {}
    for device, message in sent:
        login = device.person.login
        seq = found.get((login, message.client_id))
        if seq is None:
            verdict.wrongs["lost"] += message.ack is not None
            continue
        if message.ack is not None and message.ack["stream"] != "inbox":
            verdict.wrongs["in another order"] += message.ack["seq"] != seq
        verdict.wrongs["out of order"] += seq < newest.get(login, 0)
        newest[login] = max(seq, newest.get(login, 0))


def _messages(log: Log) -> list[Frame]:
    return [event for event in log.values() if "client_id" in event]
