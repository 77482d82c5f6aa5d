"""The chat of Channels' own tutorial, in memory on Daphne, with the one line that a real chat adds: it stores.

Usage: python channels_example.py PORT DATABASE
"""

import json
import sys
from typing import Any

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["daphne", "channels"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sys.argv[2],
            # As kind to it as can be: a connection that is closed after each message would tidy its log up each time.
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
)
django.setup()

from channels.db import database_sync_to_async  # noqa: E402 - Django must be set up first
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from daphne.endpoints import build_endpoint_description_strings  # noqa: E402
from daphne.server import Server  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import re_path  # noqa: E402


class Message(models.Model):
    room = models.CharField(max_length=100)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "example"

    def __str__(self) -> str:
        return self.text


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code: int) -> None:
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data: str) -> None:
        message = json.loads(text_data)["message"]
        await database_sync_to_async(Message.objects.create)(room=self.room_name, text=message)
        await self.channel_layer.group_send(
            self.room_group_name, {"type": "chat.message", "message": message}
        )

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"message": event["message"]}))


def _prepare_database() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Message)
    connection.close()


def main() -> None:
    _prepare_database()
    sockets = URLRouter([re_path(r"ws/chat/(?P<room_name>\w+)/$", ChatConsumer.as_asgi())])
    application = ProtocolTypeRouter(
        {"http": get_asgi_application(), "websocket": AllowedHostsOriginValidator(sockets)}
    )
    endpoints = build_endpoint_description_strings(host="127.0.0.1", port=int(sys.argv[1]))
    Server(application, endpoints=endpoints, signal_handlers=True, verbosity=0).run()


if __name__ == "__main__":
    main()
