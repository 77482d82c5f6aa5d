"""The account and the profile as the database keeps them."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Profile, User
from accounts.services import erase_user
from tests.accounts.fixtures import PASSWORD, person

pytestmark = pytest.mark.django_db


def test_an_age_does_not_go_stale():
    profile = Profile(age=21, age_stated_on=date(2024, 3, 10))

    assert profile.age_on(date(2024, 3, 10)) == 21
    assert profile.age_on(date(2025, 3, 9)) == 21
    assert profile.age_on(date(2026, 3, 10)) == 23


@pytest.mark.parametrize("age", [12, 131])
def test_the_database_refuses_an_age_that_cannot_be(age):
    bob = User.objects.create_user("bob")

    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.create(user=bob, age=age, gender="other")


def test_the_database_refuses_a_second_login_that_looks_the_same(ana):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="АNA")


def test_a_renamed_person_has_a_new_key(ana):
    ana.username = "Anabel"
    ana.save()

    assert User.objects.named("ANABEL").get() == ana
    assert not User.objects.named("ana").exists()


def test_an_erased_account_keeps_nothing_of_the_person(ana, log_in):
    log_in(ana)
    ana.emailaddress_set.create(email="ana@example.org", primary=True)
    ana.email = "ana@example.org"

    erase_user(ana)

    ana = User.objects.get(pk=ana.pk)
    assert ana.is_erased
    assert not ana.is_active
    assert not ana.has_usable_password()
    assert (ana.first_name, ana.last_name, ana.email, ana.last_login) == ("", "", "", None)
    assert not ana.emailaddress_set.exists()
    assert not Profile.objects.filter(user=ana).exists()
    assert "ana" not in ana.display_name
    assert list(User.objects.present()) == []


def test_the_login_of_an_erased_account_is_free_again(ana):
    erase_user(ana)
    erase_user(ana)

    assert person("ana").pk != ana.pk


def test_an_erased_person_is_emptied_in_the_administrators_log_too(ana):
    from django.contrib.admin.models import CHANGE, LogEntry

    boss = User.objects.create_superuser("boss", "", PASSWORD)
    LogEntry.objects.log_actions(boss.pk, [ana], CHANGE, "closed")

    erase_user(ana)

    assert str(LogEntry.objects.get().object_repr) == f"deleted-{ana.pk}"


@pytest.mark.parametrize("login", ["ana", "вера", "changed", "author"])
def test_an_erased_login_stands_in_no_words_of_that_log(ana, login):
    from django.contrib.admin.models import CHANGE, LogEntry

    boss = User.objects.create_superuser("boss", "", PASSWORD)
    ana.username = login
    ana.save()
    changed = {"changed": {"name": "profile", "object": login, "fields": ["Age"]}}
    LogEntry.objects.log_actions(boss.pk, [ana], CHANGE, [changed])
    asked = json.dumps({"words": "tea", "author": login}, ensure_ascii=False)
    LogEntry.objects.create(user=boss, action_flag=4, object_repr="messages in rooms", change_message=asked)

    erase_user(ana)

    done, read = LogEntry.objects.order_by("pk")
    assert json.loads(done.change_message)[0]["changed"]["object"] == f"deleted-{ana.pk}"
    assert json.loads(read.change_message) == {"words": "tea", "author": f"deleted-{ana.pk}"}
