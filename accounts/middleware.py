"""Mends at the doors for programs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

PROGRAM_PATH = "/_allauth/"


class RefuseDeepJson:
    """Answer JSON that is nested too deep to be read with 400; allauth lets Python's RecursionError through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not (isinstance(exception, RecursionError) and request.path.startswith(PROGRAM_PATH)):
            return None
        return JsonResponse(
            {"status": 400, "errors": [{"code": "invalid", "message": "Too deep."}]}, status=400
        )
