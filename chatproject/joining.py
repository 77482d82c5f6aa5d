"""Modules joined into one file: each in a scope of its own, in the order in which a browser would run them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable

Read = Callable[[str], str]  # The text of a module, without comments.

_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"(?P<module>\.[^"]+)";\n', re.MULTILINE)
_LATER_IMPORT = re.compile(r'\bimport\("(?P<module>\.[^"]+)"\)')
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (?P<name>[\w$]+))", re.MULTILINE)
_FOREIGN = re.compile(r'^(?:import\b(?!\()|export\b)|\bimport\s*\((?!")|\bimport\.meta\b', re.MULTILINE)


class CannotJoin(Exception):
    """A module needs itself, or uses a form of import or export that is not known here."""


def needed_modules(entry: str, read: Read) -> list[str]:
    """Return the modules that `entry` needs, each after those that it needs itself; `entry` is the last."""
    order: dict[str, None] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise CannotJoin(f"{name} needs itself: {' > '.join((*above, name))}")
        if name not in order:
            for other in _imports(name, read(name)):
                add(other, (*above, name))
            order[name] = None

    add(entry, ())
    return list(order)


def join_modules(file: str, places: dict[str, str], read: Read) -> str:
    """
    Return the module `file` with all modules that have their place there, and export those that others need.

    What the module of that name itself exports is exported under its names too: it may be asked for by `import()`.

    `places` has the modules in the order of `needed_modules`, and for each the file in which it is. Known are
    `import { a, b as c } from "./x.js"`, `import("./x.js")`, and `export` before a function, a class or a constant.
    """
    short = {name: f"${number}" for number, name in enumerate(places)}
    texts = {name: read(name) for name, place in places.items() if place == file}
    needed = _needed_by(texts, read)
    exported = _needed_by(places.keys() - texts.keys(), read)
    folder = posixpath.dirname(file)
    heads = [
        f"import {_list(short[name] for name in sorted(needed) if places[name] == place)}"
        f' from "{_to(place, folder)}";\n'
        for place in sorted({places[name] for name in needed})
    ]
    scopes = [f"const {short[name]} = {_scope(name, text, folder, short)};\n" for name, text in texts.items()]
    tail = f"export {_list(short[name] for name in texts if name in exported)};\n"
    names = [found["name"] for found in _EXPORT.finditer(texts.get(file, ""))]
    own = [f"export const {_list(names)} = {short[file]};\n"] if names else []
    return "".join([*heads, *scopes, tail, *own])


def _needed_by(names: Collection[str], read: Read) -> set[str]:
    """Return the other modules that these import."""
    return {other for name in names for other in _imports(name, read(name))} - set(names)


def _imports(name: str, text: str) -> list[str]:
    return [_resolved(name, found["module"]) for found in _IMPORT.finditer(text)]


def _scope(name: str, text: str, folder: str, short: dict[str, str]) -> str:
    """Return a call that runs the module and gives what it exports; `folder` is that of the file it will stand in."""

    def taken(found: re.Match[str]) -> str:
        names = re.sub(r"\s+as\s+", ": ", (found["names"] or "").strip())
        return f"const {{ {names} }} = {short[_resolved(name, found['module'])]};\n" if names else ""

    def fetched(found: re.Match[str]) -> str:
        return f'import("{_to(_resolved(name, found["module"]), folder)}")'

    exported = [found["name"] for found in _EXPORT.finditer(text)]
    body = _EXPORT.sub("", _IMPORT.sub(taken, text))
    if foreign := _FOREIGN.search(body):
        raise CannotJoin(f"{name}: {body[foreign.start() :].splitlines()[0]}")
    return f"(() => {{\n{_LATER_IMPORT.sub(fetched, body)}return {{ {', '.join(exported)} }};\n}})()"


def _list(names: Iterable[str]) -> str:
    return f"{{ {', '.join(names)} }}"


def _resolved(name: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))


def _to(name: str, folder: str) -> str:
    path = posixpath.relpath(name, folder)
    return path if path.startswith("../") else f"./{path}"
