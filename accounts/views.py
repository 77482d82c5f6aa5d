"""Pages and answers about oneself that allauth does not have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from .models import Profile
from .sessions import identify_token


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
