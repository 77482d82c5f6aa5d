"""A person with a session, and the default room."""

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Room
from rooms.services.rooms import ensure_default_room


@pytest.fixture
def ana(db: None) -> User:
    return User.objects.create_user("ana", first_name="Ana María", last_name="García")


@pytest.fixture
def visitor(ana: User, lobby: Room) -> Client:
    """A browser in which Ana is logged in."""
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def lobby(db: None) -> Room:
    return Room.objects.get(pk=ensure_default_room())
