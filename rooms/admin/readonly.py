"""Lists that are only looked at, also when they are long."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest

from accounts.few_at_once import FewAtOnce
from rooms.protocol import limits

COUNTED_AT_MOST = 10_000
DIGITS = 30  # More of them are as much beyond every number, and take long to read.


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of the first COUNTED_AT_MOST rows: nobody turns a hundred pages, and to count all would read all."""

    @cached_property
    def count(self) -> int:
        """Count as far as pages go."""
        rows: Any = self.object_list  # Any: a QuerySet, as the administration calls it
        # Only keys: SQLite would work out what stands beside each, and sort them.
        return int(rows.order_by().values("pk")[:COUNTED_AT_MOST].count())


class ReadOnly(FewAtOnce):
    """What is only shown: it is changed by those who talk, and by actions that call services."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # counting what each filter would find reads everything, too
    list_per_page = 50

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Find nothing under a number that no database knows. Any: a model's row, or None."""
        is_number = object_id.isascii() and object_id.isdecimal()
        if is_number and int(object_id[:DIGITS]) > limits.INTEGER:
            return None
        return super().get_object(request, object_id, from_field)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: streams have no holes."""
        return False
