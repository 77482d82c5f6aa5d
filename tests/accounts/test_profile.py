"""What one says about oneself, and what others see of it."""

from datetime import date
from unittest.mock import patch

import pytest
from django.test import Client

from accounts.models import Profile, User
from accounts.services import erase_user
from tests.accounts.fixtures import PASSWORD, person

pytestmark = pytest.mark.django_db
PATH = "/accounts/profile/"
SAID = {"first_name": "Ana", "last_name": "Pérez", "age": "21", "gender": "undisclosed"}


@pytest.fixture
def here(ana, log_in):
    return log_in(ana)


@pytest.fixture
def other(log_in):
    return log_in(person("bob"))


def say(browser, **changes):
    return browser.post(PATH, {**SAID, **changes})


def card_for(browser, login="ana"):
    return browser.get(f"/people/{login}/").context["card"]


@pytest.mark.parametrize("path", [PATH, "/people/ana/", "/people/nobody/"])
def test_a_stranger_is_led_to_the_log_in(ana, path):
    assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"


def test_one_changes_what_one_said(ana, here):
    answer = say(here, first_name="  Ana  María ", last_name="Gómez", age="22", gender="female")

    assert (answer.status_code, answer["Location"]) == (302, PATH)
    ana = User.objects.get(pk=ana.pk)
    assert ana.display_name == "Ana María Gómez"
    assert (ana.profile.age, ana.profile.gender) == (22, "female")
    assert "Saved." in here.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("first_name", "\u3164"),
        ("last_name", "Ana<b>"),
        ("last_name", "Аna"),
        ("age", "12"),
        ("age", "131"),
        ("gender", "unicorn"),
    ],
)
def test_what_sign_up_refuses_is_refused_here_beside_its_field(ana, here, field, value):
    answer = say(here, **{field: value})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert User.objects.get(pk=ana.pk).display_name == "Ana Pérez"


def test_what_was_refused_is_not_shown_as_what_others_see(here):
    assert say(here, first_name="Ana<b>").context["card"].name == "Ana Pérez"


def test_an_age_is_stated_anew_only_if_it_is_another_one(ana, here):
    Profile.objects.filter(user=ana).update(age=20, age_stated_on=date(2020, 1, 31))
    with patch("django.utils.timezone.localdate", return_value=date(2021, 6, 1)):
        say(here, age="21", gender="other")
        assert Profile.objects.get(user=ana).age_stated_on == date(2020, 1, 31)

        say(here, age="25", gender="other")

    profile = Profile.objects.get(user=ana)
    assert (profile.age, profile.age_stated_on) == (25, date(2021, 6, 1))


def test_the_form_shows_the_age_of_today(ana, here):
    Profile.objects.filter(user=ana).update(age=20, age_stated_on=date(2020, 1, 31))

    with patch("django.utils.timezone.localdate", return_value=date(2024, 6, 1)):
        assert here.get(PATH).context["form"]["age"].value() == 24


def test_names_are_changed_a_few_times_an_hour_and_the_rest_as_often_as_one_likes(ana, here):
    for name in "ABCDE":
        assert say(here, first_name=name).status_code == 302

    refused = say(here, first_name="F")

    assert refused.status_code == 429
    assert "wait an hour" in refused.content.decode()
    assert User.objects.get(pk=ana.pk).first_name == "E"
    assert say(here, first_name="E", age="30").status_code == 302


def test_somebody_without_a_profile_makes_one_here(log_in):
    boss = User.objects.create_superuser("boss", "", PASSWORD)
    browser = log_in(boss)

    assert browser.get(PATH).status_code == 200
    say(browser, gender="other")

    assert Profile.objects.get(user=boss).age == 21


def test_others_see_names_and_nothing_else_until_one_lets_them(ana, here, other):
    Profile.objects.filter(user=ana).update(gender="female")
    assert card_for(other) == card_for(here)
    assert (card_for(other).name, card_for(other).login) == ("Ana Pérez", "ana")
    assert (card_for(other).age, card_for(other).gender) == (None, "")

    say(here, gender="female", shows_age="on", shows_gender="on")

    assert (card_for(other).age, card_for(other).gender) == (21, "female")
    page = other.get("/people/ana/").content.decode()
    assert "<dd>21</dd>" in page
    assert "<dd>female</dd>" in page


def test_one_sees_what_others_see(here, other):
    say(here, shows_age="on")

    assert here.get(PATH).context["card"] == card_for(other)


def test_a_gender_that_was_not_told_is_not_shown(here, other):
    say(here, gender="undisclosed", shows_gender="on")

    assert card_for(other).gender == ""


def test_one_can_write_to_others_and_not_to_oneself(here, other):
    assert 'href="/p/ana/"' in other.get("/people/ana/").content.decode()
    assert "/p/ana/" not in here.get("/people/ana/").content.decode()


@pytest.mark.parametrize("login", ["nobody", "%00", "a" * 3000, "deleted-1"])
def test_there_is_no_page_of_nobody(here, login):
    assert here.get(f"/people/{login}/").status_code == 404


def test_there_is_no_page_of_an_erased_person(ana, other):
    erase_user(ana)

    assert other.get("/people/ana/").status_code == 404
    assert other.get(f"/people/deleted-{ana.pk}/").status_code == 404


def test_a_name_is_shown_as_text(other):
    person("eve", first_name="<script>alert(1)</script>")

    page = other.get("/people/eve/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_language_and_look_are_chosen_here(here):
    here.post("/language/", {"language": "es", "next": f"{PATH}#language"})
    answer = here.post("/theme/", {"theme": "dark", "next": f"{PATH}#appearance"})

    assert answer["Location"] == f"{PATH}#appearance"
    page = here.get(PATH).content.decode()
    assert '<html lang="es" data-theme="dark"' in page
    assert 'value="es" lang="es" aria-current="true"' in page
    assert 'value="dark" aria-current="true"' in page
