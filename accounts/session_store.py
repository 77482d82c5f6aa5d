"""The database's sessions, each with its line in the person's list: it follows a new key, and goes with the session."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore


class SessionStore(DatabaseSessionStore):
    def cycle_key(self) -> None:
        """Take a new key, as after another password, by whatever page. At log-in nobody is in the session yet."""
        noted = (
            UserSession.objects.filter(session_key=self.session_key).first() if SESSION_KEY in self else None
        )
        super().cycle_key()  # Deletes what has the old key.
        if noted is not None and self.session_key:
            noted.session_key = self.session_key
            noted.save(force_insert=True)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        super().delete(session_key)
        if key:
            UserSession.objects.filter(session_key=key).delete()

    async def acycle_key(self) -> None:
        """Do the same where nothing waits, as after another secret key."""
        await sync_to_async(self.cycle_key)()

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)
