"""The golden frames: what the contract says, once, for the tests of every language.

Each file is a list of entries with a `name`, a `direction` and what it `means`. The frame itself is one of

* `frame`: its JSON; on the wire it is compact;
* `raw`: its text, where that is no JSON or must stand exactly so;
* `build`: pairs of text and number of times, for what is too long to be read;
* `binary`: the bytes of a binary frame, in base64.

`unsendable` frames cannot be sent over a WebSocket, but a parser can be given them. A client's frame has an `expect`:
the `command` that it is (`typed` as a line), the `error` that answers it (with the `ref` that is given back, whether
it is `malformed`, the server's inner `reason` and its `details`), or the `close` that follows. A server's frame may say
which command it `answers`; `close` with `reconnects` is a close code and what it asks of a client.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from rooms.protocol.codec import encode

FRAMES = Path(__file__).parent / "frames"


@dataclass(frozen=True)
class Golden:
    """One entry of a golden file."""

    file: str
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.values.get(name)

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def wire(self) -> str | bytes:
        """The frame as it stands on the wire."""
        if "frame" in self.values:
            return encode(self.values["frame"])
        if "build" in self.values:
            return "".join(text * times for text, times in self.values["build"])
        if "binary" in self.values:
            return base64.b64decode(self.values["binary"])
        return str(self.values["raw"])


def golden(*files: str) -> list[Golden]:
    """Return the entries of these files, of all where none is named."""
    names = files or sorted(path.stem for path in FRAMES.glob("*.json"))
    return [
        Golden(name, values) for name in names for values in json.loads((FRAMES / f"{name}.json").read_text())
    ]


def kinds(module: ModuleType, base: type[Any]) -> list[type[Any]]:
    """Return the commands or events of a module, in its order.

    Not `base.__subclasses__()`: a dataclass with slots is made twice, and the first of the two lingers.
    """
    members = [member for member in vars(module).values() if isinstance(member, type)]
    return [member for member in members if issubclass(member, base) and member is not base]
