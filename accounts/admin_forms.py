"""Django's forms about passwords in the administration, with words that Django has not translated said in ours."""

from __future__ import annotations

from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, SetUnusablePasswordMixin
from django.utils.translation import gettext_lazy as _

WITHOUT = _("Without a password nobody can log in to this account.")


class NewPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # not subscriptable at run time
    usable_password_help_text = WITHOUT  # type: ignore[assignment]  # lazy, as Django's own


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]  # not subscriptable at run time
    usable_password = SetUnusablePasswordMixin.create_usable_password_field(WITHOUT)
