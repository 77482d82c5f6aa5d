"""S16, S17, S76–S85: sessions, passwords, guessing, redirects, framing, the administration."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from accounts.models import User
from rooms.services.rooms import ensure_default_room
from tests.accounts.fixtures import PASSWORD, SIGN_UP, person

pytestmark = pytest.mark.django_db
LOG_IN = {"login": "ana", "password": PASSWORD}
SESSION = "sessionid"


def enter(browser=None, **changes):
    return (browser or Client()).post("/accounts/login/", {**LOG_IN, **changes})


def test_s16_the_session_is_another_one_after_log_in(ana):
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    browser.cookies[SESSION] = before = session.session_key

    enter(browser)

    assert browser.cookies[SESSION].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_s17_no_script_reads_the_cookies_and_no_other_site_sends_them(ana):
    cookies = enter(browser := Client()).cookies
    browser.post("/language/", {"language": "es"})

    assert {SESSION, "csrftoken"} <= set(cookies)
    for cookie in browser.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]


def test_s18_no_answer_carries_a_token_in_its_address(ana):
    assert enter()["Location"] == "/"
    assert Client().get("/session?token=abc&X-Session-Token=abc").status_code == 401


def test_s76_sign_up_does_not_tell_whether_an_e_mail_address_is_known(ana):
    EmailAddress.objects.create(user=ana, email="ana@example.org", verified=True, primary=True)

    known = Client().post("/accounts/signup/", {**SIGN_UP, "email": "ana@example.org"})
    unknown = Client().post("/accounts/signup/", {**SIGN_UP, "username": "bela", "email": "bela@example.org"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"]) == (302, "/")
    assert EmailAddress.objects.get(user=ana).verified


def test_s76_asking_for_a_new_password_does_not_tell_whether_an_e_mail_address_is_known(ana):
    EmailAddress.objects.create(user=ana, email="ana@example.org", verified=True, primary=True)

    def ask(email):
        return Client().post("/accounts/password/reset/", {"email": email}, follow=True)

    known, unknown = ask("ana@example.org"), ask("nobody@example.org")

    assert known.redirect_chain == unknown.redirect_chain
    assert without_tokens(known) == without_tokens(unknown)
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]


def without_tokens(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "123456789",
        "password123",
        "qwertyuiop",
        "1234567890",
        "aaaaaaaaaaaa",
        "chatchat12",
        "adminadmin1",
        "x" * 129,
    ],
)
def test_s77_a_weak_password_is_refused(password):
    answer = Client().post("/accounts/signup/", {**SIGN_UP, "password1": password, "password2": password})

    assert "password1" in answer.context["form"].errors


@pytest.mark.parametrize(
    "password",
    ["herons at dawn, " * 8, "correct horse", "только буквы", "🦊🦊🐻🐼🐨🐯🦁🐮🐷🐸", " lead and trail "],
)
def test_s77_a_good_password_is_taken_whole_whatever_it_is_made_of(password):
    Client().post("/accounts/signup/", {**SIGN_UP, "password1": password, "password2": password})

    assert enter(login="anita", password=password).status_code == 302
    assert enter(login="anita", password=password[:-1]).status_code == 200


def test_s78_guessing_at_one_account_is_stopped_however_its_login_is_spelled(ana):
    guesses = [
        enter(login=login, password="wrong quiet heron") for login in ("ana", "ANA", "аna", "Ana", " ana")
    ]
    assert all("too many" not in answer.content.decode().lower() for answer in guesses)

    stopped = enter()

    assert stopped.status_code == 200
    assert "too many attempts" in stopped.content.decode().lower()


def test_s78_guessing_at_many_accounts_from_one_address_is_stopped(ana):
    for n in range(10):
        enter(login=f"person{n}", password="wrong quiet heron")

    assert "too many attempts" in enter().content.decode().lower()
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert enter(elsewhere).status_code == 302


def test_s78_without_limits_nobody_is_stopped(ana, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    for _ in range(12):
        enter(password="wrong quiet heron")

    assert enter().status_code == 302


def test_s78_programs_share_the_limit(ana):
    for _ in range(5):
        enter(password="wrong quiet heron")

    path, data = "/_allauth/app/v1/auth/login", {"username": "ana", "password": PASSWORD}
    assert Client().post(path, data, content_type="application/json").status_code == 400


def test_s80_a_link_for_a_new_password_works_once_and_only_by_post(ana):
    EmailAddress.objects.create(user=ana, email="ana@example.org", verified=True, primary=True)
    Client().post("/accounts/password/reset/", {"email": "ana@example.org"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]

    scanner = Client()
    scanner.get(link, follow=True)
    visitor = Client()
    form = visitor.get(link, follow=True)
    new = {"password1": "nine loud magpies", "password2": "nine loud magpies"}
    visitor.post(form.redirect_chain[-1][0], new)

    assert form["Referrer-Policy"] == "same-origin"
    assert enter(password="nine loud magpies").status_code == 302
    assert "password1" not in Client().get(link, follow=True).content.decode()


def test_s81_another_e_mail_address_asks_for_the_password_first(ana, log_in):
    ana_here = log_in(ana)

    answer = ana_here.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/profile/",
        "/accounts/sessions/",
        "/language/",
        "/theme/",
        "/admin/",
    ],
)
def test_s82_a_form_of_another_site_does_nothing(ana, path):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)

    assert browser.post(path, {**SIGN_UP, **LOG_IN, "language": "ru"}).status_code == 403


def test_s82_looking_at_a_page_changes_nothing(ana, log_in):
    browser = log_in(ana)

    for path in ("/accounts/logout/", "/accounts/email/", "/accounts/password/change/", "/language/"):
        browser.get(path)

    assert browser.get("/session").json() == {"login": "ana"}
    assert "django_language" not in browser.cookies


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https:evil",
        "https://evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\\evil",
    ],
)
def test_s83_nobody_is_led_to_another_site(ana, log_in, target):
    entered = Client().post("/accounts/login/", {**LOG_IN, "next": target})
    spoke = Client().post("/language/", {"language": "es", "next": target})
    left = log_in(ana).post("/accounts/logout/", {"next": target})

    assert entered["Location"] == "/"
    assert spoke["Location"] in {"/", "/language/"}
    assert left["Location"] == "/accounts/login/"


def test_s83_one_is_led_back_to_where_one_wanted_to_go(ana):
    assert Client().post("/accounts/login/", {**LOG_IN, "next": "/r/7/"})["Location"] == "/r/7/"


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/nothing/here/", "/admin/"])
def test_s84_no_page_is_shown_inside_another(path, ana):
    answer = Client().get(path, follow=True)

    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_s85_the_administration_is_for_staff_and_behind_the_same_log_in(ana, log_in):
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    assert log_in(ana).get("/admin/", follow=True).status_code == 403
    assert log_in(User.objects.create_superuser("boss")).get("/admin/").status_code == 200


def test_s85_no_account_is_there_that_nobody_made(db):
    assert not User.objects.exists()


def test_s85_the_administration_shows_names_as_text(log_in):
    boss = User.objects.create_superuser("boss")
    person("eve", first_name="<script>alert(1)</script>", last_name='"><img src=x onerror=alert(1)>')

    page = log_in(boss).get("/admin/accounts/user/").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_s85_who_reads_messages_is_noted(log_in):
    ensure_default_room()
    boss = log_in(User.objects.create_superuser("boss"))

    boss.get("/admin/rooms/message/", {"words": "holiday"})
    boss.get("/admin/rooms/message/", {"kind": "private", "author": "boss"})

    assert [(entry.user.username, entry.change_message) for entry in LogEntry.objects.order_by("pk")] == [
        ("boss", '{"words": "holiday"}'),
        ("boss", '{"author": "boss", "kind": "private"}'),
    ]
