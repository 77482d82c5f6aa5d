"""A program that speaks the wire contract: a verb for each command."""

from typing import Any

from tests.harness.people import Person
from tests.harness.streams import Frame
from tests.harness.wire import Refusal, Wire, new_id

__all__ = ["ChatClient", "Refusal", "new_id"]


class ChatClient(Wire):
    """One connection of one person; a verb that changes the room returns when the client has caught up there."""

    async def post(self, text: str, *, room: int | None = None, client_id: str | None = None) -> Frame:
        where = self.room["id"] if room is None else room
        return await self.command("message.post", room=where, client_id=client_id or new_id(), text=text)

    async def type(self, line: str) -> Frame:
        """Type a line into the composer: a message, or a command that begins with `#`."""
        return await self.post(line)

    async def direct(self, to: Person | str, text: str, *, client_id: str | None = None) -> Frame:
        login = to if isinstance(to, str) else to.login
        return await self.command("direct.post", to=login, client_id=client_id or new_id(), text=text)

    async def create_room(self, name: str, **fields: Any) -> Frame:
        answer = await self.command("room.create", name=name, **fields)
        await self.expect("caught_up")
        return dict(answer["room"])

    async def enter(self, room: int | str, **fields: Any) -> Frame:
        target = {"room": room} if isinstance(room, int) else {"name": room}
        answer = await self.command("room.enter", **target, **fields)
        await self.expect("caught_up")
        return answer

    async def leave(self, **fields: Any) -> Frame:
        before = self.room["id"]
        answer = await self.command("room.leave", **fields)
        if answer["room"]["id"] != before:
            await self.expect("caught_up")
        return answer

    async def delete(self, room: int | str) -> Frame:
        target = {"room": room} if isinstance(room, int) else {"name": room}
        return await self.command("room.delete", **target)

    async def rooms(self) -> list[Frame]:
        """Return the whole list of rooms, page by page."""
        return await self._pages("room.list", "rooms")

    async def users(self) -> list[Frame]:
        return await self._pages("user.list", "users")

    async def conversations(self) -> list[Frame]:
        return await self._pages("conversation.list", "conversations")

    async def history(self, stream: str, **bounds: int) -> Frame:
        return await self.command("history.fetch", stream=stream, **bounds)

    async def mark(self, place: int | Person, seq: int) -> int:
        """Mark a room, by its id, or the conversation with somebody as read; return where the mark is."""
        where = {"stream": f"room:{place}"} if isinstance(place, int) else {"with": place.login}
        return int((await self.command("read.mark", **where, seq=seq))["read"])

    async def _pages(self, type_: str, field: str) -> list[Frame]:
        found: list[Frame] = []
        position: dict[str, Any] = {}
        while True:
            answer = await self.command(type_, limit=200, **position)
            found += answer[field]
            if answer["next"] is None:
                return found
            position = {"after": answer["next"]}
