"""What a browser does in the administration."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.test import Client

PEOPLE = "/admin/accounts/user/"
ROOMS = "/admin/rooms/room/"
CONNECTIONS = "/admin/rooms/liveconnection/"
LOG = "/admin/rooms/message/"
ACTIONS = "/admin/admin/logentry/"


def text_of(browser: Client, path: str, **query: Any) -> str:
    """Return a page that can be seen."""
    answer = browser.get(path, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def act(browser: Client, path: str, action: str, *chosen: Any, confirmed: bool = True) -> str:
    """Choose things in a list, let something be done to them, and return the page that follows."""
    fields = {"action": action, "_selected_action": [getattr(one, "pk", one) for one in chosen]}
    answer = browser.post(path, {**fields, **({"confirmed": "yes"} if confirmed else {})}, follow=True)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def done() -> list[str]:
    """What the log of actions says was done, the oldest first."""
    return [
        f"{e.user.username}: {e.object_repr}: {e.change_message}" for e in LogEntry.objects.order_by("pk")
    ]
