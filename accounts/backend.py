"""Log-in by login and password, through allauth: without case, as logins are unique without case."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from .models import User


class LoginBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend, finding people by the indexed key of their login."""

    def _authenticate_by_username(self, username: str, password: str) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = self._check_password(User.objects.named(username).first(), password)
        return user
