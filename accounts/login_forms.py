"""allauth's forms that ask for the password, without its link to another one: the log-in page says where that is."""

from __future__ import annotations

from typing import Any

from allauth.account import forms


class LoginForm(forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *arguments: Any, **options: Any) -> None:  # Any: passed through
        super().__init__(*arguments, **options)
        self.fields["password"].help_text = ""


class ReauthenticateForm(forms.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *arguments: Any, **options: Any) -> None:  # Any: passed through
        super().__init__(*arguments, **options)
        self.fields["password"].help_text = ""


class ChangePasswordForm(forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *arguments: Any, **options: Any) -> None:  # Any: passed through
        super().__init__(*arguments, **options)
        self.fields["oldpassword"].help_text = ""
