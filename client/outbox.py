"""What was written and is not known to be stored. It keeps trying until it is, or until the server says a final no.

Guarantees. An item is on the disk before `add` returns, and stays there until it is settled. It goes out under the same
`client_id` each time. Of each lane one is under way at a time, oldest first, so one's own words keep their order.
Nothing is called refused that may have been stored.
"""

from collections.abc import Callable, Iterable

from .answers import Answer, Done, Lost, Refused
from .backoff import Backoff
from .outbox_items import Item, State, Target
from .outbox_store import Store
from .streams import Request
from .world import Timer, World

# After "not now" the waits double up to this: the server promises to store again 5 s after its database is back.
PAUSE_CEILING_SECONDS = 4.0


class Outbox:
    """In the order written."""

    def __init__(
        self,
        world: World,
        store: Store,
        *,
        request: Request,
        may_go: Callable[[Item], bool],
        changed: Callable[[], None],
    ) -> None:
        self._timers = world.timers
        self._new_id = world.new_id
        self._store = store
        self._request = request
        self._may_go = may_go
        self._changed = changed
        self._backoff = Backoff(0.5, PAUSE_CEILING_SECONDS, world.random)
        self._items: dict[str, Item] = {item.client_id: item for item in store.load()}
        self._paused_until = 0.0
        self._pause: Timer | None = None
        # How many the server has said yes and a final no to, since the start.
        self.acknowledged = self.refused = 0
        # Did the server say of what was sent last that it cannot store it now?
        self.is_held_up = False

    # Questions

    @property
    def items(self) -> list[Item]:
        """Return all, in the order written."""
        return list(self._items.values())

    @property
    def pending(self) -> list[Item]:
        """Return those that will go out by themselves."""
        return [item for item in self._items.values() if item.state in {State.WAITING, State.SENDING}]

    # Actions

    def add(self, target: Target, texts: Iterable[str]) -> list[Item]:
        """Take these, for good."""
        items = [Item(self._new_id(), target, text) for text in texts]
        self._store.save(items)
        self._items.update((item.client_id, item) for item in items)
        self._changed()
        self.drain()
        return items

    def drain(self) -> None:
        """Send what may go: to call when the connection opens, and when the place has changed."""
        if self._timers.now() < self._paused_until:
            return
        firsts: dict[str, Item] = {}
        for item in self.pending:
            firsts.setdefault(item.target.lane, item)
        for item in firsts.values():
            if item.state is State.WAITING and self._may_go(item):
                self._send(item)

    def settle(self, client_id: str) -> None:
        """The log holds it: whatever the answer was or will be, it is stored."""
        item = self._items.pop(client_id, None)
        if item is None:
            return
        if item.state is not State.STORED:
            self.acknowledged += 1
            self._store.remove(client_id)
        self._changed()
        self.drain()

    def withdraw(self, client_id: str) -> Item | None:
        """Take one back that was refused, or that surely was not sent; return it."""
        item = self._items.get(client_id)
        if item is None or item.state in {State.STORED, State.SENDING}:
            return None
        del self._items[client_id]
        self._store.remove(client_id)
        self._changed()
        return item

    def retry(self, client_id: str) -> None:
        """Send one after all that was refused."""
        item = self._items.get(client_id)
        if item is not None and item.state is State.REFUSED:
            item.state, item.code, item.reason = State.WAITING, "", ""
            self._store.save([item])
            self._changed()
            self.drain()

    def refuse(self, item: Item, code: str, reason: str = "") -> None:
        """Note the final no, from wherever it is known."""
        item.state, item.code, item.reason, item.is_unsure = State.REFUSED, code, reason, False
        self.refused += 1
        self._store.save([item])
        self._changed()
        self.drain()

    def refuse_largest(self) -> None:
        """The server closed the socket over a frame that was too large: come back without it."""
        under_way = [item for item in self._items.values() if item.state is State.SENDING]
        if under_way:
            self.refuse(max(under_way, key=lambda item: len(item.text)), "too_large")

    # Internal

    def _send(self, item: Item) -> None:
        item.state, item.is_unsure = State.SENDING, True
        self._changed()
        self._request(item.command, lambda answer: self._answered(item, answer))

    def _answered(self, item: Item, answer: Answer) -> None:
        if self._items.get(item.client_id) is not item or item.state is not State.SENDING:
            return
        if isinstance(answer, Lost):
            item.state = State.WAITING
            self._changed()
        elif isinstance(answer, Done):
            self._acknowledged(item, int(answer.ack["seq"]))
        else:
            self._denied(item, answer)

    def _acknowledged(self, item: Item, seq: int) -> None:
        self._backoff.reset()
        self.is_held_up = False
        self.acknowledged += 1
        self._store.remove(item.client_id)
        item.state, item.seq, item.is_unsure = State.STORED, seq, False
        self._changed()
        self.drain()

    def _denied(self, item: Item, no: Refused) -> None:
        item.state = State.WAITING
        if no.code == "rate_limited":
            item.is_unsure = False
            self._hold(no.retry_after or 1.0)
        elif not no.is_final:
            self.is_held_up = True
            self._hold(self._backoff.next())
        else:
            item.is_unsure = False
            # Not stored, and one has gone on to another room: it waits for one's coming back.
            if no.code != "not_in_room" or self._may_go(item):
                self.refuse(item, no.code, no.message)
                return
        self._changed()

    def _hold(self, seconds: float) -> None:
        self._paused_until = self._timers.now() + seconds
        if self._pause is not None:
            self._pause.cancel()
        self._pause = self._timers.after(seconds, self._go_on)

    def _go_on(self) -> None:
        """The clock may say that it is a little too early: nothing else would wake up what waits."""
        self._paused_until = 0.0
        self.drain()
