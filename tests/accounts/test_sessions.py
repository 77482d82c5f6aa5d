"""Which sessions have ended, and why: what the two-second poll asks for all sockets of a worker."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from accounts.services import erase_user
from accounts.sessions import ended, identify, identify_all, session_hash
from tests.accounts.fixtures import person

pytestmark = pytest.mark.django_db


def identity_of(browser):
    return identify(browser.session.session_key)


@pytest.fixture
def here(ana, log_in):
    return identity_of(log_in(ana))


def test_a_living_session_has_not_ended(here):
    assert ended([here]) == {}


def test_a_deleted_session_has_ended(here):
    Session.objects.all().delete()

    assert ended([here]) == {here.session_key: 4401}


def test_an_expired_session_has_ended(here):
    Session.objects.update(expire_date=timezone.now())

    assert ended([here]) == {here.session_key: 4401}


def test_a_new_password_ends_the_sessions_however_it_was_set(ana, here):
    ana.set_password("nine loud magpies")
    User.objects.filter(pk=ana.pk).update(password=ana.password)

    assert ended([here]) == {here.session_key: 4401}


def test_a_closed_account_is_shut_out_and_an_erased_one_has_ended(ana, log_in, here):
    other = identity_of(log_in(bob := person("bob")))
    User.objects.filter(pk=ana.pk).update(is_active=False)
    erase_user(bob)

    assert ended([here, other]) == {here.session_key: 4403, other.session_key: 4401}


def test_only_the_sessions_that_ended_are_named(ana, log_in, here):
    browser = log_in(ana)
    other = identity_of(browser)
    browser.post("/accounts/logout/")

    assert ended([here, other]) == {other.session_key: 4401}


def test_however_many_sessions_there_are_two_queries_answer(ana, log_in, django_assert_num_queries):
    many = [identity_of(log_in(ana)) for _ in range(3)] + [identity_of(log_in(person("bob")))]

    with django_assert_num_queries(2):
        assert ended(many) == {}
    with django_assert_num_queries(0):
        assert ended([]) == {}


def test_however_many_come_two_queries_say_who_they_are(ana, log_in, django_assert_num_queries):
    keys = [log_in(person(f"person{number}")).session.session_key for number in range(4)]

    with django_assert_num_queries(2):
        found = identify_all([*keys, "0" * 32, "not a key at all"])

    assert [found[key].login for key in keys] == [f"person{number}" for number in range(4)]
    assert len(found) == 4


def test_a_session_is_known_by_its_hash_elsewhere(here):
    assert here.session_hash == session_hash(here.session_key)
    assert len(here.session_hash) == 64
    assert here.session_key not in here.session_hash


def test_a_session_signed_with_a_retired_key_lives_on(ana, log_in, settings):
    key = log_in(ana).session.session_key
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]

    identity = identify(key)

    assert identity.login == "ana"
    assert ended([identity]) == {}
    assert Session.objects.filter(session_key=key).exists()
