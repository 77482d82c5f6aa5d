"""Up to where somebody has read a conversation. Of rooms `Participant` says it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConversationMark(models.Model):
    """How far a person has read the private messages with another one; `last_read_seq` counts in their own inbox."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        db_index=False,  # one_mark_per_conversation begins with it
        verbose_name=_("person"),
    )
    peer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("peer")
    )
    last_read_seq = models.BigIntegerField(_("read up to"), default=0)

    class Meta:
        verbose_name = _("read mark of a conversation")
        verbose_name_plural = _("read marks of conversations")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "peer"], name="one_mark_per_conversation")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} with {self.peer_id}"
