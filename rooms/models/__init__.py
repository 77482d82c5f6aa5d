"""The facts of the chat: logs, rooms, what was said, who is connected."""

from .clock import database_now
from .mark import ConversationMark
from .message import Message
from .presence import LiveConnection, WorkerLease
from .room import Participant, Room
from .stream import History, Inbox, Stream

__all__ = [
    "ConversationMark",
    "History",
    "Inbox",
    "LiveConnection",
    "Message",
    "Participant",
    "Room",
    "Stream",
    "WorkerLease",
    "database_now",
]
