"""What the chat writes to people's addresses."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from tests.accounts.fixtures import PASSWORD, SIGN_UP

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def browser(language="en", user_agent=FIREFOX):
    return Client(headers={"accept-language": language, "user-agent": user_agent})


@pytest.fixture
def reachable(ana):
    EmailAddress.objects.create(user=ana, email="ana@example.org", verified=True, primary=True)
    return ana


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Chat: Confirm your e-mail address", "within an hour"),
        ("es", "Chat: Confirma tu correo", "en menos de una hora"),
        ("ru", "Чат: Подтверждение почты", "в течение часа"),
    ],
)
def test_a_letter_is_written_in_the_language_of_the_page_in_few_words(language, subject, words):
    browser(language).post("/accounts/signup/", {**SIGN_UP, "email": "anita@example.org"})

    [letter] = mail.outbox
    assert letter.subject == subject
    assert letter.body.startswith("anita ")
    assert words in letter.body
    assert len(re.findall(r"http://testserver/accounts/confirm-email/\S+", letter.body)) == 1
    assert "&#x27;" not in letter.body


def test_a_letter_about_a_new_password_names_the_login_and_carries_the_link(reachable):
    browser().post("/accounts/password/reset/", {"email": "ana@example.org"})

    [letter] = mail.outbox
    assert letter.subject == "Chat: A new password"
    assert "for ana." in letter.body
    assert "http://testserver/accounts/password/reset/key/" in letter.body


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux (127.0.0.1)"),
        ("Visit https://evil.example now", "A program (Visit) (127.0.0.1)"),
    ],
)
def test_a_changed_password_is_told_with_the_device_and_nothing_that_it_says(reachable, user_agent, words):
    here = browser(user_agent=user_agent)
    here.post("/accounts/login/", {"login": "ana", "password": PASSWORD})
    new = {"password1": "nine loud magpies", "password2": "nine loud magpies"}

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})

    [letter] = mail.outbox
    assert letter.subject == "Chat: Your password was changed"
    assert words in letter.body
    assert "evil.example" not in letter.body
