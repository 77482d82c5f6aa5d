"""Whether this worker is alive, and whether it should be given work."""

from __future__ import annotations

from channels.layers import get_channel_layer
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chatproject.draining import is_draining


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer while the process is alive; no I/O."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say what is ready; 503 when the database is away or behind, or the worker is about to stop.

    Redis away is no reason to send people elsewhere: the database carries the messages, only slower.
    """
    database = _database_state()
    is_ready = database == "ok" and not is_draining()
    state = {
        "status": "ok" if is_ready else "unavailable",
        "database": database,
        "layer": "ok" if getattr(get_channel_layer(), "healthy", True) else "degraded",
        "draining": is_draining(),
    }
    return JsonResponse(state, status=200 if is_ready else 503)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        is_behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (DatabaseError, InterfaceError):
        return "unavailable"
    return "unmigrated" if is_behind else "ok"
