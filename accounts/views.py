"""Pages and answers about oneself and others that allauth does not have."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from chatproject.release import current_release

from .cards import card_of
from .devices import UNKNOWN_ADDRESS, device, place
from .forms import ProfileForm
from .models import Profile, User
from .services import change_profile, end_session, end_sessions
from .sessions import identify, open_sessions
from .themes import Theme, keep_theme

READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """Tell a client who it is: a browser cannot see why its handshake was refused."""
    token = request.headers.get("X-Session-Token")
    if token is not None:
        identity = identify(token)
        login = identity.login if identity else None
    else:
        login = request.user.get_username() if request.user.is_authenticated else None
    if login is None:
        return JsonResponse({}, status=401)
    release = current_release()
    return JsonResponse({"login": login, "release": release} if release else {"login": login})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the language in a cookie, and in the profile of who has one."""
    code = request.POST.get("language", "")
    if request.user.is_authenticated and code in dict(settings.LANGUAGES):
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


@READ_OR_POST
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """What one has said about oneself, what others see of it, and how this browser shows the chat."""
    me = cast(User, request.user)
    form = ProfileForm(request.POST if request.method == "POST" else None, person=me)
    status = 200
    if form.is_valid():
        if not form.changes_name or ratelimit.consume(request, action="change_name", user=me):
            change_profile(me, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("profile")
        form.add_error(None, _("You have changed your name often. Please wait an hour with the next one."))
        status = 429
    context = {"form": form, "card": card_of(me), "themes": Theme.choices}
    return render(request, "account/profile.html", context, status=status)


@require_safe
@never_cache
@login_required
def person(request: HttpRequest, login: str) -> HttpResponse:
    """What everybody may know about somebody, and the way to write to them."""
    somebody = None if "\0" in login else User.objects.present().named(login).first()
    if somebody is None:
        raise Http404
    is_me = somebody.pk == request.user.pk
    return render(request, "account/person.html", {"card": card_of(somebody), "is_me": is_me})


@READ_OR_POST
@never_cache
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is logged in; one session is ended there, all others, or all."""
    if request.method == "POST":
        return _end(request, request.POST.get("end", ""))
    here = request.session.session_key
    rows = [
        {
            "session": session,
            "device": device(session.user_agent),
            "address": "" if session.ip == UNKNOWN_ADDRESS else session.ip,
            "place": place(session.ip),
            "is_here": session.session_key == here,
        }
        for session in open_sessions(cast(User, request.user))
    ]
    rows.sort(key=lambda row: not row["is_here"])
    return render(request, "account/sessions.html", {"rows": rows})


def _end(request: HttpRequest, which: str) -> HttpResponse:
    me, here = cast(User, request.user), request.session.session_key or ""
    if which == "all":
        end_sessions(me, keep=here)
        get_adapter().logout(request)  # The sockets of this session are told at once.
        return redirect("account_login")
    if which == "others":
        end_sessions(me, keep=here)
        messages.success(request, _("You are logged in here only."))
    elif which.isdecimal() and len(which) < 19 and end_session(me, int(which), keep=here):
        messages.success(request, _("That session is over."))
    return redirect("sessions")
