"""The client speaks three languages, completely, and chooses among them as other programs do."""

import re

import polib
import pytest

from client.words import LANGUAGES, Words, choose_language
from tests.harness.environment import ROOT

FOLDER = ROOT / "client" / "locale"
PLACEHOLDER = re.compile(r"\{\w*\}")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_sentence_is_translated_with_its_placeholders(language: str) -> None:
    template = polib.pofile(str(FOLDER / "client.pot"))
    catalogue = polib.pofile(str(FOLDER / language / "LC_MESSAGES" / "client.po"))

    assert {entry.msgid for entry in catalogue} == {entry.msgid for entry in template}
    for entry in catalogue:
        assert entry.translated(), entry.msgid
        assert not entry.fuzzy
        for translation in [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values():
            assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(entry.msgid))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_what_is_installed_is_what_is_written(language: str) -> None:
    folder = FOLDER / language / "LC_MESSAGES"

    compiled = {entry.msgid: entry for entry in polib.mofile(str(folder / "client.mo"))}

    for entry in polib.pofile(str(folder / "client.po")):
        assert compiled[entry.msgid].msgstr == entry.msgstr
        assert compiled[entry.msgid].msgstr_plural == entry.msgstr_plural


def test_every_sentence_of_the_code_is_in_the_catalogue() -> None:
    known = {entry.msgid for entry in polib.pofile(str(FOLDER / "client.pot"))}
    code = "\n".join(path.read_text() for path in (ROOT / "client").rglob("*.py"))

    said = re.findall(r"\bsay\(\s*\"((?:[^\"\\]|\\.)*)\"", code)

    assert said
    assert set(said) <= known


@pytest.mark.parametrize(
    ("wish", "environment", "language"),
    [
        ("ru", {"LANG": "es_ES.UTF-8"}, "ru"),
        (None, {"LANG": "es_AR.UTF-8"}, "es"),
        (None, {"LC_ALL": "ru_RU.UTF-8", "LANG": "es_ES.UTF-8"}, "ru"),
        (None, {"LANG": "de_DE.UTF-8", "LANGUAGE": "de:ru:es"}, "ru"),
        (None, {"LANG": "C", "LANGUAGE": "ru"}, "en"),
        (None, {"LANG": "fr_FR.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_environment_chooses_the_language(
    wish: str | None, environment: dict[str, str], language: str
) -> None:
    assert choose_language(wish, environment) == language


def test_russian_counts_as_russians_do() -> None:
    words = Words("ru")

    counted = [
        words.many("{count} message waiting.", "{count} messages waiting.", count) for count in (1, 2, 5, 21)
    ]

    assert counted == ["1 сообщение ждёт.", "2 сообщения ждут.", "5 сообщений ждут.", "21 сообщение ждёт."]
