"""Prepare a database for the tests' servers, migrated, with people in it who are logged in, and the static files.

`python -m tests.harness.provision people.json`, in the environment of the server to come. A password is hashed once
for all: people who sign up over HTTP cost a third of a second each, and most tests are about something else.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

PEOPLE = 400
NAMES = ("Ana", "Борис", "Chloé", "Dmitri", "Élodie", "Fiona", "Günther", "Héctor")


def main() -> None:
    """Collect the static files, migrate, make the people, and write down their logins, names and tokens."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
    django.setup()
    from django.core.management import call_command

    from chatproject.collecting import collect_static_files

    collect_static_files()
    call_command("migrate", interactive=False, verbosity=0)
    Path(sys.argv[1]).write_text(json.dumps(make_people(PEOPLE, kind="guest")))


def make_people(count: int, *, kind: str) -> list[dict[str, str]]:
    """Make that many, who are logged in; their logins and surnames are their kind and a number."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from accounts.models import Profile, User
    from tests.harness.people import PASSWORD

    password = make_password(PASSWORD)
    users = [
        User(
            username=f"{kind}{number:03d}",
            first_name=NAMES[number % len(NAMES)],
            last_name=f"{kind.capitalize()}{number:03d}",
            password=password,
        )
        for number in range(count)
    ]
    profiles = [Profile(user=user, age=30, gender=Profile.Gender.UNDISCLOSED) for user in users]
    with transaction.atomic():
        User.objects.bulk_create(users)
        Profile.objects.bulk_create(profiles)
        tokens = _log_in(users)
    return [
        {"login": user.username, "name": user.display_name, "token": token}
        for user, token in zip(users, tokens, strict=True)
    ]


def _log_in(users: list[Any]) -> list[str]:
    """Make a session for each, as a log-in does; return their tokens. Any: models are there only after the set-up."""
    from allauth.usersessions.models import UserSession
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    store, sessions = SessionStore(), []
    for user in users:
        store._session_key = store._get_new_session_key()
        said = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        sessions.append(store.create_model_instance(said))
    Session.objects.bulk_create(sessions)
    # What ends a person's sessions finds them by this.
    UserSession.objects.bulk_create(
        UserSession(user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="tests")
        for user, session in zip(users, sessions, strict=True)
    )
    return [session.session_key for session in sessions]


if __name__ == "__main__":
    main()
