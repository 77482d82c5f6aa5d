"""What is written on a page without scripts: from a form to a command of the protocol."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from rooms.protocol.command_line import is_command_line
from rooms.protocol.commands import Command, PostDirect, PostMessage
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.fields import Fields, is_uuid
from rooms.protocol.reading import read_command
from rooms.protocol.strict_json import flaw_of
from rooms.protocol.text import nfc


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """
    What somebody wrote, and what was wrong with it. `client_id` makes it harmless to send twice.

    `answer`: what a command has answered.
    """

    text: str = ""
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    problem: str = ""
    answer: str = ""


def form_of(values: Mapping[str, str]) -> Form:
    """Return what was sent. Browsers end the lines of a form with two characters, people with one."""
    text = values.get("text", "").replace("\r\n", "\n")
    client_id = values.get("client_id", "")
    return Form(text=text, client_id=client_id) if is_uuid(client_id) else Form(text=text)


def command_in_room(form: Form, room_id: int) -> Command:
    """Read what is written in a room: a message, or a command line. Raises Refused."""
    return _read(PostMessage.type, form, room=room_id)


def command_to(form: Form, login: str) -> Command:
    """Read what is written to one person: a private message, or a command line. Raises Refused."""
    if is_command_line(nfc(form.text)):
        return _read(PostMessage.type, form, room=0)
    return _read(PostDirect.type, form, to=login)


def _read(kind: str, form: Form, **target: object) -> Command:
    if flaw := flaw_of(form.text, allows_fractions=False):
        raise Refused(ErrorCode.BAD_REQUEST, flaw)
    command, _ = read_command(kind, Fields({**target, "client_id": form.client_id, "text": form.text}))
    return command
