"""What the log of administrators must know of a text before it prints it."""

import pytest

from rooms.admin.log import may_be_scrolled


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 17,
        "w" * 300,
        "\n".join(["Few lines, each of which becomes two on a phone"] * 11),
        "\t\t\t\t" * 10,
        "a\u2028" * 17,
    ],
)
def test_a_text_that_may_not_be_seen_as_a_whole_is_reached_by_key(text: str) -> None:
    assert may_be_scrolled(text)


@pytest.mark.parametrize(
    "text", ["", "Good morning", "one\ntwo\nthree", "A sentence of the usual length, as people write them."]
)
def test_what_people_usually_write_is_no_stop_for_the_tab_key(text: str) -> None:
    assert not may_be_scrolled(text)
