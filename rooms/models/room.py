"""A room: a place with a log."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from .stream import Stream

CAPACITY_MIN = 2
CAPACITY_MAX = 10_000


class RoomQuerySet(models.QuerySet["Room"]):
    """Rooms."""

    def open(self) -> "RoomQuerySet":
        """Leave out what has closed."""
        return self.filter(closed_at__isnull=True)

    def locked(self) -> "RoomQuerySet":
        """
        Lock the rows, in the order of their ids.

        Not against rows that only refer to them: who moves somebody to the default room must not wait for who enters
        it, who may be waiting for that somebody's row.
        """
        return self.select_for_update(of=("self",), no_key=True).order_by("pk")

    def due(self, now: datetime | Now) -> "RoomQuerySet":
        """Keep the open rooms whose grace is over at `now`. Index: room_due."""
        return self.open().filter(close_at__lte=now)

    def abandoned(self) -> "RoomQuerySet":
        """Keep the open temporary rooms whose creator has no connection and whose grace has not begun."""
        from .presence import LiveConnection  # the two models need each other

        here = LiveConnection.objects.filter(user_id=models.OuterRef("owner_id"))
        return (
            self.open().filter(kind=Room.Kind.TEMPORARY, close_at__isnull=True).exclude(models.Exists(here))
        )

    def with_occupants(self) -> "RoomQuerySet":
        """Annotate `occupants`: how many people (not sockets) are in the room."""
        from .presence import LiveConnection

        people = (
            LiveConnection.objects.filter(room_id=models.OuterRef("pk"))
            .order_by()
            .values("room_id")
            .annotate(people=models.Count("user_id", distinct=True))
            .values("people")
        )
        return self.annotate(  # type: ignore[no-redef]  # it is what the annotation of Room says
            occupants=Coalesce(models.Subquery(people, output_field=models.IntegerField()), 0)
        )


class Room(models.Model):
    """A room and its rules. Its id is that of its stream; a name that is taken again is a new room and a new log."""

    class Kind(models.TextChoices):
        """How long it lives."""

        DEFAULT = "default", _("default")
        TEMPORARY = "temporary", _("temporary")
        PERMANENT = "permanent", _("permanent")

    class Access(models.TextChoices):
        """Who may enter. Rooms of chosen members come later."""

        OPEN = "open", _("open")

    stream = models.OneToOneField(
        Stream, models.PROTECT, primary_key=True, related_name="room", verbose_name=_("stream")
    )
    name = models.CharField(_("name"), max_length=160)
    name_key = models.CharField(_("compared as"), max_length=640, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEMPORARY)
    access = models.CharField(_("access"), max_length=10, choices=Access, default=Access.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    close_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    occupants: int  # only after `with_occupants()`

    objects: ClassVar[RoomQuerySet] = RoomQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        default_permissions = ("view",)
        permissions = [("close_room", "Can close room")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(closed_at__isnull=True), name="one_open_room_per_name"
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="default"), name="one_default_room"),
            models.CheckConstraint(
                condition=~Q(kind="default")
                | Q(owner__isnull=True, closed_at__isnull=True, close_at__isnull=True, capacity__isnull=True),
                name="default_room_is_nobodys_and_never_closes",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__range=(CAPACITY_MIN, CAPACITY_MAX)),
                name="room_capacity_in_range",
            ),
        ]
        indexes: ClassVar = [
            # due(), which every worker asks every second
            models.Index(
                fields=["close_at"],
                condition=Q(closed_at__isnull=True, close_at__isnull=False),
                name="room_due",
            ),
            # room.list: those that have closed pile up before those that are open
            models.Index(fields=["stream"], condition=Q(closed_at__isnull=True), name="room_listed"),
            # the rooms of who comes and goes; abandoned(), which every worker asks every second
            models.Index(
                fields=["owner", "close_at"],
                condition=Q(kind="temporary", closed_at__isnull=True),
                name="room_of_creator",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """Somebody who has been in a room."""

    room = models.ForeignKey(
        Room,
        models.CASCADE,
        related_name="participants",
        db_index=False,  # participant_by_time begins with it
        verbose_name=_("room"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    joined_at = models.DateTimeField(_("first came"))
    last_seen_at = models.DateTimeField(_("last came"))
    last_read_seq = models.BigIntegerField(_("read up to"), default=0)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["room", "user"], name="one_participant_per_room_and_person")
        ]
        # who was in a room, in the administration: in the default room that is everybody
        indexes: ClassVar = [models.Index(fields=["room", "last_seen_at"], name="participant_by_time")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"
