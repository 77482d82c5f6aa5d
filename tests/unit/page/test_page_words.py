"""The words of the page: complete, and asked for by its scripts under the names that they have."""

import inspect
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from rooms import page_words as words_of_the_page
from rooms.page_words import page_words

SCRIPTS = Path(__file__).parents[3] / "static/js"
ELEMENTS = [*SCRIPTS.glob("elements/*.js"), *SCRIPTS.glob("page/*.js")]
# Those whose key is put together from a value: a close's or an end's reason, a refusal's code, a message's state.
COMPOSED = re.compile(
    r"closed_|refused_|waits_(too_many_connections|left|session_ended|banned)|sending|waiting|stale"
)


def test_each_word_that_a_script_asks_for_is_there() -> None:
    asked = {key for script in ELEMENTS for key in re.findall(r'\bsay\(\s*"(\w+)"', script.read_text())}

    assert asked
    assert asked <= set(page_words())


def test_no_key_has_two_sentences() -> None:
    keys = re.findall(r'^ {8}"(\w+)": ', inspect.getsource(words_of_the_page), re.MULTILINE)

    assert sorted(keys) == sorted(set(keys))
    assert set(keys) == set(page_words())


def test_each_word_is_asked_for_by_a_script() -> None:
    scripts = "".join(script.read_text() for script in ELEMENTS)

    idle = [key for key in page_words() if f'"{key}"' not in scripts and not COMPOSED.match(key)]

    assert idle == [], "words that no script says, or keys that it spells otherwise"


@pytest.mark.parametrize("language", ["en", "es", "ru"])
def test_names_to_be_filled_in_are_the_same_in_every_language_and_form(language: str) -> None:
    with override("en"):
        source = page_words()
    with override(language):
        told = page_words()

    for key, words in told.items():
        original = source[key]
        forms = [words] if isinstance(words, str) else list(words.values())
        expected = set(re.findall(r"\{\w+\}", original if isinstance(original, str) else original["other"]))
        for form in forms:
            assert set(re.findall(r"\{\w+\}", form)) == expected, (language, key, form)


@pytest.mark.parametrize("language", ["es", "ru"])
def test_every_word_is_translated(language: str) -> None:
    with override("en"):
        source = page_words()
    with override(language):
        told = page_words()

    same = [key for key in source if source[key] == told[key]]

    assert same == []
