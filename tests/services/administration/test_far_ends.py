"""Addresses at the far ends of what a number or a day can be: they are answered, not stumbled over."""

import pytest

from tests.services.administration.pages import CONNECTIONS, LOG, PEOPLE, ROOMS, text_of

pytestmark = pytest.mark.django_db


def test_the_last_day_of_the_calendar_is_refused_and_the_one_before_it_is_empty(boss):
    assert "log-form__error" in text_of(boss, LOG, day="9999-12-31")
    assert "Nothing found." in text_of(boss, LOG, day="9999-12-30")
    assert "Nothing found." in text_of(boss, LOG, day="0001-01-01")


def test_a_day_that_begins_before_the_calendar_is_refused_where_it_does(boss):
    boss.cookies["zone"] = "Asia/Tokyo"

    assert "log-form__error" in text_of(boss, LOG, day="0001-01-01")
    assert "Nothing found." in text_of(boss, LOG, day="0001-01-02")


@pytest.mark.parametrize("page", ["change", "history", "delete"])
@pytest.mark.parametrize("path", [ROOMS, PEOPLE, LOG, CONNECTIONS])
def test_nothing_has_a_page_under_a_number_beyond_all_numbers(boss, path, page):
    for number in (10**26, 2**63, "9" * 400):
        assert boss.get(f"{path}{number}/{page}/").status_code in {302, 403, 404}


@pytest.mark.parametrize("path", ["/r/{}/", "/r/{}/1/", "/r/{}/post/"])
def test_a_room_with_a_number_beyond_all_numbers_is_not_there(boss, path):
    address = path.format(10**26)
    answer = boss.post(address, {"text": "hello"}) if "post" in path else boss.get(address)

    assert answer.status_code == 404
