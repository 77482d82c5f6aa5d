"""Static files as a server collects them."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

from chatproject.collecting import collect_static_files
from chatproject.shrinking import shrink_script, shrink_style
from chatproject.storage import HashedStaticFiles

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def test_files_are_collected_once_and_again_when_one_has_changed_or_is_gone(tmp_path):
    source, root = tmp_path / "source", tmp_path / "collected"
    source.mkdir()
    (source / "a.txt").write_text("one")
    finders.get_finder.cache_clear()
    with override_settings(
        STATIC_ROOT=root,
        STATICFILES_DIRS=[source],
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
    ):
        try:
            assert [collect_static_files(), collect_static_files()] == [True, False]
            (source / "a.txt").write_text("three")
            assert [collect_static_files(), collect_static_files()] == [True, False]
            assert (root / "a.txt").read_text() == "three"
            (root / json.loads((root / "staticfiles.json").read_text())["paths"]["a.txt"]).unlink()
            assert [collect_static_files(), collect_static_files()] == [True, False]
        finally:
            finders.get_finder.cache_clear()


def test_the_style_sheet_is_one_file_with_every_part_in_its_layer(collected):
    whole = (collected / "css/app.css").read_text()
    parts = re.findall(r'@import url\("([^"]+)"\)', (ROOT / "static/css/app.css").read_text())

    assert "@import" not in whole
    assert whole.index("@layer reset, tokens, base, layout, components, utilities;") < whole.index("{")
    for part in parts:
        assert shrink_style((ROOT / "static/css" / part).read_text()).strip() in whole


def test_every_part_of_a_style_sheet_is_imported_by_it():
    sheets = [ROOT / "static/css" / name for name in ("app.css", "admin.css")]
    imported = {
        name for sheet in sheets for name in re.findall(r'@import url\("([^"]+)"\)', sheet.read_text())
    }
    written = {str(p.relative_to(ROOT / "static/css")) for p in (ROOT / "static/css").rglob("*.css")}

    assert written - {"app.css", "admin.css", "no-script.css", "shell.css"} == imported


def test_names_carry_a_hash_of_the_content_and_compressed_copies_lie_beside(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]

    hashed = names["css/app.css"]
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", hashed)
    assert (collected / hashed).read_text() == (collected / "css/app.css").read_text()
    assert (collected / f"{hashed}.gz").exists()


def test_scripts_are_sent_without_comments_and_those_of_the_chat_page_in_few_files(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    modules = [name for name in names if name.startswith("js/") and name.endswith(".js")]
    joined = {name for name in modules if name.rpartition("/")[0] == "js"}

    assert {f"js/{name}.js" for name in ("chat", "page", "later", "deeds", "device")} == joined
    for name in set(modules) - joined:
        assert (collected / names[name]).read_text() == shrink_script((ROOT / "static" / name).read_text())
    assert "class Timeline{" in (collected / names["js/chat.js"]).read_text()
    assert "class ChatLog extends" in (collected / names["js/page.js"]).read_text()


def test_a_script_that_is_written_anew_is_there_and_whole_all_the_time(tmp_path, monkeypatch):
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    script = tmp_path / "js/one.js"
    script.parent.mkdir()
    script.write_text("// of before\n")
    source = HashedStaticFiles(location=ROOT / "static", base_url="/static/")
    while_writing = []

    def save(*arguments):
        name = HashedStaticFiles.save(storage, *arguments)
        while_writing.append(script.read_text())
        return name

    monkeypatch.setattr(storage, "save", save)
    list(storage.post_process({"js/one.js": (source, "js/chat/grouping.js")}))

    assert while_writing[0] == "// of before\n"
    assert script.read_text() == shrink_script((ROOT / "static/js/chat/grouping.js").read_text())
    assert not list(tmp_path.rglob("*.fresh*"))


def test_what_is_not_ours_stays_as_it_came(collected):
    theirs = Path(finders.find("admin/js/core.js"))

    assert (collected / "admin/js/core.js").read_bytes() == theirs.read_bytes()


@pytest.mark.django_db
def test_without_having_collected_files_are_named_plainly_and_served(tmp_path):
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")

    assert storage.url("css/app.css") == "/static/css/app.css"
    answer = Client().get(staticfiles_storage.url("css/tokens.css"))
    assert b"--raw-accent-6" in b"".join(answer.streaming_content)
    answer.close()
