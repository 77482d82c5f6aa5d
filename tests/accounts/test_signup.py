"""Making an account: on the page, and by a program."""

from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Profile, User
from accounts.sessions import identify
from tests.accounts.fixtures import PASSWORD, SIGN_UP, person

pytestmark = pytest.mark.django_db
PROGRAM = {key: value for key, value in SIGN_UP.items() if not key.startswith("password")} | {
    "password": PASSWORD
}


def sign_up(**changes):
    return Client().post("/accounts/signup/", {**SIGN_UP, **changes})


def sign_up_by_program(**changes):
    return Client().post(
        "/_allauth/app/v1/auth/signup", {**PROGRAM, **changes}, content_type="application/json"
    )


def errors(answer):
    return {field: list(errors) for field, errors in answer.context["form"].errors.items()}


def test_signing_up_makes_an_account_with_a_profile_and_lets_one_in():
    browser = Client(headers={"accept-language": "es"})

    answer = browser.post("/accounts/signup/", SIGN_UP)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    anita = User.objects.get(username="anita")
    assert anita.display_name == "Ana María Pérez Gómez"
    assert anita.check_password(PASSWORD)
    assert (anita.profile.age, anita.profile.gender, anita.profile.language) == (21, "female", "es")
    assert browser.get("/session").json() == {"login": "anita"}


def test_a_program_signs_up_with_the_same_names_and_gets_a_token():
    answer = sign_up_by_program(age=21)

    assert answer.status_code == 200
    token = answer.json()["meta"]["session_token"]
    assert identify(token).login == "anita"
    assert Profile.objects.get(user__username="anita").age == 21


@pytest.mark.parametrize(
    "field", ["first_name", "last_name", "username", "age", "gender", "password1", "password2"]
)
def test_every_field_but_the_e_mail_is_asked_for(field):
    assert field in errors(sign_up(**{field: ""}))
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "admin"),
        ("username", "аdmin"),
        ("username", "a b"),
        ("username", "\u3164\u3164"),
        ("first_name", "\u3164"),
        ("last_name", "Ana<b>"),
        ("age", "12"),
        ("age", "131"),
        ("age", "old"),
        ("age", "-5"),
        ("gender", "unicorn"),
        ("password1", "short"),
        ("password2", "another quiet heron"),
        ("email", "nobody"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field, value):
    assert list(errors(sign_up(**{field: value}))) == [field]
    assert not User.objects.exists()


@pytest.mark.parametrize("short", ["f", "m", "FEMALE", "prefer not to say"])
def test_a_gender_may_be_said_in_other_words(short):
    assert sign_up(gender=short).status_code == 302


@pytest.mark.parametrize("taken", ["ana", "ANA", "аnа", "Ana"])
def test_a_login_that_looks_like_one_that_is_taken_is_refused(ana, taken):
    assert list(errors(sign_up(username=taken))) == ["username"]
    assert sign_up_by_program(username=taken).status_code == 400
    assert User.objects.count() == 1


def test_two_who_take_a_login_at_the_same_moment_are_told_so(ana):
    with patch("accounts.models.UserQuerySet.exists", return_value=False):
        answer, by_program = sign_up(username="Ana"), sign_up_by_program(username="Ana")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/signup/")
    assert by_program.status_code == 400
    assert by_program.json()["errors"][0]["param"] == "username"
    assert User.objects.count() == Profile.objects.count() == 1


@pytest.mark.parametrize("password", ["anitaanita12", "pérez gómez", "Ana María 1"])
def test_a_password_made_of_ones_own_names_is_refused(password):
    assert "password1" in errors(sign_up(password1=password, password2=password))
    answer = sign_up_by_program(password=password)
    assert {error["param"] for error in answer.json()["errors"]} == {"password"}


def test_a_program_is_told_each_field_that_is_wrong():
    answer = sign_up_by_program(age=7, username="root", password="short")

    assert answer.status_code == 400
    assert {error["param"] for error in answer.json()["errors"]} == {"age", "username", "password"}


def test_an_e_mail_address_is_verified_when_given_and_not_needed():
    sign_up(email="Ana@Example.org")

    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
    assert not User.objects.get().emailaddress_set.get().verified


def test_names_are_kept_as_typed_without_spaces_around():
    sign_up(first_name="  Ana  María ", username=" anita ")

    anita = User.objects.get()
    assert (anita.first_name, anita.username) == ("Ana María", "anita")


def test_someone_who_is_in_already_is_sent_to_the_chat(ana, log_in):
    assert log_in(ana).get("/accounts/signup/")["Location"] == "/"


def test_a_superuser_may_have_a_reserved_login():
    admin = User.objects.create_superuser("admin", "", PASSWORD)

    assert Client().post("/accounts/login/", {"login": "admin", "password": PASSWORD})["Location"] == "/"
    assert admin.display_name == "admin"


def test_createsuperuser_sees_that_a_look_alike_is_taken():
    person("ana")

    assert User.objects.get_by_natural_key("АNА".replace("N", "n")).username == "ana"
