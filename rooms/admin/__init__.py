"""What those who look after the chat see and do, in Django admin. The actions call services; nothing is edited here."""

from . import actions, connections, log, people, rooms

__all__ = ["actions", "connections", "log", "people", "rooms"]
