"""Python imports this first of all in a process that has this folder on its path."""

import os

if name := os.environ.get("CHAT_BROKEN"):
    from tests.fault.broken import spoil_when_imported
    from tests.fault.broken.servers import SERVERS

    spoil_when_imported(SERVERS[name])
