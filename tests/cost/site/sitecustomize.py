"""Python imports this first of all in a process that has this folder on its path."""

import os

if path := os.environ.get("CHAT_COUNTS"):
    from tests.cost.counting import count_into

    count_into(path)
