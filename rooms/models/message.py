"""An entry of a log."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .stream import Stream


class MessageQuerySet(models.QuerySet["Message"]):
    """Entries."""

    def of(self, stream_id: int) -> "MessageQuerySet":
        """Keep the entries of one log."""
        return self.filter(stream_id=stream_id)

    def after(self, seq: int) -> "MessageQuerySet":
        """Keep what comes after `seq`, oldest first. Index: one_entry_per_seq."""
        return self.filter(seq__gt=seq).order_by("seq")

    def before(self, seq: int) -> "MessageQuerySet":
        """Keep what comes before `seq`, newest first. Index: one_entry_per_seq."""
        return self.filter(seq__lt=seq).order_by("-seq")

    def with_people(self) -> "MessageQuerySet":
        """Bring author and peer in the same query."""
        return self.select_related("author", "peer")

    def with_people_and_rooms(self) -> "MessageQuerySet":
        """Bring author, peer and, of what was said in a room, the room in the same query."""
        return self.select_related("author", "peer", "stream__room")


class Message(models.Model):
    """
    One entry: what was said, or that the room closed.

    A private message is two entries, one in each inbox; `is_origin` marks the sender's, `peer` is in each the other
    person. For a closed room `text` holds the reason. An entry is never deleted on its own: streams have no holes.
    """

    class Kind(models.TextChoices):
        """What the entry says."""

        MESSAGE = "message", _("message")
        DIRECT = "direct", _("private message")
        ROOM_CLOSED = "room_closed", _("room closed")

    stream = models.ForeignKey(Stream, models.PROTECT, related_name="entries", verbose_name=_("stream"))
    seq = models.BigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.MESSAGE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # message_of_author begins with it
        verbose_name=_("author"),
    )
    peer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("peer"),
    )
    text = models.TextField(_("text"))
    client_id = models.UUIDField(_("client's id"), null=True)
    is_origin = models.BooleanField(_("entry of origin"), default=True)
    sent_at = models.DateTimeField(_("sent at"))
    target_seq = models.BigIntegerField(_("changes number"), null=True, blank=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ("view",)
        permissions = [("read_private_messages", "Can read private messages of others")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="one_entry_per_seq"),
            models.UniqueConstraint(
                fields=["author", "client_id"], condition=Q(is_origin=True), name="one_entry_per_client_id"
            ),
        ]
        indexes: ClassVar = [
            # conversation.list and conversation.fetch
            models.Index(
                fields=["stream", "peer", "-seq"], condition=Q(kind="direct"), name="message_of_conversation"
            ),
            # chatlog --since, retention
            models.Index(fields=["sent_at"], name="message_by_time"),
            # the log of private messages in the administration: they may be few among all that is said in rooms
            models.Index(
                fields=["sent_at"], condition=Q(kind="direct", is_origin=True), name="message_private_by_time"
            ),
            # what somebody said, in the administration: without it 1 s among 10^6 entries, and growing with them
            models.Index(fields=["author", "sent_at"], name="message_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.seq}"
