"""Tests that share a server find their own rooms there and no others': none names one as another does."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.harness.environment import ROOT

MAKERS = {"make_room", "long_room", "room_with", "two_in"}
# Of the fixtures of the browser tests: what was left in these by one test is there for the next for a while.
SHARED = {"shared", "cable", "breakable"}


def _name_of(call: ast.Call) -> str | None:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    words = [
        each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    if called in MAKERS and words:
        return words[0]
    if called == "carry_out" and words and words[0].startswith("#cR "):
        return words[0].removeprefix("#cR ").strip("<>")
    return None


def _names_in(path: Path) -> Iterator[str]:
    for test in ast.parse(path.read_text()).body:
        if not isinstance(test, ast.FunctionDef) or not SHARED & {each.arg for each in test.args.args}:
            continue
        calls = (node for node in ast.walk(test) if isinstance(node, ast.Call))
        yield from {name.casefold() for name in map(_name_of, calls) if name}


def test_no_two_browser_tests_give_a_room_the_same_name() -> None:
    found = [name for path in (ROOT / "tests/browser").glob("test_*.py") for name in _names_in(path)]

    assert len(found) > 60
    assert [name for name, count in Counter(found).items() if count > 1] == []
