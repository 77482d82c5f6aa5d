"""S1–S10: who may open the socket. Refused is: before it is accepted, which the server answers with HTTP 403."""

import asyncio

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as project
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import handshake
from accounts.services import erase_user
from tests.accounts.fixtures import person
from tests.security.sockets import Gate

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = ("Origin", "http://testserver")


@pytest.fixture
def cookie(ana, log_in):
    return cookie_of(log_in(ana))


def cookie_of(browser: Client) -> tuple[str, str]:
    name = project.SESSION_COOKIE_NAME
    return ("Cookie", f"theme=dark; {name}={browser.cookies[name].value}")


def token_of(browser: Client) -> tuple[str, str]:
    return ("X-Session-Token", browser.cookies[project.SESSION_COOKIE_NAME].value)


@async_to_sync
async def knock(*headers, **changes):
    knock = await Gate().knock(*headers, **changes)
    if knock.is_in:
        await knock.leave()
    return knock


def test_s6_a_browser_with_a_session_comes_in_as_that_person(cookie, ana):
    seen = knock(PAGE, cookie, ("Accept-Language", "ru, es;q=0.5"))

    identity = seen.scope["identity"]
    assert (identity.user_id, identity.login) == (ana.pk, "ana")
    assert len(identity.session_hash) == 64
    assert seen.scope["client_address"] == "192.0.2.7"
    assert seen.scope["languages"] == ["ru", "es"]


def test_s5_a_program_comes_in_by_its_token_without_an_origin(ana, log_in):
    assert knock(token_of(log_in(ana))).scope["identity"].login == "ana"


def test_s5_beside_a_token_no_cookie_is_looked_at(ana, log_in, cookie):
    bob = person("bob")

    assert knock(PAGE, cookie, token_of(log_in(bob))).scope["identity"].login == "bob"
    assert not knock(PAGE, cookie, ("X-Session-Token", "unknown0unknown0")).is_in
    assert not knock(PAGE, cookie, ("X-Session-Token", "")).is_in


def test_s5_two_tokens_are_none(ana, log_in):
    token = token_of(log_in(ana))

    assert not knock(token, token).is_in


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://testserver.evil.example",
        "http://testserver:9999",
        "https://testserver",
        "ws://testserver",
        "http://testserver/",
        "http://ana@testserver",
        "http://testserver\u00e9",
        "file://",
    ],
)
def test_s1_s2_s3_every_other_origin_is_refused(cookie, origin):
    assert not knock(("Origin", origin), cookie).is_in


def test_s2_two_origins_are_refused(cookie):
    assert not knock(PAGE, PAGE, cookie).is_in


def test_s5_a_cookie_without_an_origin_is_refused(cookie):
    assert not knock(cookie).is_in


def test_s3_the_port_of_the_page_counts(cookie):
    host = ("Host", "testserver:8000")

    assert knock(host, ("Origin", "http://testserver:8000"), cookie).is_in
    assert not knock(host, PAGE, cookie).is_in


def test_s3_the_standard_port_may_be_left_out(cookie):
    assert knock(("Host", "testserver:80"), PAGE, cookie).is_in


def test_s3_behind_tls_only_the_public_address_is_the_page(cookie, settings):
    settings.PUBLIC_URL, settings.IS_SECURE = "https://testserver", True

    assert knock(("Origin", "https://testserver"), cookie).is_in
    assert not knock(PAGE, cookie).is_in


@pytest.mark.parametrize("host", ["evil.example", "", "testserver@evil.example", "a b", "[", "testserver:x"])
def test_s10_a_forged_host_is_refused_with_a_cookie_and_with_a_token(cookie, ana, log_in, host):
    assert not knock(("Host", host), ("Origin", f"http://{host}"), cookie).is_in
    assert not knock(("Host", host), token_of(log_in(ana))).is_in


def test_s10_two_hosts_are_refused(cookie):
    assert not knock(("Host", "testserver"), ("Host", "testserver"), PAGE, cookie).is_in


@pytest.mark.parametrize(
    "key", ["", "short", "0" * 32, "a\\000b" * 8, "é" * 16, "'; DROP TABLE", '"\\000aaaaaaaa"']
)
def test_s6_an_unknown_session_is_refused(db, key):
    assert not knock(PAGE, ("Cookie", f"{project.SESSION_COOKIE_NAME}={key}")).is_in
    assert not knock(("X-Session-Token", key)).is_in


def test_s6_an_expired_session_is_refused(ana, log_in):
    browser = log_in(ana)
    session = browser.session
    session.set_expiry(timezone.now() - timezone.timedelta(seconds=1))
    session.save()

    assert not knock(PAGE, cookie_of(browser)).is_in
    assert not knock(token_of(browser)).is_in


def test_s11_a_session_that_was_logged_out_is_refused(ana, log_in):
    browser = log_in(ana)
    cookie = cookie_of(browser)
    browser.post("/accounts/logout/")

    assert not knock(PAGE, cookie).is_in


def test_s12_a_session_from_before_a_new_password_is_refused(ana, log_in):
    browser = log_in(ana)
    ana.set_password("another quiet heron")
    ana.save()

    assert not knock(PAGE, cookie_of(browser)).is_in


