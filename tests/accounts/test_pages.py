"""The pages of an account: language, errors beside their fields, health."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client

from chatproject import draining
from tests.accounts.fixtures import SIGN_UP

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepted", "language", "words"),
    [
        ("en", "en", "Welcome back"),
        ("es-MX,es;q=0.9", "es", "contraseña"),
        ("ru", "ru", "Пароль"),
        ("de", "en", "Welcome"),
    ],
)
def test_a_page_speaks_the_language_of_the_browser(accepted, language, words):
    page = Client(headers={"accept-language": accepted}).get("/accounts/login/").content.decode()

    assert f'<html lang="{language}"' in page
    assert words.lower() in page.lower()


def test_the_log_in_says_why_to_whoever_was_logged_out_and_to_nobody_else():
    why = "You were logged out, here or on another device."

    assert why in Client().get("/accounts/login/?ended=1&next=/r/7/").content.decode()
    assert why not in Client().get("/accounts/login/?next=/r/7/").content.decode()


def test_a_chosen_language_is_kept_in_a_cookie_and_in_the_profile(ana, log_in):
    browser = log_in(ana)

    answer = browser.post("/language/", {"language": "ru", "next": "/accounts/logout/"})

    assert answer["Location"] == "/accounts/logout/"
    assert '<html lang="ru"' in browser.get("/accounts/logout/").content.decode()
    ana.profile.refresh_from_db()
    assert ana.profile.language == "ru"


def test_an_unknown_language_is_not_kept(ana, log_in):
    log_in(ana).post("/language/", {"language": "tlh"})

    ana.profile.refresh_from_db()
    assert ana.profile.language == ""


def test_an_error_stands_beside_its_field_and_is_read_out_with_it():
    page = Client().post("/accounts/signup/", {**SIGN_UP, "username": "root"}).content.decode()

    assert 'id="id_username_error"' in page
    assert 'aria-describedby="id_username_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'role="alert"' in page
    assert 'value="Ana María"' in page


def test_passwords_can_be_pasted_and_filled_in_by_a_manager():
    page = Client().get("/accounts/signup/").content.decode()

    assert page.count('autocomplete="new-password"') == 2
    assert 'autocomplete="username"' in page
    assert "onpaste" not in page


def test_a_living_worker_says_so_without_asking_the_database(django_assert_num_queries, ana, log_in):
    browser = log_in(ana)

    with django_assert_num_queries(0):
        answer = browser.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_ready_worker_says_what_is_ready():
    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "layer": "ok", "draining": False}


def test_redis_away_leaves_a_worker_ready(monkeypatch):
    monkeypatch.setattr("chatproject.health.get_channel_layer", lambda: SimpleNamespace(healthy=False))

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["layer"]) == (200, "degraded")


@pytest.mark.parametrize(
    ("trouble", "state"), [(OperationalError("away"), "unavailable"), (None, "unmigrated")]
)
def test_without_its_database_a_worker_is_not_ready(monkeypatch, trouble, state):
    class Executor:
        loader = SimpleNamespace(graph=SimpleNamespace(leaf_nodes=list))

        def __init__(self, connection):
            if trouble:
                raise trouble

        def migration_plan(self, targets):
            return ["accounts.0002"]

    monkeypatch.setattr("chatproject.health.MigrationExecutor", Executor)

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, state)


def test_a_draining_worker_is_not_ready(monkeypatch):
    monkeypatch.setattr("chatproject.health.is_draining", lambda: True)

    assert Client().get("/readyz").status_code == 503
    assert not draining.is_draining()
