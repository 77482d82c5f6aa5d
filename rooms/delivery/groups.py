"""Names of the channel layer's groups. Ids only: what people type never names a group."""

LOBBY = "lobby"


def room_group(room_id: int) -> str:
    """Group of those who follow a room: `room.<id>`."""
    return f"room.{room_id}"


def inbox_group(user_id: int) -> str:
    """Group of those who follow a person's inbox, and of what concerns the person's connections."""
    return f"inbox.{user_id}"
