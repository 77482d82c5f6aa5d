"""Lists that are only looked at, also when they are long."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest

COUNTED_AT_MOST = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of the first COUNTED_AT_MOST rows: nobody turns a hundred pages, and to count all would read all."""

    @cached_property
    def count(self) -> int:
        """Count as far as pages go."""
        rows: Any = self.object_list  # Any: a QuerySet, as the administration calls it
        return int(rows[:COUNTED_AT_MOST].count())


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """What is only shown: it is changed by those who talk, and by actions that call services."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # counting what each filter would find reads everything, too
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: streams have no holes."""
        return False
