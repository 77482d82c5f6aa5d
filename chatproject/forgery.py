"""What is answered to a form that does not carry the token of its session: an old page, or another site's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def refuse(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - nothing is told of it
    """Refuse it, and show a text again that was written on a page of ours: nobody types it twice."""
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    kept = request.POST.get("text", "") if is_ours else ""
    return render(request, "403_csrf.html", {"kept": kept}, status=403)
