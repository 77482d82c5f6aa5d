"""The import map: from the plain names that modules import one another by to their hashed names."""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from chatproject.headers import allow_inline_script

register = template.Library()

_IMPORT = re.compile(r'^(?:import|export)\b(?:[\w\s{},*$]*\bfrom)?\s*"(\.[^"]+)";', re.MULTILINE)
_LATER_IMPORT = re.compile(r'\bimport\("(\.[^"]+)"\)')


@register.simple_tag(takes_context=True)
def importmap(context: Context, entry: str) -> SafeString:
    """Print the map for the modules that `entry` needs, allow it by its hash, and have them fetched beside it.

    Modules keep plain relative imports, so a change of one renames only that one. Where nothing has been collected
    there are no hashed names, and no map.
    """
    modules, at_once = _modules(entry)
    if not modules:
        return SafeString("")
    preloads = format_html_join("\n", '<link rel="modulepreload" href="{}">', ((url,) for url in at_once))
    text = _json(modules)
    allow_inline_script(context["request"], text)
    return format_html('<script type="importmap">{}</script>\n{}', text, preloads)


def addresses_for(entry: str) -> list[str]:
    """Return the addresses of all modules that `entry` may need, and of itself."""
    modules, _at_once = _modules(entry)
    return [*modules.values()] or [staticfiles_storage.url(entry)]


@lru_cache
def _modules(entry: str) -> tuple[dict[str, str], list[str]]:
    """Return plain and hashed addresses of all that `entry` may need, and which of these it needs at once."""
    if not _hashed_files():
        return {}, []
    at_once = _needed(entry, _IMPORT)
    all_ = _needed(entry, _IMPORT, _LATER_IMPORT)
    addresses = {settings.STATIC_URL + name: staticfiles_storage.url(name) for name in sorted(all_)}
    return addresses, [staticfiles_storage.url(name) for name in sorted(at_once - {entry})]


def _hashed_files() -> dict[str, str]:
    return getattr(staticfiles_storage, "hashed_files", {})


def _needed(entry: str, *forms: re.Pattern[str]) -> set[str]:
    there = _hashed_files()
    needed: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in there and name not in needed:
            needed.add(name)
            waiting += _imports(name, forms)
    return needed


def _imports(name: str, forms: Iterable[re.Pattern[str]]) -> Iterator[str]:
    with staticfiles_storage.open(name) as file:
        text = file.read().decode()
    for relative in (found for form in forms for found in form.findall(text)):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))


def _json(modules: dict[str, str]) -> SafeString:
    """Nothing in it comes from people, only names of our own files; `<` cannot end the script all the same."""
    return mark_safe(json.dumps({"imports": modules}, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S308
