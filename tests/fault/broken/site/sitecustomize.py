"""Python imports this first of all in a process that has this folder on its path."""

import os

if name := os.environ.get("CHAT_BROKEN"):
    from tests.fault.broken.servers import SERVERS
    from tests.harness.exchange import when_imported

    when_imported(SERVERS[name].part, SERVERS[name].spoil)
