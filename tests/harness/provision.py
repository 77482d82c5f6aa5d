"""Prepare a database for the tests' servers, migrated, with people in it who are logged in, and the static files.

`python -m tests.harness.provision people.json`, in the environment of the server to come. A password is hashed once
for all: people who sign up over HTTP cost a third of a second each, and most tests are about something else.
"""

import json
import os
import sys
from pathlib import Path

import django

PEOPLE = 400
NAMES = ("Ana", "Борис", "Chloé", "Dmitri", "Élodie", "Fiona", "Günther", "Héctor")


def main() -> None:
    """Collect the static files, migrate, make the people, and write down their logins, names and tokens."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.db import transaction

    from chatproject.collecting import collect_static_files
    from tests.harness.people import PASSWORD

    collect_static_files()
    call_command("migrate", interactive=False, verbosity=0)
    password = make_password(PASSWORD)
    with transaction.atomic():
        people = [_make_person(number, password) for number in range(PEOPLE)]
    Path(sys.argv[1]).write_text(json.dumps(people))


def _make_person(number: int, password: str) -> dict[str, str]:
    from allauth.usersessions.models import UserSession
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import Profile, User

    name = NAMES[number % len(NAMES)]
    user = User(
        username=f"guest{number:03d}", first_name=name, last_name=f"Guest{number:03d}", password=password
    )
    user.save()
    Profile.objects.create(user=user, age=30, gender=Profile.Gender.UNDISCLOSED)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key is not None
    # As a log-in notes it: what ends a person's sessions finds them by this.
    UserSession.objects.create(user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="tests")
    return {"login": user.username, "name": user.display_name, "token": session.session_key}


if __name__ == "__main__":
    main()
