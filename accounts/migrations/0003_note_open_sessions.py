"""Sessions that were opened before they were noted stand in their person's list, too, and end with the others."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations
from django.utils import timezone


def note(apps, schema_editor):
    Session = apps.get_model("sessions", "Session")
    UserSession = apps.get_model("usersessions", "UserSession")
    User = apps.get_model("accounts", "User")
    people = {str(pk) for pk in User.objects.values_list("pk", flat=True)}
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        user_id = SessionStore().decode(session.session_data).get("_auth_user_id")
        if user_id in people:
            since = session.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE)
            UserSession.objects.get_or_create(
                session_key=session.session_key,
                defaults={"user_id": user_id, "ip": "0.0.0.0", "user_agent": "", "created_at": since},
            )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_what_others_see"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
