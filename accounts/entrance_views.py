"""Sign-up and log-in, where the language can be changed in the middle of the form."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, SignupView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from .languages import keep_language

# Passwords are not sent back to anybody: they are typed again.
_KEPT = ("first_name", "last_name", "username", "age", "gender", "email", "login")


class _SpeaksAnotherLanguage:
    """Print the form again in the language whose button was pressed, with what had been typed, unjudged.

    The buttons send the form itself, so that no script is needed and nothing is stored. Any: what Django's views pass.
    """

    request: HttpRequest

    def post(self, request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        code = request.POST.get("language", "")
        if code not in dict(settings.LANGUAGES):
            answer: HttpResponse = super().post(request, *arguments, **options)  # type: ignore[misc]
            return answer
        translation.activate(code)
        request.LANGUAGE_CODE = code
        self._kept = {name: request.POST[name] for name in _KEPT if name in request.POST}
        answer = super().get(request, *arguments, **options)  # type: ignore[misc]
        keep_language(answer, code)
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        if not hasattr(self, "_kept"):
            return kwargs
        judged = {"data", "files"}
        said = {name: value for name, value in kwargs.items() if name not in judged}
        return said | {"initial": {**kwargs["initial"], **self._kept}}


class _SignUp(_SpeaksAnotherLanguage, SignupView):  # type: ignore[misc]
    pass


class _LogIn(_SpeaksAnotherLanguage, LoginView):  # type: ignore[misc]
    pass


sign_up = _SignUp.as_view()
log_in = _LogIn.as_view()
