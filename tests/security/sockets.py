"""Knock at the gate of the socket as a server would, and see what is let through."""

from typing import Any

from asgiref.testing import ApplicationCommunicator

from chatproject.doors import build

HOST = "testserver"


async def _consumer(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept, stay until the other side goes."""
    await receive()
    _consumer.scope = scope  # type: ignore[attr-defined]
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def _pages(scope: dict[str, Any], receive: Any, send: Any) -> None:
    _pages.scope = scope  # type: ignore[attr-defined]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Gate:
    """The whole way in, with a consumer that accepts whoever comes through."""

    def __init__(self) -> None:
        self.app = build(pages=_pages, consumer=_consumer)

    async def knock(self, *headers: tuple[str, str], **changes: Any) -> "Knock":
        names = {name.lower() for name, _value in headers}
        given = list(headers) if "host" in names else [("Host", HOST), *headers]
        scope = {
            "type": "websocket",
            "path": "/ws/",
            "scheme": "ws",
            "root_path": "",
            "query_string": b"",
            "client": ["192.0.2.7", 40000],
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given],
            **changes,
        }
        communicator = ApplicationCommunicator(self.app, scope)
        await communicator.send_input({"type": "websocket.connect"})
        answer = await communicator.receive_output(timeout=5)
        is_in = answer["type"] == "websocket.accept"
        return Knock(communicator, answer, _consumer.scope if is_in else None)

    async def page(self, *headers: tuple[str, str], **changes: Any) -> dict[str, Any]:
        """Ask for a page and return the scope that Django would have seen."""
        scope = {
            "type": "http",
            "path": "/",
            "scheme": "http",
            "root_path": "",
            "client": ["192.0.2.7", 40000],
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
            **changes,
        }
        communicator = ApplicationCommunicator(self.app, scope)
        await communicator.send_input({"type": "http.request"})
        await communicator.receive_output(timeout=5)
        await communicator.wait(timeout=5)
        return _pages.scope


class Knock:
    """One try: was it let in, and as whom."""

    def __init__(self, communicator: ApplicationCommunicator, answer: dict[str, Any], scope: Any) -> None:
        self._communicator = communicator
        self.answer = answer
        self.scope = scope

    @property
    def is_in(self) -> bool:
        return self.answer["type"] == "websocket.accept"

    async def leave(self) -> None:
        await self._communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._communicator.wait(timeout=5)
