"""python-socketio on uvicorn, which only passes on. Usage: python python_socketio.py PORT"""

import sys

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")


@server.on("join")
async def join(sid: str, data: dict[str, str]) -> None:
    await server.enter_room(sid, data["room"])
    await server.emit("joined", {}, to=sid)


@server.on("message")
async def message(sid: str, data: dict[str, str]) -> None:
    await server.emit("message", {"message": data["message"]}, room=data["room"])


if __name__ == "__main__":
    uvicorn.run(
        socketio.ASGIApp(server),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        # Nothing else here compresses: the load generator does not offer it, and this says so.
        ws_per_message_deflate=False,
    )
