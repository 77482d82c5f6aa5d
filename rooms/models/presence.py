"""Who is connected: rows that die with the lease of their worker."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .room import Room


class WorkerLease(models.Model):
    """A worker that is alive as long as it renews its lease; silent, it is dead and its connections with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    spawn = models.UUIDField(_("start by the supervisor"), null=True, editable=False)
    host = models.CharField(_("host"), max_length=255)
    pid = models.PositiveIntegerField(_("process"))
    started_at = models.DateTimeField(_("started at"))
    lease_until = models.DateTimeField(_("alive until"), db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class LiveConnectionQuerySet(models.QuerySet["LiveConnection"]):
    """Connections."""

    def locked(self) -> "LiveConnectionQuerySet":
        """Lock the rows, in the order of their ids, so that two who take several never wait for each other."""
        return self.select_for_update(of=("self",)).order_by("pk")


class LiveConnection(models.Model):
    """One WebSocket that has said `hello`, in exactly one room. `close_code`: it has been told to go, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    worker = models.ForeignKey(
        WorkerLease, models.CASCADE, related_name="connections", verbose_name=_("worker")
    )
    room = models.ForeignKey(Room, models.PROTECT, related_name="connections", verbose_name=_("room"))
    session_hash = models.CharField(max_length=64, db_index=True, editable=False)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True, db_index=True)
    client = models.CharField(_("program"), max_length=64, blank=True)
    joined_at = models.DateTimeField(_("since"))
    close_code = models.PositiveSmallIntegerField(_("told to close with"), null=True, blank=True)

    objects: ClassVar[LiveConnectionQuerySet] = LiveConnectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("live connection")
        verbose_name_plural = _("live connections")
        default_permissions = ("view",)
        permissions = [("disconnect_people", "Can disconnect people")]
        indexes: ClassVar = [models.Index(fields=["room", "user"], name="connection_occupants")]

    def __str__(self) -> str:
        return str(self.pk)
