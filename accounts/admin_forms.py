"""Forms about people in the administration: names as in the sign-up, and passwords in words of ours."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.utils import filter_users_by_email
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    SetUnusablePasswordMixin,
    UserChangeForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import User
from .names import NameRefused, check_login, check_person_name

WITHOUT = _("Without a password nobody can log in to this account.")


class CheckedNames:
    """What is said anew must be what a sign-up would take, but for reserved logins. What stands there may stay."""

    # Of the form that this is mixed into. Any: whatever its fields hold.
    cleaned_data: dict[str, Any]
    instance: User

    def clean_username(self) -> str:
        """Refuse what cannot be had, or cannot be told from somebody else's by eye."""
        said: str = self.cleaned_data["username"]
        if said == self.instance.username:
            return said
        try:
            login = check_login(said, may_be_reserved=True)
        except NameRefused as refused:
            raise ValidationError(refused.message, code=refused.reason) from refused
        if User.objects.named(login).exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                _("This username is taken, or looks like one that is. Please choose another one.")
            )
        return login

    def clean_first_name(self) -> str:
        return self._checked("first_name")

    def clean_last_name(self) -> str:
        return self._checked("last_name")

    def clean_email(self) -> str:
        """An address belongs to one person: whoever reads its mail may choose their password."""
        said: str = self.cleaned_data["email"]
        if said and said != self.instance.email:
            owners = cast("list[User]", filter_users_by_email(said, prefer_verified=True))
            if any(owner.pk != self.instance.pk for owner in owners):
                raise ValidationError(_("This address belongs to another account."))
        return said

    def _checked(self, field: str) -> str:
        said: str = self.cleaned_data[field]
        if not said or said == getattr(self.instance, field):
            return said
        try:
            return check_person_name(said)
        except NameRefused as refused:
            raise ValidationError(refused.message, code=refused.reason) from refused


class PersonForm(CheckedNames, UserChangeForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Somebody who has an account."""


class NewPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # not subscriptable at run time
    usable_password_help_text = WITHOUT  # type: ignore[assignment]  # lazy, as Django's own


class NewPersonForm(CheckedNames, AdminUserCreationForm):  # type: ignore[type-arg]  # not subscriptable at run time
    usable_password = SetUnusablePasswordMixin.create_usable_password_field(WITHOUT)
