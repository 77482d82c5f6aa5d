"""The project: settings, addresses, the ASGI application and the server that carries it."""
