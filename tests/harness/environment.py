"""The knobs of the chat, as `.env.example` lists them, so that no `.env` of a developer sways a run."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_KNOB = re.compile(r"^#([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)


def knobs() -> dict[str, str]:
    """Return every knob with its default; empty means that the program chooses."""
    return dict(_KNOB.findall((ROOT / ".env.example").read_text()))
