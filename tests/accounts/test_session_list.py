"""Where one is logged in, and how one ends it."""

from importlib import import_module

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.services import end_oldest_sessions, end_sessions, erase_user
from accounts.sessions import LONGEST_LIST, identify, open_sessions
from tests.accounts.fixtures import PASSWORD, SIGN_UP, person

pytestmark = pytest.mark.django_db
PATH = "/accounts/sessions/"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"


def enter(login="ana", **headers):
    browser = Client(headers={"accept-language": "en", **headers})
    assert browser.post("/accounts/login/", {"login": login, "password": PASSWORD}).status_code == 302
    return browser


def enter_by_program(login="ana"):
    answer = Client().post(
        "/_allauth/app/v1/auth/login",
        {"username": login, "password": PASSWORD},
        content_type="application/json",
        headers={"user-agent": "curl/8.1"},
    )
    return answer.json()["meta"]["session_token"]


def is_in(browser):
    return browser.get("/session").status_code == 200


def number_of(browser):
    return UserSession.objects.get(session_key=browser.session.session_key).pk


def test_a_stranger_is_led_to_the_log_in():
    assert Client().get(PATH)["Location"] == f"/accounts/login/?next={PATH}"


def test_the_list_names_browsers_and_programs_and_marks_this_device(ana):
    here = enter()
    enter(**{"user-agent": IPHONE})
    enter_by_program()

    page = here.get(PATH).content.decode()

    assert page.count("record__name") == 3
    assert page.count("this device") == 1
    assert "Safari on iPhone" in page
    assert "A program (curl)" in page


def test_signing_up_is_noted_too():
    browser = Client()
    browser.post("/accounts/signup/", SIGN_UP)

    assert UserSession.objects.get().session_key == browser.session.session_key


def test_the_page_tells_nobody_the_key_of_a_session(ana):
    here, token = enter(), enter_by_program()

    page = here.get(PATH).content.decode()

    assert token not in page
    assert here.session.session_key not in page


def test_looking_at_the_list_asks_the_same_few_questions_however_long_it_is(ana, django_assert_num_queries):
    here = enter()
    here.get(PATH)
    for _ in range(5):
        enter_by_program()

    with django_assert_num_queries(4):  # the session and its person, the two of the list
        here.get(PATH)


def test_one_session_is_ended(ana):
    here, there, elsewhere = enter(), enter(), enter()

    answer = here.post(PATH, {"end": number_of(there)}, follow=True)

    assert "That session is over." in answer.content.decode()
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, True)
    assert len(open_sessions(ana)) == 2


@pytest.mark.parametrize("which", ["", "0", "-1", "x", "9" * 18, "9" * 5000, "٣", "others\0"])
def test_what_names_no_session_ends_none(ana, which):
    here, there = enter(), enter()

    answer = here.post(PATH, {"end": which})

    assert (answer.status_code, answer["Location"]) == (302, PATH)
    assert (is_in(here), is_in(there)) == (True, True)


def test_nobody_ends_the_session_of_somebody_else(ana):
    person("bob")
    here, theirs = enter(), enter("bob")

    here.post(PATH, {"end": number_of(theirs)})
    here.post(PATH, {"end": "others"})

    assert is_in(theirs)


def test_one_logs_out_everywhere_else(ana):
    here, there, token = enter(), enter(), enter_by_program()

    here.post(PATH, {"end": "others"})

    assert (is_in(here), is_in(there)) == (True, False)
    assert identify(token) is None
    assert UserSession.objects.get().session_key == here.session.session_key


def test_one_logs_out_everywhere(ana):
    here, there, token = enter(), enter(), enter_by_program()

    answer = here.post(PATH, {"end": "all"})

    assert answer["Location"] == "/accounts/login/"
    assert (is_in(here), is_in(there)) == (False, False)
    assert identify(token) is None
    assert not UserSession.objects.exists()


def test_looking_ends_nothing(ana):
    here, there = enter(), enter()

    here.get(PATH, {"end": "all"})

    assert is_in(there)


def test_what_was_noted_about_a_session_goes_with_it(ana):
    enter().post("/accounts/logout/")
    Client().delete("/_allauth/app/v1/auth/session", headers={"X-Session-Token": enter_by_program()})

    assert not UserSession.objects.exists()