def test_s13_a_deactivated_and_an_erased_person_are_refused(ana, log_in):
    deactivated, erased = log_in(ana), log_in(bob := person("bob"))
    ana.is_active = False
    ana.save()
    erase_user(bob)

    assert not knock(PAGE, cookie_of(deactivated)).is_in
    assert not knock(PAGE, cookie_of(erased)).is_in


def test_a_session_signed_with_a_retired_key_is_let_in_and_left_alone(ana, log_in, settings):
    browser = log_in(ana)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]

    assert knock(PAGE, cookie_of(browser)).is_in
    assert knock(PAGE, cookie_of(browser)).is_in


@pytest.mark.parametrize("path", ["/", "/ws", "/ws//", "/ws/other/", "/ws/../admin/", "/%00", "/ws/\x1b[2J"])
def test_s9_an_unknown_path_is_refused_quietly(cookie, path, caplog):
    assert not knock(PAGE, cookie, path=path).is_in
    assert not [record for record in caplog.records if record.exc_info or "\n" in record.getMessage()]


def test_s18_no_secret_is_logged_when_somebody_is_refused(cookie, ana, log_in, caplog):
    caplog.set_level("DEBUG", "chat")
    token = token_of(log_in(ana))

    knock(("Origin", "https://evil.example"), cookie)
    knock(token, token)

    assert "refused" in caplog.text
    assert token[1] not in caplog.text
    assert cookie[1] not in caplog.text


def test_nobody_waits_behind_one_who_knocks_many_times_at_once(ana, log_in, monkeypatch, settings):
    settings.REDIS_URL = ""  # whose answers let them in one after the other
    boris = person("boris")
    often, once = token_of(log_in(ana)), token_of(log_in(boris))
    looked_up = []

    def note(keys):
        looked_up.append(sorted(keys))
        return real(keys)

    real = handshake.identify_all
    monkeypatch.setattr(handshake, "identify_all", note)

    @async_to_sync
    async def scenario():
        gate = Gate()
        knocks = await asyncio.gather(*(gate.knock(token) for token in [often] * 30 + [once]))
        for knock in knocks:
            assert knock.is_in
            await knock.leave()

    scenario()

    assert len(looked_up) <= 2, "what comes while one is looked up goes together, each session once"
    assert any(once[1] in keys for keys in looked_up)


def test_many_who_come_at_once_are_looked_up_together(log_in, monkeypatch, settings):
    settings.REDIS_URL = ""  # whose answers let them in one after the other
    monkeypatch.setattr(handshake, "AT_ONCE", 4)
    tokens = [token_of(log_in(person(f"person{number}"))) for number in range(6)]
    looked_up = []

    def note(keys):
        looked_up.append(list(keys))
        return real(keys)

    real = handshake.identify_all
    monkeypatch.setattr(handshake, "identify_all", note)

    @async_to_sync
    async def scenario():
        gate = Gate()
        knocks = await asyncio.gather(
            *(gate.knock(token) for token in [*tokens, ("X-Session-Token", "x" * 32)])
        )
        assert [knock.is_in for knock in knocks] == [True] * 6 + [False]
        for knock in knocks:
            await knock.leave()

    scenario()

    assert sum(map(len, looked_up)) == 7
    assert max(map(len, looked_up)) <= 4
    assert len(looked_up) <= 3


def test_while_the_database_is_away_all_who_wait_are_told_and_then_let_in(
    ana, log_in, monkeypatch, caplog, settings
):
    settings.REDIS_URL = ""  # whose answers let them in one after the other
    tokens = [token_of(log_in(ana)), token_of(log_in(person("boris")))]
    answers = [OperationalError("away"), OperationalError("away")]

    def away(keys):
        if answers:
            raise answers.pop()
        return real(keys)

    real = handshake.identify_all
    monkeypatch.setattr(handshake, "identify_all", away)

    @async_to_sync
    async def scenario():
        gate = Gate()
        first = await asyncio.gather(*(gate.knock(token) for token in tokens))
        second = await asyncio.gather(*(gate.knock(token) for token in tokens))
        for knock in second:
            await knock.leave()
        return [knock.is_in for knock in first], [knock.is_in for knock in second]

    assert scenario() == ([False, False], [True, True])


def test_a_session_that_cannot_be_read_shuts_out_nobody_else(ana, log_in, monkeypatch, caplog):
    bad, good = token_of(log_in(ana)), token_of(log_in(person("boris")))

    def choke(keys):
        if bad[1] in keys:
            raise ValueError("no number")
        return real(keys)

    real = handshake.identify_all
    monkeypatch.setattr(handshake, "identify_all", choke)

    @async_to_sync
    async def scenario():
        gate = Gate()
        knocks = await asyncio.gather(gate.knock(bad), gate.knock(good), return_exceptions=True)
        await knocks[1].leave()
        return knocks

    knocks = scenario()

    assert knocks[1].is_in
    assert isinstance(knocks[0], ValueError) or not knocks[0].is_in
