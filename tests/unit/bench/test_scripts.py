"""What the load generator is told to say."""

import json
import uuid

from rooms.protocol.codec import parse
from rooms.protocol.commands import Hello, PostMessage
from tests.bench.scripts import OURS, PLAIN, SOCKET_IO, Script, Step


def filled(template: str) -> str:
    """As `load.c` does it."""
    names = {"{I}": "7", "{R}": "12", "{M}": "~T0000000000000001 lorem", "{U}": str(uuid.uuid4())}
    for name, value in names.items():
        template = template.replace(name, value)
    return template


def test_each_step_says_what_it_waits_for() -> None:
    script = Script(path="/p", steps=(Step(send="a", wait="b"), Step(send="", wait="c")), message="m")

    assert script.arguments == [
        *("--path", "/p"),
        *("--send", "a", "--await", "b"),
        *("--send", "", "--await", "c"),
        *("--message", "m"),
    ]


def test_our_protocol_understands_our_script() -> None:
    hello = parse(filled(OURS.steps[0].send)).command
    post = parse(filled(OURS.message)).command

    assert isinstance(hello, Hello)
    assert hello.room == 12
    assert isinstance(post, PostMessage)
    assert (post.room, post.text) == (12, "~T0000000000000001 lorem")


def test_what_ours_waits_for_is_in_what_says_that_one_has_caught_up() -> None:
    caught_up = '{"type":"caught_up","streams":{"room:12":0,"inbox":0}}'

    assert filled(OURS.steps[-1].wait) in caught_up


def test_the_others_are_sent_json_with_the_text_once() -> None:
    plain, packet = filled(PLAIN.message), filled(SOCKET_IO.message)

    assert json.loads(plain) == {"message": "~T0000000000000001 lorem"}
    assert packet.startswith("42")
    assert json.loads(packet[2:]) == ["message", {"room": "r12", "message": "~T0000000000000001 lorem"}]
