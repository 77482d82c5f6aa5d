"""The accounts application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        _take_passwords_of_programs_whole()
        _note_a_session_without_reading_the_others()


def _take_passwords_of_programs_whole() -> None:
    """Let a program's password keep the spaces around it, as the page's does.

    allauth's JSON inputs strip them: the same password would open the door on the page and not in a terminal.
    """
    from allauth.headless.account import inputs  # Needs the models: not before the applications are ready.

    for name in dir(inputs):
        fields = getattr(getattr(inputs, name), "base_fields", {})
        for field in ("password", "current_password", "new_password"):
            if field in fields:
                fields[field].strip = False


def _note_a_session_without_reading_the_others() -> None:
    """Take the place of what allauth does at log-in: to ask three times about each session that somebody has."""
    from allauth.account.signals import user_logged_in
    from allauth.usersessions import signals

    from accounts.services import note_session

    user_logged_in.disconnect(signals.on_user_logged_in)
    user_logged_in.connect(note_session, dispatch_uid="accounts.note_session")
