"""The look that one has chosen."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def choose(browser, theme, **more):
    return browser.post("/theme/", {"theme": theme, "next": LOGIN}, **more)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_look_stays_on_every_page(theme):
    browser = Client()

    answer = choose(browser, theme)

    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    for path in (LOGIN, "/accounts/signup/", "/nothing/here/"):
        assert f' data-theme="{theme}"' in browser.get(path).content.decode()


def test_the_look_is_the_devices_until_one_chooses_and_again_when_one_says_so():
    browser = Client()
    assert "data-theme" not in browser.get(LOGIN).content.decode()

    choose(browser, "dark")
    choose(browser, "auto")

    assert "data-theme" not in browser.get(LOGIN).content.decode()


@pytest.mark.parametrize("theme", ["", "pink", '"><script>', "\0"])
def test_what_is_no_look_changes_nothing(theme):
    browser = Client()
    choose(browser, "dark")

    choose(browser, theme)
    assert browser.cookies["theme"].value == "dark"

    browser.cookies["theme"] = theme
    assert "data-theme" not in browser.get(LOGIN).content.decode()


def test_a_script_is_not_led_anywhere():
    browser = Client()

    answer = choose(browser, "dark", headers={"accept": "application/json"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert browser.cookies["theme"].value == "dark"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil", ""]
)
def test_nobody_is_led_to_another_site(target):
    answer = Client().post("/theme/", {"theme": "dark", "next": target})

    assert answer["Location"] == "/"


def test_looking_at_the_address_chooses_nothing():
    answer = Client().get("/theme/?theme=dark")

    assert answer.status_code == 405
    assert not answer.cookies


def test_a_form_of_another_site_chooses_nothing():
    assert choose(Client(enforce_csrf_checks=True), "dark").status_code == 403
