"""The app that talks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoomsConfig(AppConfig):
    """Rooms, messages, presence."""

    name = "rooms"
    verbose_name = _("Rooms")

    def ready(self) -> None:
        """Listen to what ends sessions."""
        from rooms import signals

        signals.connect()
