"""What this project decides where allauth asks: which logins are free, what sign-up stores, where one lands."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy as _

from .devices import plain_address
from .languages import keep_language
from .models import Profile, User
from .names import NameRefused, check_login, name_key
from .services import end_oldest_sessions, forget_ended_sessions


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": _("This username is taken, or looks like one that is. Please choose another one."),
        "username_password_mismatch": _("Username and password do not fit."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return the login as it is kept; refuse with a reason what cannot be had or is taken."""
        try:
            login = check_login(username)
        except NameRefused as refusal:
            raise ValidationError(refusal.message, code=refusal.reason) from refusal
        if not shallow and User.objects.named(login).exists():
            raise self.validation_error("username_taken")
        return login

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: BaseForm,
        commit: bool = True,  # noqa: FBT001, FBT002
    ) -> User:
        """Store the account with its profile, both or neither."""
        said = form.cleaned_data
        # The password is hashed before the transaction: on SQLite nobody else could write for that long.
        super().save_user(request, user, form, commit=False)
        if not commit:
            return user
        try:
            with transaction.atomic():
                user.save()
                Profile.objects.create(
                    user=user, age=said["age"], gender=said["gender"], language=get_language() or ""
                )
        except IntegrityError as error:
            # Somebody took the login between the check and the insert.
            raise ImmediateHttpResponse(self._login_was_taken(request)) from error
        return user

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Go on in the person's language, and tidy up the list of sessions, in which the new one stands by then.

        Any: passed through.
        """
        answer: HttpResponse = super().post_login(request, user, **options)
        _speak_their_language(answer, user)
        forget_ended_sessions(user)
        end_oldest_sessions(user)
        return answer

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the gate in `asgi.py` has settled, proxies included; a proxy's header is not read again."""
        return plain_address(request.META.get("REMOTE_ADDR", ""))

    def is_safe_url(self, url: str | None) -> bool:
        """Whether one may be led there. What is no address at all is none of ours, and no fault of the server."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.SITE_NAME}: {subject}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_change_password")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures per account, however the login is spelled. Any: credentials are passed through."""
        return f"login:{name_key(str(credentials.get('username', '')))}"

    def _login_was_taken(self, request: HttpRequest) -> HttpResponse:
        error = self.validation_error("username_taken")
        if request.path.startswith("/_allauth/"):
            detail = {"param": "username", "code": error.code, "message": error.message}
            return JsonResponse({"status": 400, "errors": [detail]}, status=400)
        self.add_message(request, 40, message=str(error.message))
        return redirect("account_signup")


def _speak_their_language(answer: HttpResponse, user: User) -> None:
    """Let this browser show the pages as the person has chosen on another one."""
    language = Profile.objects.filter(user=user).values_list("language", flat=True).first()
    if language in dict(settings.LANGUAGES):
        keep_language(answer, language)
