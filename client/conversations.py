"""One's private conversations: the list of them, and the log of each that has been opened."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .answers import Answer, Done
from .frames import Frame
from .marks import Marks, place_with
from .streams import Request


@dataclass(slots=True)
class Conversation:
    """With whom, how far it goes in one's inbox, and how much of it is unread."""

    login: str
    name: str
    seq: int = 0
    unread: int = 0
    # By seq in one's own inbox, where the other conversations leave holes.
    held: dict[int, Frame] = field(default_factory=dict)
    has_earlier: bool = True
    is_loaded: bool = False

    @property
    def entries(self) -> list[Frame]:
        """Return what is held, oldest first."""
        return [self.held[seq] for seq in sorted(self.held)]


class Conversations:
    """By the other's login."""

    def __init__(
        self, request: Request, marks: Marks, *, you: Callable[[], str], changed: Callable[[], None]
    ) -> None:
        self._request = request
        self._marks = marks
        self._you = you
        self._changed = changed
        self._by_login: dict[str, Conversation] = {}

    @property
    def all(self) -> list[Conversation]:
        """Return those in which something was said, newest first."""
        return sorted((one for one in self._by_login.values() if one.seq), key=lambda one: -one.seq)

    def get(self, login: str, name: str = "") -> Conversation:
        """Return the conversation with somebody, also where nothing was said yet."""
        return self._by_login.setdefault(login, Conversation(login, name or login))

    def open(self, login: str, name: str = "") -> Conversation:
        """Return it, and see that its newest page is read."""
        conversation = self.get(login, name)
        if not conversation.is_loaded:
            self.load_earlier(conversation)
        return conversation

    def load_earlier(self, conversation: Conversation) -> None:
        """Read the newest page, then with each call the one before."""
        was_loaded = conversation.is_loaded
        bound = {"before": min(conversation.held)} if was_loaded and conversation.held else {}

        def answered(answer: Answer) -> None:
            # An older page of a log that has been forgotten meanwhile would leave a hole.
            if not isinstance(answer, Done) or conversation.is_loaded != was_loaded:
                return
            for entry in answer.ack["events"]:
                self._keep(conversation, entry)
            conversation.has_earlier = bool(answer.ack["more"])
            conversation.is_loaded = True
            self._changed()

        self._request({"type": "conversation.fetch", "with": conversation.login, **bound}, answered)

    def merge(self, told: list[Frame]) -> None:
        """Take in the server's list, which may be older than what came live."""
        for one in told:
            known = self.get(one["login"])
            known.name = one["name"]
            if one["seq"] >= known.seq:
                known.seq = one["seq"]
                known.unread = int(one.get("unread") or 0)
            self._marks.hear(place_with(known.login), one.get("read"))
        self._changed()

    def take(self, entry: Frame) -> None:
        """Take in a private message that has become part of the inbox."""
        is_own = entry["author"]["login"] == self._you()
        peer = entry["to"] if is_own else entry["author"]
        known = self.get(peer["login"])
        known.name = peer["name"] or peer["login"]
        self._keep(known, entry)
        read = self._marks.read_of(place_with(known.login)) or 0
        if entry["seq"] > known.seq:
            known.seq = entry["seq"]
            known.unread += 0 if is_own or entry["seq"] <= read else 1
        self._changed()

    def marked(self, login: str, read: int) -> None:
        """It has been read so far."""
        known = self._by_login.get(login)
        if known is not None and known.unread and read >= known.seq:
            known.unread = 0
            self._changed()

    def forget(self) -> None:
        """There may be holes in what is held: read it anew when it is looked at."""
        for conversation in self._by_login.values():
            conversation.held.clear()
            conversation.is_loaded, conversation.has_earlier = False, True
        self._changed()

    def _keep(self, conversation: Conversation, entry: Frame) -> None:
        conversation.held[int(entry["seq"])] = entry
