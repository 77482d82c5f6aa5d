"""What administrators change about people is checked as a sign-up is, noted in words, and never too much at once."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import filter_users_by_email
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts import few_at_once
from accounts.models import Profile, User
from accounts.names import NameRefused, check_login
from accounts.services import erase_user
from tests.accounts.fixtures import PASSWORD, person

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def boss(log_in) -> Client:
    return log_in(User.objects.create_superuser("boss", password=PASSWORD))


def change(browser: Client, somebody: User, **fields: str) -> str:
    """Send the form about somebody; return the page that answers, empty where it was taken."""
    profile = Profile.objects.get(user=somebody)
    form = {
        "username": somebody.username,
        "first_name": somebody.first_name,
        "last_name": somebody.last_name,
        "email": somebody.email,
        "is_active": "on",
        "profile-TOTAL_FORMS": "1",
        "profile-INITIAL_FORMS": "1",
        "profile-0-user": str(somebody.pk),
        "profile-0-id": str(profile.pk),
        "profile-0-age": str(profile.age),
        "profile-0-age_stated_on": profile.age_stated_on.isoformat(),
        "profile-0-gender": profile.gender,
    }
    sent = {name: value for name, value in {**form, **fields}.items() if value is not None}
    answer = browser.post(f"{PEOPLE}{somebody.pk}/change/", sent)
    assert answer.status_code in {200, 302}
    return "" if answer.status_code == 302 else answer.content.decode()


def act(browser: Client, action: str, *people: User, **more: str) -> str:
    chosen = {"action": action, "_selected_action": [one.pk for one in people]}
    answer = browser.post(PEOPLE, {**chosen, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def done() -> list[str]:
    return [f"{entry.object_repr}: {entry.change_message}" for entry in LogEntry.objects.order_by("pk")]


# names


@pytest.mark.parametrize("login", ["аna", "Ana", "@here+.", "deleted-17", "two words"])
def test_nobody_is_renamed_to_what_a_sign_up_would_refuse(boss, ana, login):
    ben = person("ben")

    page = change(boss, ben, username=login)

    assert "errorlist" in page
    assert User.objects.get(pk=ben.pk).username == "ben"


@pytest.mark.parametrize("login", ["аna", "Ana", "@here+.", "deleted-17"])
def test_nobody_is_added_under_a_name_that_a_sign_up_would_refuse(boss, ana, login):
    form = {
        "username": login,
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "profile-TOTAL_FORMS": "1",
        "profile-INITIAL_FORMS": "0",
        "profile-0-age": "30",
        "profile-0-age_stated_on": "2026-11-20",
        "profile-0-gender": "other",
    }

    refused = boss.post(f"{PEOPLE}add/", form)
    taken = boss.post(f"{PEOPLE}add/", {**form, "username": "support"})

    assert refused.status_code == 200
    assert "errorlist" in refused.content.decode()
    # Administrators may have an account that speaks for the house.
    assert taken.status_code == 302
    assert set(User.objects.values_list("username", flat=True)) == {"boss", "ana", "support"}


def test_a_persons_name_with_hidden_characters_is_refused_and_an_old_one_may_stay(boss, ana):
    User.objects.filter(pk=ana.pk).update(first_name="A\u200bna")
    ana.refresh_from_db()

    assert "errorlist" in change(boss, ana, last_name="Pé\u200brez")
    assert change(boss, ana, last_name="Gómez") == ""

    ana.refresh_from_db()
    assert (ana.first_name, ana.last_name) == ("A\u200bna", "Gómez")


def test_a_login_like_that_of_an_erased_account_cannot_be_had():
    for login in ("deleted-17", "Deleted-1a", "de1eted-5"):
        with pytest.raises(NameRefused):
            check_login(login)


def test_whoever_has_such_a_login_already_does_not_keep_others_from_being_erased(ana):
    person(f"deleted-{ana.pk}")

    erase_user(ana)

    ana.refresh_from_db()
    assert ana.is_erased
    assert ana.username.startswith(f"deleted-{ana.pk}-")


# the address for letters


def test_a_new_address_lets_no_letter_go_to_the_old_one(boss, ana):
    User.objects.filter(pk=ana.pk).update(email="old@example.org")
    EmailAddress.objects.create(user=ana, email="old@example.org", primary=True, verified=True)
    ana.refresh_from_db()

    assert change(boss, ana, email="new@example.org") == ""

    assert filter_users_by_email("old@example.org") == []
    assert EmailAddress.objects.values_list("email", "verified").get(user=ana) == ("new@example.org", False)


def test_an_address_of_somebody_else_is_refused(boss, ana):
    EmailAddress.objects.create(user=ana, email="ana@example.org", primary=True, verified=True)
    ben = person("ben")

    assert "belongs to another account" in change(boss, ben, email="Ana@example.org")

    assert User.objects.get(pk=ben.pk).email == ""


# what is noted


def test_closing_and_opening_an_account_are_told_apart_in_the_log_of_actions(boss, ana):
    act(boss, "open_accounts", ana)  # it is open
    act(boss, "close_accounts", ana)
    act(boss, "close_accounts", ana)
    act(boss, "open_accounts", ana)

    assert done() == ["ana: Closed the account.", "ana: Opened the account again."]


def test_an_account_that_is_closed_by_the_form_is_noted_in_words_too(boss, ana):
    assert change(boss, ana, is_active=None) == ""  # type: ignore[arg-type]  # not ticked, so not sent

    assert not User.objects.get(pk=ana.pk).is_active
    assert "ana: Closed the account." in done()


def test_whoever_chooses_somebody_out_of_reach_is_told(log_in, ana):
    root = User.objects.create_superuser("root", password=PASSWORD)
    helper = person("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))

    page = act(log_in(helper), "close_accounts", root, ana)

    assert "somebody who may do more than you" in page
    assert "1 account changed." in page
    assert User.objects.get(pk=root.pk).is_active


def test_only_who_is_erased_is_noted_as_erased(boss, ana, monkeypatch):
    ben = person("ben")

    def erase(somebody: User) -> None:
        if somebody.pk == ben.pk:
            raise RuntimeError
        erase_user(somebody)

    monkeypatch.setattr("accounts.admin.erase_user", erase)
    with pytest.raises(RuntimeError):
        act(boss, "delete_selected", ana, ben, post="yes")

    erased = LogEntry.objects.filter(action_flag=3).values_list("object_id", flat=True)
    assert list(erased) == [str(ana.pk)]


# how much


def test_nobody_erases_themselves(boss, ana):
    me = User.objects.get(username="boss")

    answer = boss.post(
        PEOPLE, {"action": "delete_selected", "_selected_action": [me.pk, ana.pk], "post": "yes"}
    )
    alone = boss.post(f"{PEOPLE}{me.pk}/delete/", {"post": "yes"})

    assert answer.status_code == alone.status_code == 403
    assert not User.objects.exclude(erased_at=None).exists()


def test_all_of_a_long_list_are_too_many(boss, ana, monkeypatch):
    monkeypatch.setattr(few_at_once, "MOST", 2)
    everybody = {"select_across": "1"}
    person("ben")

    page = act(boss, "close_accounts", ana, **everybody)
    assert "Choose at most 2 at once" in page
    assert User.objects.get(pk=ana.pk).is_active

    searched = boss.post(
        f"{PEOPLE}?q=ana",
        {"action": "close_accounts", "_selected_action": [ana.pk], **everybody},
        follow=True,
    )
    assert "1 account changed." in searched.content.decode()
