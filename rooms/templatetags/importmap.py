"""The import map: from the plain names that modules import one another by to their hashed names."""

import json
from functools import lru_cache

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from chatproject.headers import allow_inline_script

register = template.Library()

MODULES = "js/"


@register.simple_tag(takes_context=True)
def importmap(context: Context) -> SafeString:
    """Print the map, allow it by its hash, and print what is to be fetched beforehand: all of it is needed at once.

    Modules keep plain relative imports, so a change of one renames only that one. Where nothing has been collected
    there are no hashed names, and no map.
    """
    modules = _modules()
    if not modules:
        return SafeString("")
    preloads = format_html_join(
        "\n  ", '<link rel="modulepreload" href="{}">', ((url,) for url in modules.values())
    )
    text = _json(modules)
    allow_inline_script(context["request"], text)
    return format_html('<script type="importmap">{}</script>\n  {}', text, preloads)


@lru_cache
def _modules() -> dict[str, str]:
    names: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    return {
        settings.STATIC_URL + name: staticfiles_storage.url(name)
        for name in sorted(names)
        if name.startswith(MODULES) and name.endswith(".js")
    }


def _json(modules: dict[str, str]) -> SafeString:
    """Nothing in it comes from people, only names of our own files; `<` cannot end the script all the same."""
    return mark_safe(json.dumps({"imports": modules}, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S308