def test_a_session_that_has_run_out_is_not_in_the_list(ana):
    here, there = enter(), enter()
    Session.objects.filter(session_key=there.session.session_key).update(expire_date=timezone.now())

    assert [noted.session_key for noted in open_sessions(ana)] == [here.session.session_key]


def test_after_another_password_this_session_stays_in_the_list_since_when_it_was_and_no_other(ana):
    here, _there = enter(), enter()
    since = UserSession.objects.get(session_key=here.session.session_key).created_at
    new = {"password1": "nine loud magpies", "password2": "nine loud magpies"}

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})

    [noted] = open_sessions(User.objects.get(pk=ana.pk))
    assert (noted.session_key, noted.created_at) == (here.session.session_key, since)


def test_after_another_secret_key_a_session_that_comes_back_by_a_form_stays_in_the_list(ana, settings):
    here = enter()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "another " + settings.SECRET_KEY,
        [settings.SECRET_KEY],
    )
    by_form = AsyncClient()
    by_form.cookies = here.cookies

    async_to_sync(by_form.post)("/r/0/post/", {"text": "hello"})

    [stored] = Session.objects.all()
    assert [noted.session_key for noted in open_sessions(ana)] == [stored.session_key]


def test_a_session_that_is_found_ended_by_a_form_is_noted_no_more(ana):
    by_form = AsyncClient()
    by_form.cookies = enter().cookies
    ana.set_password("nine loud magpies")
    ana.save()

    async_to_sync(by_form.post)("/r/0/post/", {"text": "hello"})

    assert not UserSession.objects.exists()


def test_a_program_that_never_logs_out_leaves_no_more_than_can_be_looked_through(ana):
    tokens = [enter_by_program() for _ in range(3)]
    UserSession.objects.bulk_create(
        UserSession(
            user=ana, ip="127.0.0.1", session_key=f"old{n}", user_agent="", created_at=ana.date_joined
        )
        for n in range(LONGEST_LIST)
    )
    end_oldest_sessions(ana)

    assert UserSession.objects.count() == LONGEST_LIST
    assert all(identify(token) for token in tokens)


def test_a_log_in_asks_no_more_however_many_sessions_there_are(ana):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            enter()
        return len(asked)

    few = [questions() for _ in range(3)][-1]
    for _ in range(5):
        enter_by_program()

    assert questions() == few


def test_what_is_left_of_a_session_that_has_run_out_goes_with_the_next_log_in(ana):
    old, there = enter(), enter()
    Session.objects.filter(session_key=old.session.session_key).update(expire_date=timezone.now())

    here = enter()

    kept = {there.session.session_key, here.session.session_key}
    assert {stored.session_key for stored in Session.objects.all()} == kept
    assert {noted.session_key for noted in UserSession.objects.all()} == kept


def test_an_erased_person_leaves_no_session_behind(ana):
    bob = person("bob")
    enter(), enter_by_program(), enter("bob")

    erase_user(ana)

    assert [noted.user_id for noted in UserSession.objects.all()] == [bob.pk]
    assert Session.objects.count() == 1


def test_ending_the_sessions_of_one_asks_nothing_about_those_of_others(ana, django_assert_num_queries):
    for n in range(5):
        person(f"person{n}x")
        enter(f"person{n}x")

    with django_assert_num_queries(1):
        end_sessions(ana)


def test_a_log_in_from_an_address_that_is_none_is_noted_all_the_same(ana):
    browser = Client(REMOTE_ADDR="")

    assert browser.post("/accounts/login/", {"login": "ana", "password": PASSWORD}).status_code == 302
    assert "0.0.0.0" not in browser.get(PATH).content.decode()


def test_a_session_from_before_sessions_were_noted_is_noted_by_the_migration(ana):
    here = Client()
    here.force_login(ana)
    migration = import_module("accounts.migrations.0003_note_open_sessions")

    migration.note(apps, None)
    migration.note(apps, None)

    assert [noted.session_key for noted in open_sessions(ana)] == [here.session.session_key]
    assert "A program" in here.get(PATH).content.decode()
