"""People in the administration: seen with their profiles, closed, opened, erased."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import Profile, User
from accounts.services import erase_user
from tests.accounts.fixtures import PASSWORD, person

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def boss(log_in) -> Client:
    return log_in(User.objects.create_superuser("boss", password=PASSWORD))


@pytest.fixture
def helper(log_in) -> Client:
    """Staff with every right over people, but no superuser."""
    helper = person("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    return log_in(helper)


def act(browser, action, *people, **more):
    return browser.post(PEOPLE, {"action": action, "_selected_action": [p.pk for p in people], **more})


def test_people_are_listed_with_their_profiles(boss, ana):
    Profile.objects.filter(user=ana).update(age=34, gender="female")

    page = boss.get(PEOPLE).content.decode()

    assert "Ana Pérez" in page
    assert ">34<" in page
    assert ">female<" in page


def test_the_list_asks_the_same_number_of_questions_however_many_people_there_are(
    boss, ana, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        boss.get(PEOPLE)
    for n in range(5):
        person(f"person{n}x")
    with CaptureQueriesContext(connection) as many:
        boss.get(PEOPLE)

    assert len(many) == len(few)


def test_people_are_found_by_any_of_their_names(boss, ana):
    assert "Ana Pérez" in boss.get(PEOPLE, {"q": "pérez"}).content.decode()
    assert "Ana Pérez" not in boss.get(PEOPLE, {"q": "nobody"}).content.decode()


def test_accounts_are_closed_and_opened_again(boss, ana):
    act(boss, "close_accounts", ana)
    assert not User.objects.get(pk=ana.pk).is_active

    act(boss, "open_accounts", ana)
    assert User.objects.get(pk=ana.pk).is_active


def test_nobody_closes_their_own_account_by_mistake(boss):
    act(boss, "close_accounts", *User.objects.all())

    assert User.objects.get(username="boss").is_active


def test_a_deleted_person_is_erased(boss, ana):
    page = boss.get(f"{PEOPLE}{ana.pk}/delete/").content.decode()
    boss.post(f"{PEOPLE}{ana.pk}/delete/", {"post": "yes"})

    assert "ana" in page
    assert User.objects.get(pk=ana.pk).is_erased


def test_many_deleted_people_are_erased(boss, ana):
    bob = person("bob")

    act(boss, "delete_selected", ana, bob, post="yes")

    assert all(User.objects.get(pk=p.pk).is_erased for p in (ana, bob))


def test_an_erased_account_is_touched_no_more(boss, ana):
    erase_user(ana)

    act(boss, "open_accounts", ana)
    boss.post(f"{PEOPLE}{ana.pk}/change/", {"username": "ana", "is_active": "on"})

    ana = User.objects.get(pk=ana.pk)
    assert not ana.is_active
    assert ana.username != "ana"


def test_staff_cannot_give_rights_nor_touch_a_superuser(helper, ana):
    boss = User.objects.create_superuser("boss", password=PASSWORD)

    form = helper.get(f"{PEOPLE}{ana.pk}/change/").content.decode()
    act(helper, "close_accounts", boss, ana)
    act(helper, "delete_selected", boss, post="yes")
    helper.post(
        f"{PEOPLE}{boss.pk}/password/", {"password1": "nine loud magpies", "password2": "nine loud magpies"}
    )

    assert 'name="first_name"' in form
    assert 'name="is_superuser"' not in form
    boss = User.objects.get(pk=boss.pk)
    assert boss.is_active
    assert not boss.is_erased
    assert boss.check_password(PASSWORD)
    assert not User.objects.get(pk=ana.pk).is_active


NEW_PASSWORD = {"usable_password": "true", "password1": "nine loud magpies", "password2": "nine loud magpies"}


@pytest.mark.parametrize("is_active", [True, False])
def test_staff_cannot_take_the_account_of_somebody_who_may_do_more(helper, is_active):
    reader = person("reader", is_staff=True, is_active=is_active)
    reader.user_permissions.set(Permission.objects.filter(codename="read_private_messages"))
    before = User.objects.get(pk=reader.pk)

    answer = helper.post(f"{PEOPLE}{reader.pk}/password/", NEW_PASSWORD)
    act(helper, "open_accounts", reader)
    act(helper, "close_accounts", reader)
    act(helper, "delete_selected", reader, post="yes")

    after = User.objects.get(pk=reader.pk)
    assert answer.status_code == 403
    assert (after.password, after.is_active, after.erased_at) == (before.password, is_active, None)


def test_nor_by_a_group_that_may_do_more(helper):
    readers = Group.objects.create(name="readers")
    readers.permissions.set(Permission.objects.filter(codename="read_private_messages"))
    reader = person("reader", is_staff=True)
    reader.groups.add(readers)

    assert helper.post(f"{PEOPLE}{reader.pk}/password/", NEW_PASSWORD).status_code == 403


def test_staff_give_a_new_password_to_staff_who_may_do_no_more(helper):
    other = person("other", is_staff=True)
    other.user_permissions.set(Permission.objects.filter(codename="view_user"))

    assert helper.post(f"{PEOPLE}{other.pk}/password/", NEW_PASSWORD).status_code == 302
    assert User.objects.get(pk=other.pk).check_password("nine loud magpies")


def test_an_administrator_gives_somebody_a_new_password(boss, ana):
    boss.post(f"{PEOPLE}{ana.pk}/password/", NEW_PASSWORD)

    assert User.objects.get(pk=ana.pk).check_password("nine loud magpies")
