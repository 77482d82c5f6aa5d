"""What a part has logged, and nothing of what a thread that an earlier test has left may still say."""

from __future__ import annotations

import logging

import pytest


def said_by(name: str, caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return the records of the logger with this name in the order in which they were made."""
    return [record for record in caplog.records if record.name == name]
