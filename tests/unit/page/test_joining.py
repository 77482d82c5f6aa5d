"""Modules joined into one file do what they did apart."""

import subprocess
from pathlib import Path

import pytest

from chatproject.joining import CannotJoin, join_modules, needed_modules
from tests.harness.machine import find_node

MODULES = {
    "js/page.js": (
        'import { Clock, now as later } from "./chat/clock.js";\n'
        'import { say } from "./page/say.js";\n'
        'import "./page/side.js";\n'
        "say(new Clock().name, later());\n"
        'import("./late.js").then(({ last }) => last());\n'
    ),
    "js/chat/clock.js": (
        'const NAME = "clock";\n'
        "export class Clock { name = NAME; }\n"
        "export async function unused() {}\n"
        "export function now() { return MOMENT; }\n"
        "export const MOMENT = 7;\n"
    ),
    "js/page/say.js": 'const NAME = "say";\nexport function say(...words) { console.log(NAME, ...words); }\n',
    "js/page/side.js": 'console.log("side");\n',
    "js/late.js": (
        'import { MOMENT } from "./chat/clock.js";\n'
        'import { say } from "./page/say.js";\n'
        'say("late", MOMENT);\n'
        'export function last() { say("last"); }\n'
    ),
}


def read(name: str) -> str:
    return MODULES[name]


def test_each_module_comes_after_those_that_it_needs() -> None:
    assert needed_modules("js/page.js", read) == [
        "js/chat/clock.js",
        "js/page/say.js",
        "js/page/side.js",
        "js/page.js",
    ]


def test_joined_files_print_what_the_modules_print(tmp_path: Path) -> None:
    order = needed_modules("js/page.js", read)
    places = {name: "js/chat.js" if "/chat/" in name else "js/page.js" for name in order}
    places["js/late.js"] = "js/late.js"
    joined = {file: join_modules(file, places, read) for file in ("js/chat.js", "js/page.js", "js/late.js")}

    assert run(tmp_path / "joined", joined) == run(tmp_path / "apart", MODULES) == [
        "side",
        "say clock 7",
        "say late 7",
        "say last",
    ]  # fmt: skip


def test_what_stands_in_another_folder_is_found_from_the_joined_file() -> None:
    modules = {"js/a/b.js": 'import { c } from "../c.js";\nimport("./d.js");\n', "js/c.js": ""}

    text = join_modules(
        "js/x/all.js", {"js/c.js": "js/c.js", "js/a/b.js": "js/x/all.js"}, modules.__getitem__
    )

    assert text.startswith('import { $0 } from "../c.js";\n')
    assert 'import("../a/d.js")' in text


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;\n",
        "export let a = 1;\n",
        'export * from "./b.js";\n',
        'import * as b from "./b.js";\n',
        'import b from "./b.js";\n',
        "import(name);\n",
        "new URL('.', import.meta.url);\n",
    ],
)
def test_a_form_that_is_not_known_is_refused_and_not_guessed_at(text: str) -> None:
    with pytest.raises(CannotJoin):
        join_modules("js/a.js", {"js/b.js": "js/b.js", "js/a.js": "js/a.js"}, lambda _: text)


def test_modules_that_need_one_another_are_refused() -> None:
    modules = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}

    with pytest.raises(CannotJoin, match="needs itself"):
        needed_modules("a.js", modules.__getitem__)


def run(folder: Path, modules: dict[str, str]) -> list[str]:
    for name, text in modules.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "package.json").write_text('{"type": "module"}')
    node = find_node()
    assert node is not None
    result = subprocess.run([node, "js/page.js"], cwd=folder, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()
