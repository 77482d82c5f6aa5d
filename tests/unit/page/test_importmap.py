"""The import map: plain names of modules to hashed ones."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.test import RequestFactory

from chatproject.headers import ContentPolicy
from chatproject.storage import HashedStaticFiles
from rooms.templatetags import importmap

FILES = {
    "css/app.css": "",
    "js/page.js": (
        'import { Chat } from "./chat/chat.js";\n'
        'import {\n  a,\n  b,\n} from "./page/words.js";\n'
        'import("./later.js");\n'
    ),
    "js/chat/chat.js": 'import { Words } from "../page/words.js";\nexport { c } from "./clock.js";\n',
    "js/chat/clock.js": "export const c = 'import { x } from \"./types.js\";';\n",
    "js/chat/types.js": "export {};\n",
    "js/later.js": 'import { Help } from "./elements/help.js";\nimport { b } from "./page/words.js";\n',
    "js/elements/help.js": "export class Help {}\n",
    "js/page/words.js": 'import { Chat } from "../chat/chat.js";\n',
}


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/")


@pytest.fixture
def printed(request_: HttpRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """What the tag prints when these files have been collected, into a storage that no other test sees."""
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    monkeypatch.setattr(importmap, "staticfiles_storage", storage)

    def printed(files: dict[str, str] = FILES, entry: str = "js/page.js") -> str:
        for name, text in files.items():
            storage.save(name, ContentFile(text))
        storage.hashed_files = {name: name.replace(".", ".1111.") for name in files}
        importmap._modules.cache_clear()
        return str(importmap.importmap(Context({"request": request_}), entry))

    yield printed
    importmap._modules.cache_clear()


def test_every_module_that_the_page_needs_is_mapped_and_nothing_else(printed: Any) -> None:
    found = re.search(r'<script type="importmap">(.*?)</script>', printed())

    assert found
    assert json.loads(found[1]) == {
        "imports": {
            "/static/js/chat/chat.js": "/static/js/chat/chat.1111.js",
            "/static/js/chat/clock.js": "/static/js/chat/clock.1111.js",
            "/static/js/elements/help.js": "/static/js/elements/help.1111.js",
            "/static/js/later.js": "/static/js/later.1111.js",
            "/static/js/page.js": "/static/js/page.1111.js",
            "/static/js/page/words.js": "/static/js/page/words.1111.js",
        }
    }


def test_the_page_allows_the_map_by_its_hash_and_no_other_inline_script(
    request_: HttpRequest, printed: Any
) -> None:
    found = re.search(r"<script[^>]*>(.*?)</script>", printed())
    assert found

    policy = ContentPolicy(lambda _: HttpResponse())(request_)["Content-Security-Policy"]

    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in f"{policy};"


def test_what_is_needed_at_once_is_fetched_beside_the_page_and_not_what_comes_later(printed: Any) -> None:
    assert re.findall(r'<link rel="modulepreload" href="([^"]*)">', printed()) == [
        "/static/js/chat/chat.1111.js",
        "/static/js/chat/clock.1111.js",
        "/static/js/page/words.1111.js",
    ]


def test_a_file_name_cannot_end_the_script(printed: Any) -> None:
    entry = "js/<script><b>.js"

    assert "<script><b>" not in printed({entry: ""}, entry)


def test_without_collected_files_there_is_no_map(printed: Any) -> None:
    assert printed({}) == ""


def test_modules_import_one_another_by_relative_names_that_exist() -> None:
    root = Path(__file__).parents[3] / "static/js"
    for module in root.rglob("*.js"):
        for name in re.findall(
            r'^(?:import|export)\b[^;]*?from "([^"]+)";', module.read_text(), re.MULTILINE
        ):
            assert name.startswith(("./", "../")), (module, name)
            assert (module.parent / name).is_file(), (module, name)
