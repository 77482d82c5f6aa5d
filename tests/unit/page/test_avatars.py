"""The same face on the page, in the admin and in the browser: the table is read by `tests/js/avatar.test.js` too."""

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.avatars import HUES, hue, initials

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "contract" / "avatars.json").read_text()
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["login"][:12])
def test_a_person_has_the_face_of_the_table(case: dict[str, Any]) -> None:
    assert initials(case["name"]) == case["initials"]
    assert hue(case["login"]) == case["hue"]


def test_hues_are_spread_over_logins() -> None:
    counts = [0] * HUES
    for number in range(1200):
        counts[hue(f"student{number}")] += 1

    assert min(counts) > 50
