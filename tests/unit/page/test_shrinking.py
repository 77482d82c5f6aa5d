"""Comments and indentation are left out, private names become short, and nothing else changes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from chatproject.renaming import shorten_private_names
from chatproject.shrinking import shrink_script, shrink_style, tighten_script
from tests.harness.environment import ROOT
from tests.harness.machine import find_node

MODULES = ROOT / "static/js"


@pytest.mark.parametrize(
    ("script", "shrunk"),
    [
        ("/**\n * What it is.\n */\n\nimport { a } from './a.js';\n", "import { a } from './a.js';\n"),
        ("a();\n  // said\n  // and done\n\n  b();\n", "a();\nb();\n"),
        ("a(); // said\nb();\n", "a();\nb();\n"),
        ("return /* here */ 1;\n", "return 1;\n"),
        ("const a = /** @type {X} */ (b);\n", "const a = (b);\n"),
        ("const a = 1\nconst b = 2\n", "const a = 1\nconst b = 2\n"),
    ],
)
def test_comments_and_indentation_of_a_script_are_left_out_and_lines_stay_apart(
    script: str, shrunk: str
) -> None:
    assert shrink_script(script) == shrunk


@pytest.mark.parametrize(
    "line",
    [
        'const a = "https://example.org  /* not */ // this";',
        "const a = 'it\\'s // this';",
        "const a = `a  // b\n   /* c */  d`;",
        "const a = `${b ? `//  ${c}` : {  d: '}' }}  //`;",
        "const a = `\\`  // ${  /* in it */  1 }`;",
        "const a = /[/*]  \\/\\/ /u;",
        "const a = text.replace(/  \"/g, '');",
        "if (a) return /`  /.test(b);",
        "const half = (a + b) / 2 / c; const url = '//  x';",
        "const part = parts[0] / count / 2;",
    ],
)
def test_strings_templates_and_regular_expressions_stay_as_they_are(line: str) -> None:
    assert shrink_script(f"  {line}\n  // a remark\n") == f"{line}\n"


@pytest.mark.parametrize(
    ("script", "tight"),
    [
        ("const a = { b: [1, 2] };\nif (a) {\nb();\n}\nc();\n", "const a={b:[1,2]};if(a){b();}\nc();"),
        ("a = b + +c - -d / e;\n", "a=b + +c - -d / e;"),
        ("const a = 1\nconst b = 2\n(c)\n", "const a=1\nconst b=2\n(c)"),
        ("return a ? .5 : `  ( ${ b } ) `;\n", "return a?.5:`  ( ${ b } ) `;"),
        ('x = " = ( " in /  [ ( ]/;\n', 'x=" = ( " in /  [ ( ]/;'),
        ("class A {\n#b = 1;\nget #c() {\nreturn 1;\n}\n}\n", "class A{#b=1;get #c(){return 1;}}"),
    ],
)
def test_spaces_that_keep_nothing_apart_are_left_out_and_no_statement_runs_into_the_next(
    script: str, tight: str
) -> None:
    assert tighten_script(script).strip() == tight


@pytest.mark.parametrize(
    ("script", "short"),
    [
        (
            "class A { #one = 1; get #two() { return this.#two; } }",
            "class A { #b = 1; get #a() { return this.#a; } }",
        ),
        ("return #held in it && it.#held;", "return #a in it && it.#a;"),
        ("a = `#b ${this.#b} ${`#${it?.#b}`} \\${#b}`;", "a = `#b ${this.#a} ${`#${it?.#a}`} \\${#b}`;"),
        ("'#one' + \"#two\" + /#three/u // #four", "'#one' + \"#two\" + /#three/u // #four"),
    ],
)
def test_what_only_its_class_can_name_gets_a_short_name_and_text_stays_as_it_is(
    script: str, short: str
) -> None:
    assert shorten_private_names(script) == short


def test_many_private_names_stay_apart() -> None:
    names = [f"#member{number}" for number in range(60)]

    short = shorten_private_names(" ".join(names)).split()

    assert len(set(short)) == 60
    assert short[:2] == ["#a", "#b"]
    assert short[-1] == "#ah"


def test_comments_and_indentation_of_a_style_sheet_are_left_out() -> None:
    style = '/* Head. */\n.a > .b {\n  margin: 0 /* none */ auto;\n\n  content: "/*  */";\n}\n'

    assert shrink_style(style) == '.a > .b {\nmargin: 0 auto;\ncontent: "/*  */";\n}\n'


def test_every_test_of_the_modules_passes_on_what_is_served(tmp_path: Path) -> None:
    for module in MODULES.rglob("*.js"):
        served = tmp_path / "static/js" / module.relative_to(MODULES)
        served.parent.mkdir(parents=True, exist_ok=True)
        served.write_text(tighten_script(shorten_private_names(shrink_script(module.read_text()))))
    for folder in ("tests/js", "tests/contract"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    node = find_node()
    assert node is not None

    tests = subprocess.run(
        [node, "--test", "--test-reporter=dot", "tests/js/**/*.test.js"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    unread = [
        served
        for served in sorted((tmp_path / "static/js").rglob("*.js"))
        if subprocess.run([node, "--check", served], capture_output=True, check=False).returncode
    ]

    assert tests.returncode == 0, tests.stdout
    assert unread == []
