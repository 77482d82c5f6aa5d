"""What makes the site an application: a worker, a manifest, and a page of nobody, in each language."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def worker_of(answer: str) -> dict[str, object]:
    """What the server writes before the worker."""
    return dict(json.loads(answer.splitlines()[0].removeprefix("self.chat = ").removesuffix(";")))


@pytest.mark.parametrize("language", ["en", "es", "ru"])
@pytest.mark.django_db
def test_the_page_of_nobody_asks_nothing_of_the_database_and_is_in_the_language_of_its_address(
    language: str,
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = Client().get(f"/offline/{language}/").content.decode()

    assert f'<html lang="{language}"' in page
    assert len(asked) == 0


@pytest.mark.parametrize(
    ("language", "about"), [("en", "never loses"), ("es", "nunca pierde"), ("ru", "не теряет")]
)
def test_the_manifest_is_in_the_language_of_its_address_and_its_icons_are_there(
    language: str, about: str
) -> None:
    manifest = Client().get(f"/application-{language}.webmanifest").json()

    assert manifest["lang"] == language
    assert about in manifest["description"]
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


@pytest.mark.parametrize("path", ["/offline/xx/", "/application-xx.webmanifest", "/offline/..%2f/"])
def test_there_are_no_other_languages(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "is_chat"),
    [
        ("/", True), ("/r/5/", True), ("/r/5/7/", True), ("/p/ben/", True),
        ("/accounts/login/", False), ("/admin/", False), ("/session", False), ("/people/ben/", False), ("/ws/", False),
    ],
)  # fmt: skip
def test_the_worker_minds_the_pages_of_the_chat_only(path: str, *, is_chat: bool) -> None:
    text = Client().get("/sw.js").content.decode()

    assert (re.search(str(worker_of(text)["pages"]), path) is not None) == is_chat


def test_the_worker_names_a_page_for_each_language_and_is_asked_for_anew_each_time() -> None:
    answer = Client().get("/sw.js")

    shells = worker_of(answer.content.decode())["shells"]
    assert shells == {language: f"/offline/{language}/" for language in ("en", "es", "ru")}
    assert "no-cache" in answer["Cache-Control"]
