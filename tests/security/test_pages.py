"""S10, S59, S60, S96, S97: what pages allow a browser, and what they never tell."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.fixtures import PASSWORD

pytestmark = pytest.mark.django_db
ENTRANCES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nothing/here/"]
APPLICATION = ["/sw.js", "/application-en.webmanifest", "/offline/en/"]
ACCOUNT = [
    "/accounts/profile/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/sessions/",
    "/accounts/logout/",
]
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def visitor_of(path, user, log_in):
    """Whoever sees this page: nobody yet at an entrance, somebody on the pages of an account."""
    return Client() if path in ENTRANCES else log_in(user)


def without_token(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


def policy_of(answer):
    return {directive.strip() for directive in answer["Content-Security-Policy"].split(";")}


@pytest.mark.parametrize("path", [*ENTRANCES, *APPLICATION, "/healthz", "/session"])
def test_s59_every_answer_carries_the_strict_policy(path):
    assert policy_of(Client().get(path)) == POLICY


@pytest.mark.parametrize("path", [*ACCOUNT, "/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/"])
def test_s59_the_pages_of_an_account_and_the_administration_carry_it_too(log_in, path):
    answer = log_in(User.objects.create_superuser("boss", password=PASSWORD)).get(path)

    assert answer.status_code == 200
    assert policy_of(answer) == POLICY


@pytest.mark.parametrize("path", [*ENTRANCES, *ACCOUNT])
def test_s59_no_page_needs_what_the_policy_forbids(ana, log_in, path):
    page = visitor_of(path, ana, log_in).get(path).content.decode()
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.S)

    assert all("src=" in attributes or "application/json" in attributes for attributes, _body in scripts)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


@pytest.mark.parametrize("path", [*ENTRANCES, *ACCOUNT])
def test_s60_no_page_asks_another_host_for_anything(ana, log_in, path):
    page = visitor_of(path, ana, log_in).get(path).content.decode()

    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert addresses
    assert not [address for address in addresses if re.match(r"\w+:|//", address)]


@pytest.mark.parametrize("path", APPLICATION)
def test_s96_what_a_device_keeps_of_the_application_is_the_same_for_everybody(ana, log_in, path):
    nobody, somebody = (without_token(browser.get(path)) for browser in (Client(), log_in(ana)))

    assert nobody == somebody
    assert ana.get_username() not in somebody


def test_s96_pages_forbid_what_no_page_needs():
    answer = Client().get("/accounts/login/")

    assert "geolocation=()" in answer["Permissions-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [*ACCOUNT, "/session", "/admin/"])
def test_s96_what_is_written_for_one_person_is_kept_by_no_cache(log_in, path):
    answer = log_in(User.objects.create_superuser("boss")).get(path)

    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b"]
)
def test_s10_a_forged_host_is_refused(host):
    answer = Client(headers={"host": host}).get("/accounts/login/")

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing/here/", 404),
        ("/admin/nothing/", 302),
        ("/accounts/nothing/", 404),
        ("/_allauth/app/v1/nothing", 404),
    ],
)
def test_s97_an_error_tells_nothing_about_the_inside(path, status):
    answer = Client().get(path)

    assert answer.status_code == status
    assert not re.search(
        r"Traceback|django|python|settings|urlpatterns|/site-packages", answer.content.decode(), re.I
    )
    assert "Server" not in answer


def test_s97_a_bug_is_answered_with_a_page_that_needs_nothing(monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("accounts.views.identify", broken)
    browser = Client(raise_request_exception=False, headers={"accept-language": "en"})

    answer = browser.get("/session", headers={"X-Session-Token": "x"})

    assert answer.status_code == 500
    assert "Something broke" in answer.content.decode()
    assert "secret of the house" not in answer.content.decode()


def test_s97_a_missing_csrf_token_is_explained(ana):
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "en"}).post("/accounts/login/", {})

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_a_text_from_before_one_logged_in_anew_is_shown_again_but_not_that_of_another_site(ana, log_in):
    browser = log_in(ana)
    browser.handler.enforce_csrf_checks = True

    def send(origin):
        return browser.post("/r/1/post/", {"text": "a <b>long</b> letter"}, headers={"origin": origin})

    ours, theirs = send("http://testserver"), send("https://evil.example")

    assert (ours.status_code, theirs.status_code) == (403, 403)
    assert "a &lt;b&gt;long&lt;/b&gt; letter</textarea>" in ours.content.decode()
    assert "letter" not in theirs.content.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, path)
        for path in [
            "/session",
            "/language/",
            "/healthz",
            "/readyz",
            *APPLICATION,
            "/accounts/login/",
            "/_allauth/app/v1/auth/login",
        ]
        for method in ("get", "post", "put", "patch", "delete", "options", "head", "trace")
    ],
)
def test_s97_no_method_breaks_anything(method, path):
    answer = getattr(Client(), method)(path)

    assert answer.status_code < 500


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b'{"username": 7}', b"\xff\xfe", b"[" * 5000]
)
@pytest.mark.parametrize("path", ["login", "signup"])
def test_s97_no_json_breaks_the_doors_for_programs(path, body):
    answer = Client().post(f"/_allauth/app/v1/auth/{path}", body, content_type="application/json")

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud800", "x" * 100_000, "\u202e", "🦊" * 500])
def test_s97_no_text_breaks_the_forms(value):
    fields = "first_name last_name username age gender password1 password2 email login password next language".split()
    form = urlencode(dict.fromkeys(fields, value.encode("utf-8", "surrogatepass")))

    for path in ("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/", "/language/"):
        answer = Client().post(path, form, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500
