"""What those who look after the chat do to others: end one session, or all sessions of somebody."""

from accounts.models import User
from accounts.services import delete_sessions, session_keys_of
from accounts.sessions import session_hash
from rooms.protocol.errors import CloseCode
from rooms.transactions import writing

from .presence import tell_to_close


def disconnect_person(person: User) -> int:
    """
    End all sessions of somebody and tell their sockets to close with 4401; return how many were told.

    They may log in again: whom the chat shall not have back, their account is closed. Rooms that live as long as they
    are here close without grace, as after a log-out.
    """
    keys = session_keys_of(person)  # before the transaction: on SQLite everybody who posts waits for it
    with writing():
        delete_sessions(keys)
        return tell_to_close(close_code=CloseCode.SESSION_ENDED, user_id=person.pk)


def disconnect_session(person: User, hashed: str) -> int:
    """End one session of somebody, known by its hash, and tell its sockets to close; return how many were told."""
    keys = [key for key in session_keys_of(person) if session_hash(key) == hashed]
    with writing():
        delete_sessions(keys)
        # The person too: who may touch them may touch nobody else whose hash they name.
        return tell_to_close(close_code=CloseCode.SESSION_ENDED, user_id=person.pk, session_hash=hashed)
