"""How the chat is: who is here, what is open, what is alive. A few cheap queries, whatever the log holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from rooms.models import LiveConnection, Message, Room, WorkerLease, database_now
from rooms.presence import leases

COUNTED_AT_MOST = 10_000
REDIS_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker; silent, it is taken for dead `leases.LEASE` after its last beat."""

    name: str
    connections: int
    started_at: datetime
    silent_seconds: int
    is_alive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """
    The figures of one moment. `open_rooms` and `messages_today` end at COUNTED_AT_MOST.

    `redis_answers`: None without a Redis.
    """

    people: int
    connections: int
    open_rooms: int
    messages_today: int
    workers: Sequence[Worker]
    redis_answers: bool | None

    @property
    def has_more_rooms(self) -> bool:
        """Whether the open rooms have not been counted to the end."""
        return self.open_rooms >= COUNTED_AT_MOST

    @property
    def has_more_messages(self) -> bool:
        """Whether today's messages have not been counted to the end."""
        return self.messages_today >= COUNTED_AT_MOST


def look_around() -> Overview:
    """Return how the chat is. Five queries; Redis is asked for a moment."""
    here = LiveConnection.objects.aggregate(people=Count("user_id", distinct=True), connections=Count("pk"))
    return Overview(
        people=here["people"],
        connections=here["connections"],
        open_rooms=Room.objects.open()[:COUNTED_AT_MOST].count(),
        messages_today=_messages_today(),
        workers=_workers(),
        redis_answers=_redis_answers(),
    )


def _messages_today() -> int:
    """Count what people wrote since midnight, a private message once. Index: message_by_time."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    said = Message.objects.filter(sent_at__gte=midnight, is_origin=True, author__isnull=False)
    return said[:COUNTED_AT_MOST].count()


def _workers() -> list[Worker]:
    now = database_now()
    alive = WorkerLease.objects.annotate(held=Count("connections")).order_by("host", "pid")
    return [
        Worker(
            name=str(lease),
            connections=lease.held,
            started_at=lease.started_at,
            silent_seconds=max(0, round((now - leases.last_sign_of_life(lease)).total_seconds())),
            is_alive=lease.lease_until > now,
        )
        for lease in alive
    ]


def _redis_answers() -> bool | None:
    if not settings.REDIS_URL:
        return None
    from redis import Redis, RedisError  # only where there is one

    timeouts = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    try:
        with Redis.from_url(settings.REDIS_URL, **timeouts) as redis:
            return bool(redis.ping())
    except (RedisError, OSError):
        return False
