"""The terminal client: it knows the wire contract (`docs/protocol.md`) and nothing of the server's code."""
