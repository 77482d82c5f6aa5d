"""What `bin/autobahn` takes for worse than known, and what not."""

import json
from pathlib import Path

import pytest

from tests.autobahn.report import Outcome, read, summary


def outcome(case: str, behavior: str, closing: str = "OK", close_code: int | None = 1000) -> Outcome:
    return Outcome(case=case, behavior=behavior, closing=closing, close_code=close_code)


@pytest.mark.parametrize(
    ("found", "is_worse"),
    [
        (outcome("1.1.1", "OK"), False),
        (outcome("1.1.1", "FAILED"), True),
        (outcome("1.1.1", "NON-STRICT"), True),
        (outcome("1.1.1", "OK", closing="UNCLEAN"), True),
        (outcome("9.1.6", "FAILED", closing="FAILED", close_code=1009), False),
        (outcome("9.1.6", "FAILED", closing="UNCLEAN", close_code=None), True),
        (outcome("9.1.1", "FAILED", close_code=1009), True),
        (outcome("3.2", "NON-STRICT", close_code=1002), False),
        (outcome("3.2", "FAILED", close_code=1002), True),
        (outcome("3.4", "NON-STRICT", close_code=1002), False),
        (outcome("12.1.1", "UNIMPLEMENTED"), False),
    ],
)
def test_a_case_is_worse_when_it_ends_otherwise_than_well_or_known(found: Outcome, is_worse: bool) -> None:
    assert found.is_worse is is_worse


def test_the_summary_counts_all_and_names_what_differs(tmp_path: Path) -> None:
    cases = {"10.1.1": ("FAILED", None), "3.2": ("OK", 1002), "3.4": ("OK", 1002), "1.1.1": ("OK", 1000)}
    index = tmp_path / "index.json"
    index.write_text(
        json.dumps(
            {
                "chat": {
                    case: {"behavior": behavior, "behaviorClose": "OK", "remoteCloseCode": code}
                    for case, (behavior, code) in cases.items()
                }
            }
        )
    )

    assert summary(read(index, "chat")).splitlines() == [
        "4 cases: 3 OK, 1 FAILED",
        "worse than known: 10.1.1: FAILED, closing OK with None",
        "better than known: 3.2: OK, closing OK with 1002",
    ]
