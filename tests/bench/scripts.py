"""How clients come in and speak, in the protocols of all that is measured. `load.c` fills in what stands in braces."""

from __future__ import annotations

from dataclasses import dataclass

# {I} number of the connection, {R} its room, {M} the marked text, {U} a new UUID.


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Say something, or nothing, and wait until something comes that holds the awaited text."""

    send: str
    wait: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What one client does: where it connects, what it says until it is in its room, and how it posts."""

    path: str
    steps: tuple[Step, ...] = ()
    message: str

    @property
    def arguments(self) -> list[str]:
        """The load generator's options."""
        steps = [part for step in self.steps for part in ("--send", step.send, "--await", step.wait)]
        return ["--path", self.path, *steps, "--message", self.message]


# The welcome comes at once and brings one into the room; in is who has caught up there, by its own stream's name.
OURS = Script(
    path="/ws/",
    steps=(
        Step(
            send='{"type":"hello","ref":"hello","protocol":1,"client":"bench","room":{R}}',
            wait='"room:{R}":',
        ),
    ),
    message='{"type":"message.post","ref":"{U}","room":{R},"client_id":"{U}","text":"{M}"}',
)

# The path is the room, and whoever is connected is in it.
PLAIN = Script(path="/ws/chat/{R}/", message='{"message":"{M}"}')

# Engine.IO's packet types, then Socket.IO's: 0 open; 40 connect to the namespace; 42 an event and its arguments.
SOCKET_IO = Script(
    path="/socket.io/?EIO=4&transport=websocket",
    steps=(
        Step(send="", wait="0{"),
        Step(send="40", wait="40{"),
        Step(send='42["join",{"room":"r{R}"}]', wait='42["joined"'),
    ),
    message='42["message",{"room":"r{R}","message":"{M}"}]',
)
