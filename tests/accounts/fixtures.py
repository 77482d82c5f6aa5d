"""People for tests, made through the models, with sessions as a log-in leaves them."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from accounts.models import Profile, User

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PASSWORD = "seven quiet herons"
SIGN_UP = {
    "first_name": "Ana María",
    "last_name": "Pérez Gómez",
    "username": "anita",
    "age": "21",
    "gender": "female",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def person(login: str = "ana", **fields: object) -> User:
    """Make an account with a profile."""
    user = User.objects.create_user(login, password=PASSWORD, **fields)
    Profile.objects.create(user=user, age=21, gender=Profile.Gender.UNDISCLOSED)
    return user


@pytest.fixture(autouse=True)
def quick_hasher(settings: object) -> None:
    """Real hashes are slow by design; and what one test tried does not count against the next."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def ana(db: None) -> User:
    return person("ana", first_name="Ana", last_name="Pérez")


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """Return a browser in which this person is logged in, with the session noted as a log-in notes it."""

    def log_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        key = browser.session.session_key
        UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent=FIREFOX)
        return browser

    return log_in
