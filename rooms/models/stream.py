"""A stream: one log, numbered 1, 2, 3, … without holes."""

import uuid
from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StreamQuerySet(models.QuerySet["Stream"]):
    """Streams."""

    def locked(self, ids: Collection[int]) -> "StreamQuerySet":
        """Lock these rows, in the order of their ids, so that two batches can never wait for each other."""
        return self.select_for_update().filter(pk__in=ids).order_by("pk")


class Stream(models.Model):
    """A log. Whoever holds the lock of this row gives the next `seq`, so commit order is `seq` order."""

    class Kind(models.TextChoices):
        """Whose log it is."""

        ROOM = "room", _("room")
        INBOX = "inbox", _("inbox")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    last_seq = models.BigIntegerField(_("last number"), default=0)
    floor_seq = models.BigIntegerField(
        _("first number kept, less one"), default=0, help_text=_("Retention has cut what is not above it.")
    )

    objects: ClassVar[models.Manager["Stream"]] = StreamQuerySet.as_manager()

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(floor_seq__gte=0) & models.Q(last_seq__gte=models.F("floor_seq")),
                name="stream_floor_is_below_its_head",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Inbox(models.Model):
    """What reaches a person wherever they are: private messages."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="inbox",
        verbose_name=_("person"),
    )
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="inbox", verbose_name=_("stream"))

    class Meta:
        verbose_name = _("inbox")
        verbose_name_plural = _("inboxes")

    def __str__(self) -> str:
        return f"inbox of {self.user_id}"


class History(models.Model):
    """The name of this database's history: one row. A restored backup gets another name."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = _("history")
        verbose_name_plural = _("histories")
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_history")]

    def __str__(self) -> str:
        return str(self.name)
