"""Which names a worker wishes to hear, which of them Redis has been told, and which it has confirmed. No I/O."""

from __future__ import annotations

import asyncio
from collections import Counter


class Subscriptions:
    """The wished state against the told one; the difference is what goes to Redis next."""

    def __init__(self) -> None:
        self._wanted: dict[str, asyncio.Future[None]] = {}
        self._added: set[str] = set()  # wished and not yet told
        self._dropped: set[str] = set()  # told and no longer wished
        # A name that was dropped and wished again is confirmed by the last of its confirmations.
        self._unconfirmed: Counter[str] = Counter()
        self._pending: set[str] = set()
        self._late: set[str] = set()
        self.changed = asyncio.Event()

    @property
    def is_settled(self) -> bool:
        """Whether Redis has confirmed every wish."""
        return not self._pending

    def want(self, name: str) -> asyncio.Future[None]:
        """Wish for a name. The future has a result once Redis confirms it, and is cancelled with the connection."""
        if name not in self._wanted:
            self._wanted[name] = self._new_future(name)
            if name in self._dropped:
                self._dropped.discard(name)
                self._settle(name)
            else:
                self._added.add(name)
                self.changed.set()
        return self._wanted[name]

    def unwant(self, name: str) -> None:
        """End a wish, if there is one."""
        confirmed = self._wanted.pop(name, None)
        if confirmed is None:
            return
        confirmed.cancel()
        self._pending.discard(name)
        self._late.discard(name)
        if name in self._added:
            self._added.discard(name)
        else:
            self._dropped.add(name)
            self.changed.set()

    def note_late(self, name: str) -> None:
        """Remember that whoever wished for the name has not waited for the confirmation."""
        if name in self._wanted:
            self._late.add(name)

    def take_late(self) -> list[str]:
        """Return the names noted as late, once."""
        late = list(self._late)
        self._late.clear()
        return late

    def take_changes(self) -> tuple[list[str], list[str]]:
        """Return what to subscribe and what to unsubscribe now; it then counts as told."""
        added, dropped = list(self._added), list(self._dropped)
        self._added.clear()
        self._dropped.clear()
        self._unconfirmed.update(added)
        self.changed.clear()
        return added, dropped

    def confirm(self, name: str) -> None:
        """Note that Redis has carried out one subscription."""
        self._unconfirmed[name] -= 1
        if name in self._wanted and name not in self._added:
            self._settle(name)

    def connection_lost(self) -> None:
        """Begin anew: nothing is told, nothing confirmed."""
        self._unconfirmed.clear()
        self._dropped.clear()
        self._added = set(self._wanted)
        for name, confirmed in list(self._wanted.items()):
            confirmed.cancel()
            self._wanted[name] = self._new_future(name)
        self.changed.set()

    def _new_future(self, name: str) -> asyncio.Future[None]:
        self._pending.add(name)
        return asyncio.get_running_loop().create_future()

    def _settle(self, name: str) -> None:
        if self._unconfirmed[name] > 0:
            return
        del self._unconfirmed[name]
        self._pending.discard(name)
        if not self._wanted[name].done():
            self._wanted[name].set_result(None)
