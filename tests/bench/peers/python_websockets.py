"""Python's `websockets` with its own broadcast(), which only passes on. Usage: python python_websockets.py PORT"""

import asyncio
import json
import sys
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, broadcast, serve

rooms: defaultdict[str, set[ServerConnection]] = defaultdict(set)


async def talk(socket: ServerConnection) -> None:
    assert socket.request is not None
    room = rooms[socket.request.path]
    room.add(socket)
    try:
        async for text in socket:
            broadcast(room, json.dumps({"message": json.loads(text)["message"]}))
    finally:
        room.discard(socket)


async def main() -> None:
    async with serve(talk, "127.0.0.1", int(sys.argv[1]), compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
