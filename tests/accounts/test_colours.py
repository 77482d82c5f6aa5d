"""The tokens can be read: text stands out by 4.5 to 1 and fields by 3 to 1, in light and in dark."""

import math
import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parent.parent.parent / "static/css/tokens.css"
VALUE = re.compile(r"--([\w-]+): (.+?);")
COLOUR = re.compile(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)")
TEXT = [
    (
        "ink",
        (
            "paper",
            "raised",
            "sunken",
            "bubble",
            "bubble-own",
            "accent-soft",
            "danger-soft",
            "warn-soft",
            "ok-soft",
        ),
    ),
    ("muted", ("paper", "raised", "sunken", "bubble", "bubble-own")),
    ("accent", ("paper", "raised", "sunken")),
    ("on-accent", ("accent", "accent-strong")),
    ("danger", ("paper", "raised", "danger-soft")),
    ("warn", ("paper", "raised", "warn-soft")),
    ("ok", ("paper", "raised", "ok-soft")),
]
EDGES = [("line-strong", ("paper", "raised")), ("accent", ("paper", "raised", "sunken"))]


def colour(name: str, *, is_dark: bool) -> tuple[float, float, float]:
    """The token as linear red, green and blue."""
    values = dict(VALUE.findall(TOKENS.read_text()))
    value = values[name]
    while reference := re.fullmatch(r"var\(--([\w-]+)\)", value):
        value = values[reference[1]]
    lightness, chroma, hue = (float(part) for part in COLOUR.findall(value)[is_dark])
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def contrast(one: str, other: str, *, is_dark: bool) -> float:
    def luminance(name: str) -> float:
        red, green, blue = (min(1.0, max(0.0, part)) for part in colour(name, is_dark=is_dark))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        (front, back, least)
        for pairs, least in ((TEXT, 4.5), (EDGES, 3))
        for front, backs in pairs
        for back in backs
    ],
)
def test_what_is_written_stands_out(front, back, least, is_dark):
    assert contrast(front, back, is_dark=is_dark) >= least


def test_black_on_white_is_what_the_formula_says(tmp_path, monkeypatch):
    file = tmp_path / "tokens.css"
    file.write_text(
        "--a: light-dark(oklch(0 0 0), oklch(0 0 0)); --b: light-dark(oklch(1 0 0), oklch(1 0 0));"
    )
    monkeypatch.setitem(globals(), "TOKENS", file)

    assert contrast("a", "b", is_dark=False) == pytest.approx(21, abs=0.01)
