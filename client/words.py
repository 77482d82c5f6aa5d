"""What the client says, in the language of whoever uses it: GNU catalogues in `locale/`, English in the code."""

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "es", "ru")
_FOLDER = Path(__file__).parent / "locale"


class Words:
    """Sentences in one language. Names in braces are filled in."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = gettext.translation("client", _FOLDER, [language], fallback=language == "en")

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence."""
        return self._catalogue.gettext(sentence).format(**values)

    def many(self, one: str, several: str, count: int, **values: object) -> str:
        """Return a sentence about so many."""
        return self._catalogue.ngettext(one, several, count).format(count=count, **values)


def choose_language(wish: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """Return the language to speak: the wished one, else the first known one that the environment names."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    # As GNU gettext has it: LANGUAGE is a list, and counts unless the locale is the plain one.
    locale = next((environment[name] for name in names if environment.get(name)), "")
    wishes = [
        wish or "",
        *([] if locale in {"", "C", "POSIX"} else environment.get("LANGUAGE", "").split(":")),
        locale,
    ]
    codes = (each.partition("_")[0].partition(".")[0].partition("-")[0].lower() for each in wishes)
    return next((code for code in codes if code in LANGUAGES), "en")
