"""Pages and answers about oneself that allauth does not have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from .models import Profile
from .sessions import identify_token
from .themes import Theme, keep_theme


@require_safe
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """Tell a client who it is: a browser cannot see why its handshake was refused."""
    token = request.headers.get("X-Session-Token")
    if token is not None:
        identity = identify_token(token)
        login = identity.login if identity else None
    else:
        login = request.user.get_username() if request.user.is_authenticated else None
    return JsonResponse({"login": login}) if login else JsonResponse({}, status=401)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the language in a cookie, and in the profile of who has one."""
    code = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(code):
        Profile.objects.filter(user=request.user).update(language=code)
    return set_language(request)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the look in a cookie; lead back, or answer a script with 204."""
    theme = request.POST.get("theme", "")
    # Named, not `request.accepts`: a form's `Accept` ends in `*/*`.
    is_script = "application/json" in request.headers.get("Accept", "")
    answer = HttpResponse(status=204) if is_script else HttpResponseRedirect(_way_back(request))
    if theme in Theme.values:
        keep_theme(answer, Theme(theme))
    return answer


def _way_back(request: HttpRequest) -> str:
    """Where the form wanted to lead, if that is on this site."""
    target = request.POST.get("next", "")
    is_here = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_here else "/"
