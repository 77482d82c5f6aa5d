"""Coming in and going out, on the page and by a program."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.sessions import identify
from tests.accounts.fixtures import PASSWORD

pytestmark = pytest.mark.django_db
TOKEN = "X-Session-Token"


def log_in_by_program(**data):
    return Client().post("/_allauth/app/v1/auth/login", data, content_type="application/json")


@pytest.mark.parametrize("login", ["ana", "ANA", " ana "])
def test_one_comes_in_by_login_and_password(ana, login):
    browser = Client()

    answer = browser.post("/accounts/login/", {"login": login, "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.get("/session").json() == {"login": "ana"}


def test_a_program_gets_a_token_by_login_and_password(ana):
    answer = log_in_by_program(username="ana", password=PASSWORD)

    token = answer.json()["meta"]["session_token"]
    assert identify(token).user_id == ana.pk
    assert Client().get("/session", headers={TOKEN: token}).json() == {"login": "ana"}


@pytest.mark.parametrize(
    ("login", "password"), [("ana", "wrong quiet heron"), ("nobody", PASSWORD), ("ana", "")]
)
def test_who_does_not_know_both_stays_outside(ana, login, password):
    browser = Client()

    answer = browser.post("/accounts/login/", {"login": login, "password": password})

    assert answer.status_code == 200
    assert browser.get("/session").status_code == 401
    assert log_in_by_program(username=login, password=password).status_code == 400


def test_nobody_comes_in_by_e_mail(ana):
    ana.email = "ana@example.org"
    ana.save()

    assert (
        Client().post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD}).status_code
        == 200
    )


def test_a_closed_account_lets_nobody_in(ana):
    ana.is_active = False
    ana.save()
    browser = Client()

    answer = browser.post("/accounts/login/", {"login": "ana", "password": PASSWORD}, follow=True)

    assert "closed" in answer.content.decode()
    assert browser.get("/session").status_code == 401
    assert log_in_by_program(username="ana", password=PASSWORD).status_code != 200


def test_logging_out_ends_the_session(ana, log_in):
    browser = log_in(ana)

    assert browser.get("/accounts/logout/").status_code == 200
    assert browser.get("/session").status_code == 200
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get("/session").status_code == 401


def test_a_program_logs_out_by_ending_its_token(ana):
    token = log_in_by_program(username="ana", password=PASSWORD).json()["meta"]["session_token"]

    Client().delete("/_allauth/app/v1/auth/session", headers={TOKEN: token})

    assert identify(token) is None


def test_beside_a_token_the_cookie_does_not_say_who_one_is(ana, log_in):
    assert log_in(ana).get("/session", headers={TOKEN: "unknown0unknown0"}).status_code == 401


def test_a_password_with_spaces_around_is_taken_whole_on_the_page_and_by_a_program():
    spaced = "  seven quiet herons  "
    User.objects.create_user("bob", password=spaced)

    assert Client().post("/accounts/login/", {"login": "bob", "password": spaced}).status_code == 302
    assert log_in_by_program(username="bob", password=spaced).status_code == 200
    assert log_in_by_program(username="bob", password=spaced.strip()).status_code == 400


def test_changing_the_password_needs_the_old_one_and_ends_the_other_sessions(ana, log_in):
    here, elsewhere = log_in(ana), log_in(ana)
    new = {"password1": "nine loud magpies", "password2": "nine loud magpies"}

    refused = here.post("/accounts/password/change/", {"oldpassword": "wrong", **new})
    done = here.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})

    assert (refused.status_code, done.status_code) == (200, 302)
    assert here.get("/session").status_code == 200
    assert elsewhere.get("/session").status_code == 401
