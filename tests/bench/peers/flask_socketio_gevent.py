"""Flask-SocketIO on gevent, with one commit a message, by plain sqlite3: kinder to it than an ORM would be.

Usage: python flask_socketio_gevent.py PORT DATABASE
"""

from gevent import monkey

monkey.patch_all()

import sqlite3  # noqa: E402 - after gevent has put its own in place of what blocks
import sys  # noqa: E402

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", cors_allowed_origins="*")
database = sqlite3.connect(sys.argv[2], check_same_thread=False)
database.executescript(
    """
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=NORMAL;
    CREATE TABLE message (id INTEGER PRIMARY KEY, room TEXT, text TEXT, sent_at TEXT DEFAULT CURRENT_TIMESTAMP);
    """
)


@socketio.on("join")
def join(data: dict[str, str]) -> None:
    join_room(data["room"])
    emit("joined", {})


@socketio.on("message")
def message(data: dict[str, str]) -> None:
    database.execute("INSERT INTO message (room, text) VALUES (?, ?)", (data["room"], data["message"]))
    database.commit()
    emit("message", {"message": data["message"]}, to=data["room"])


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]))
