"""The logs that are followed here: takes durable events in, keeps each stream whole, reads history.

Where a heartbeat or an entry shows that something is missing, and it has not come after a moment, it is read from
history. The server repairs its own losses first; this is the second line.
"""

from collections.abc import Callable
from typing import Protocol

from .answers import Answer, Done
from .frames import INBOX, Frame
from .timeline import Timeline
from .world import World

# Rooms left a while ago are let go of; coming back they are told anew.
ROOMS_HELD = 8
ENTRIES_HELD, ENTRIES_KEPT = 4000, 3000
PAGE, REPAIR_PAGE = 50, 200
# What is a moment late is mostly on its way already. Spread, because many clients see the same hole.
FIRST_WAIT_SECONDS = 1.0
# So many pages at a go; the next heartbeat goes on with the rest.
MAX_PAGES = 5

Request = Callable[[Frame, Callable[[Answer], None]], None]


class Reader(Protocol):
    """Who is told what has become of the logs."""

    def shown(self, entries: list[Frame]) -> None:
        """These have become part of a log, in their turn."""

    def log_changed(self) -> None:
        """What is held of a log has changed otherwise."""

    def voided(self, stream: str) -> None:
        """The stream turned out to be another one than before."""


class Streams:
    """The timelines, by name of their stream. Those entered last come last."""

    def __init__(self, world: World, request: Request, reader: Reader) -> None:
        self._world = world
        self._request = request
        self._reader = reader
        self._timelines = {INBOX: Timeline(INBOX)}
        # The streams that are being looked after, with how far they go.
        self._wanted: dict[str, int] = {}

    @property
    def inbox(self) -> Timeline:
        """What reaches one wherever one is."""
        return self._timelines[INBOX]

    def get(self, stream: str) -> Timeline | None:
        """Return what is held of a stream."""
        return self._timelines.get(stream)

    def position(self, stream: str) -> int | None:
        """Return the seq to resume from, None where nothing is known."""
        timeline = self._timelines.get(stream)
        return None if timeline is None else timeline.position

    # Actions

    def follow(self, stream: str, *, is_continued: bool) -> None:
        """Make ready for a room's events, which go on from the position held here, or start anew somewhere."""
        timeline = self._timelines.pop(stream, None) or Timeline(stream)
        self._timelines[stream] = timeline
        if not is_continued:
            timeline.clear()
        others = [name for name in self._timelines if name not in {INBOX, stream}]
        for name in others[: max(0, len(others) + 1 - ROOMS_HELD)]:
            del self._timelines[name]
        self._reader.log_changed()

    def clear(self) -> None:
        """Another history: nothing that is held is true any more."""
        for timeline in self._timelines.values():
            timeline.clear()
            self._reader.voided(timeline.stream)

    def load_earlier(self, stream: str, before: int | None = None) -> None:
        """Read a page of what came before the log's oldest entry, or before the end of a gap in it."""
        timeline = self._timelines.get(stream)
        if timeline is None or timeline.position is None:
            return
        bound = timeline.first_missing + 1 if before is None else before

        def answered(answer: Answer) -> None:
            if isinstance(answer, Done) and timeline.position is not None:
                timeline.add_earlier(answer.ack["events"], before=bound, more=answer.ack["more"])
                self._reader.log_changed()

        self._request({"type": "history.fetch", "stream": stream, "before": bound, "limit": PAGE}, answered)

    # Reactions

    def take(self, entry: Frame) -> None:
        """Take in a durable event."""
        timeline = self._timelines.get(entry["stream"])
        if timeline is None:
            return
        self._take_all(timeline, [entry])
        if timeline.has_hole:
            self._expect(timeline, entry["seq"])

    def truncate(self, mark: Frame) -> None:
        """Take in the server's word that it left something out."""
        timeline = self._timelines.get(mark["stream"])
        if timeline is None:
            return
        if timeline.truncate(mark["from"], mark["to"]):
            self._reader.voided(timeline.stream)
        self._reader.log_changed()

    def expect(self, heads: dict[str, int]) -> None:
        """Take in how far the streams go: at the end of catching up, and with each heartbeat."""
        for stream, head in heads.items():
            timeline = self._timelines.get(stream)
            if timeline is not None:
                if head == 0:
                    timeline.start_at(0)
                self._expect(timeline, head)

    # Internal

    def _take_all(self, timeline: Timeline, entries: list[Frame]) -> None:
        shown = [new for entry in entries for new in timeline.offer(entry)]
        if not shown:
            return
        if len(timeline.entries) > ENTRIES_HELD:
            timeline.trim(ENTRIES_KEPT)
        self._reader.shown(shown)

    def _expect(self, timeline: Timeline, head: int) -> None:
        if _reach(timeline) >= head:
            return
        is_looked_after = timeline.stream in self._wanted
        self._wanted[timeline.stream] = max(head, self._wanted.get(timeline.stream, 0))
        if not is_looked_after:
            wait = FIRST_WAIT_SECONDS * (0.5 + self._world.random())
            self._world.timers.after(wait, lambda: self._repair(timeline, MAX_PAGES))

    def _repair(self, timeline: Timeline, pages: int) -> None:
        if pages == 0 or _reach(timeline) >= self._wanted.get(timeline.stream, 0):
            self._wanted.pop(timeline.stream, None)
            return
        position = timeline.position
        bounds = {} if position is None else {"after": position}

        def answered(answer: Answer) -> None:
            # A broken connection resumes, and a refused stream is not ours any more: both end this repair. Meanwhile
            # the timeline may have been begun anew; then this page may leave out what it now needs.
            is_over = not isinstance(answer, Done) or not answer.ack["events"]
            if is_over or (position is not None and timeline.position is None):
                self._wanted.pop(timeline.stream, None)
                return
            assert isinstance(answer, Done)
            self._take_all(timeline, answer.ack["events"])
            self._repair(timeline, pages - 1)

        command = {"type": "history.fetch", "stream": timeline.stream, **bounds, "limit": REPAIR_PAGE}
        self._request(command, answered)


def _reach(timeline: Timeline) -> int:
    return -1 if timeline.position is None else timeline.position
