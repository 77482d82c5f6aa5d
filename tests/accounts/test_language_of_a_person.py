"""The language that somebody has chosen is theirs, on whatever browser they log in."""

import pytest
from django.test import Client

from accounts.models import Profile
from tests.accounts.fixtures import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_browser_in_another_language_goes_on_in_that_of_the_person(ana):
    Profile.objects.filter(user=ana).update(language="es")
    browser = Client(headers={"Accept-Language": "ru"})
    assert '<html lang="ru"' in browser.get("/accounts/login/").content.decode()

    browser.post("/accounts/login/", {"login": "ana", "password": PASSWORD})

    assert '<html lang="es"' in browser.get("/accounts/profile/").content.decode()


def test_who_has_chosen_none_keeps_that_of_the_browser(ana):
    browser = Client(headers={"Accept-Language": "ru"})

    browser.post("/accounts/login/", {"login": "ana", "password": PASSWORD})

    assert '<html lang="ru"' in browser.get("/accounts/profile/").content.decode()


def test_a_language_that_the_chat_does_not_speak_is_not_kept(log_in, ana):
    browser = log_in(ana)

    browser.post("/language/", {"language": "de", "next": "/accounts/profile/"})

    assert Profile.objects.get(user=ana).language == ""
    assert '<html lang="en"' in browser.get("/accounts/profile/").content.decode()
