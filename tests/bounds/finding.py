"""What a bound found: one fact, what is allowed of it, and whether that holds."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A line of the table."""

    what: str
    seen: str
    allowed: str
    holds: bool


def at_most(what: str, seen: float, allowed: float, unit: str = "") -> Finding:
    """Find that a figure is not larger than allowed."""
    return Finding(
        what=what, seen=_figure(seen, unit), allowed=f"≤ {_figure(allowed, unit)}", holds=seen <= allowed
    )


def at_least(what: str, seen: float, wanted: float, unit: str = "") -> Finding:
    """Find that a figure is not smaller than wanted."""
    return Finding(
        what=what, seen=_figure(seen, unit), allowed=f"≥ {_figure(wanted, unit)}", holds=seen >= wanted
    )


def exactly(what: str, seen: object, allowed: object) -> Finding:
    """Find that a fact is just what it must be."""
    return Finding(what=what, seen=str(seen), allowed=str(allowed), holds=seen == allowed)


def remark(what: str, seen: float, unit: str = "") -> Finding:
    """Say a figure that nothing is promised of."""
    return Finding(what=what, seen=_figure(seen, unit), allowed="", holds=True)


def share_of(values: list[float], share: float) -> float:
    """Return the value below which that share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _figure(value: float, unit: str) -> str:
    text = f"{value:.0f}" if float(value).is_integer() or value >= 1000 else f"{value:.2f}"
    return f"{text} {unit}".rstrip()
