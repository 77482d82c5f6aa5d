"""The ASGI application that Daphne serves."""

from __future__ import annotations

import os
from typing import cast

from asgiref.typing import ASGI3Application
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
pages = cast("ASGI3Application", get_asgi_application())  # Loads the models: what follows imports them.

from chatproject.doors import build  # noqa: E402
from rooms.consumers import ChatConsumer  # noqa: E402

application = build(pages=pages, consumer=cast("ASGI3Application", ChatConsumer.as_asgi()))
