"""Addresses at the far ends of what a number or a day can be: they are answered, not stumbled over."""

import pytest

from tests.services.administration.pages import LOG, text_of

pytestmark = pytest.mark.django_db


def test_the_last_day_of_the_calendar_is_refused_and_the_one_before_it_is_empty(boss):
    assert "log-form__error" in text_of(boss, LOG, day="9999-12-31")
    assert "Nothing found." in text_of(boss, LOG, day="9999-12-30")
    assert "Nothing found." in text_of(boss, LOG, day="0001-01-01")


@pytest.mark.parametrize("path", ["/r/{}/", "/r/{}/1/", "/r/{}/post/"])
def test_a_room_with_a_number_beyond_all_numbers_is_not_there(boss, path):
    address = path.format(10**26)
    answer = boss.post(address, {"text": "hello"}) if "post" in path else boss.get(address)

    assert answer.status_code == 404
