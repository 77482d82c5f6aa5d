"""Spanish and Russian are complete: every string of the code is translated, and no translation is left over."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|(?<!\{)\{\w*\}(?!\})")
LANGUAGES = ["es", "ru"]
Key = tuple[str, str, str]  # context, singular, plural


def keys_of(code: str) -> set[Key]:
    """The strings that a piece of Python hands to gettext."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in CALLS and texts:
            context = texts.pop(0) if name.startswith("p") else ""
            found.add((context, texts[0], texts[1] if "ngettext" in name else ""))
    return found


def keys_of_template(path: Path) -> set[Key]:
    """Read a template as `makemessages` does: as the calls to gettext that it stands for."""
    calls = re.finditer(r"(?:n?p?gettext|_)\(", code := templatize(path.read_text()))
    found = set()
    for call in calls:
        for end in range(call.end(), len(code)):
            if code[end] == ")":
                try:
                    found |= keys_of(code[call.start() : end + 1])
                except SyntaxError:
                    continue
                break
    return found


@pytest.fixture(scope="module")
def strings() -> set[Key]:
    sources = [p for folder in ("accounts", "chatproject", "rooms") for p in (ROOT / folder).rglob("*.py")]
    templates = list((ROOT / "templates").rglob("*.*"))
    return set().union(*(keys_of(p.read_text()) for p in sources), *(keys_of_template(p) for p in templates))


def catalogue(language: str, kind: str = "po") -> list[polib.POEntry]:
    path = str(ROOT / "locale" / language / "LC_MESSAGES" / f"django.{kind}")
    return list(polib.pofile(path) if kind == "po" else polib.mofile(path))


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_of_the_code_stands_in_the_catalogue_and_no_other(strings, language):
    """Run bin/messages, and translate what is new."""
    kept = {key(entry) for entry in catalogue(language) if not entry.obsolete}

    assert strings - kept == set()
    assert kept - strings == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated_for_sure(language):
    unsure = [entry.msgid for entry in catalogue(language) if entry.fuzzy or not all(texts(entry))]

    assert unsure == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_what_its_string_names(language):
    different = [
        (entry.msgid, text)
        for entry in catalogue(language)
        for text in texts(entry)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]

    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    """Run bin/messages."""
    written = {key(entry): texts(entry) for entry in catalogue(language)}
    compiled = {key(entry): texts(entry) for entry in catalogue(language, "mo")}

    assert compiled == written


def test_no_string_of_ours_changes_the_name_of_a_month_or_a_day(strings):
    from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR

    names = {str(name) for table in (MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR) for name in table.values()}

    assert names & {singular for _context, singular, _plural in strings} == set()
