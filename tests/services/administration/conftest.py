"""A chat with people in it, and those who look after it at their browsers."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from tests.accounts.fixtures import PASSWORD, ana, log_in, person, quick_hasher

__all__ = ["ana", "log_in", "quick_hasher"]


@pytest.fixture
def boss(world, log_in) -> Client:
    return log_in(User.objects.create_superuser("boss", password=PASSWORD))


@pytest.fixture
def helper(world, log_in) -> Callable[..., Client]:
    """Return staff with these permissions and no others."""

    def helper(*codenames: str) -> Client:
        user = person("helper", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return log_in(user)

    return helper
