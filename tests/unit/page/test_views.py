"""The chat's pages: who may open them, where they open, and that they show without changing anything."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from rooms.models import Room, Stream

NAUGHTY = '</script><script>alert("1")</script><!-- "\' & \u202e'


def open_room(name: str, **fields: Any) -> Room:
    stream = Stream.objects.create(kind=Stream.Kind.ROOM)
    kind = Room.Kind.PERMANENT
    return Room.objects.create(
        stream=stream, name=name, name_key=name, kind=kind, created_at=timezone.now(), **fields
    )


def config_of(response: HttpResponse) -> Any:
    """What the page hands to its scripts."""
    found = re.search(
        r'<script id="chat-config" type="application/json">(.*?)</script>', response.content.decode()
    )
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("path", ["/", "/r/1/", "/r/1/7/", "/p/ben/"])
@pytest.mark.django_db
def test_a_visitor_without_a_session_is_sent_to_the_log_in_page_and_back(path: str) -> None:
    response = Client().get(path)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={path}"


def test_the_front_page_opens_in_the_default_room(visitor: Client, lobby: Room) -> None:
    config = config_of(visitor.get("/"))

    assert config["room"] == {"id": lobby.pk, "name": lobby.name}
    assert config["view"] == {"kind": "room"}
    assert (config["login"], config["name"]) == ("ana", "Ana María García")


def test_a_room_opens_at_its_address(visitor: Client) -> None:
    room = open_room("Den")

    assert config_of(visitor.get(f"/r/{room.pk}/"))["room"] == {"id": room.pk, "name": "Den"}
    assert config_of(visitor.get(f"/r/{room.pk}/7/"))["view"] == {"kind": "room", "seq": 7}


def test_a_closed_room_and_one_that_never_was_answer_alike(visitor: Client) -> None:
    room = open_room("Den", closed_at=timezone.now())

    for path in [f"/r/{room.pk}/", f"/r/{room.pk}/1/", "/r/999/", f"/r/{10**30}/", f"/r/{10**30}/1/"]:
        assert visitor.get(path).status_code == 404, path


def test_a_private_conversation_opens_with_somebody_who_is_there(visitor: Client) -> None:
    User.objects.create_user("Ben", first_name="Ben", last_name="Ode")

    config = config_of(visitor.get("/p/ben/"))

    assert config["view"] == {"kind": "direct", "login": "Ben", "name": "Ben Ode"}


def test_nobody_has_a_private_conversation_with_nobody_or_with_themselves(visitor: Client) -> None:
    User.objects.create_user("gone", erased_at=timezone.now())

    for login in ["nobody", "ana", "ANA", "gone", "%00", "a%00b", "%ff", "x" * 1000, "%20", "..%2f"]:
        assert visitor.get(f"/p/{login}/").status_code == 404, login


def test_pages_only_read(visitor: Client, lobby: Room) -> None:
    User.objects.create_user("ben")

    for path in ["/", f"/r/{lobby.pk}/", "/p/ben/"]:
        with CaptureQueriesContext(connection) as queries:
            visitor.get(path)
        written = [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SAVEPOINT"))]
        assert written == []
        assert visitor.post(path).status_code == 405


def test_no_copy_of_the_page_is_kept_by_anybody(visitor: Client) -> None:
    assert "no-store" in visitor.get("/")["Cache-Control"]


def test_names_that_people_chose_cannot_leave_the_json_of_the_page(visitor: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(first_name=NAUGHTY, last_name="")
    room = open_room(NAUGHTY)

    response = visitor.get(f"/r/{room.pk}/")

    assert config_of(response)["name"] == NAUGHTY
    assert config_of(response)["room"]["name"] == NAUGHTY
    assert "alert(" not in re.sub(r'<script id="chat-.*?</script>', "", response.content.decode()).replace(
        "&lt;script&gt;alert(", ""
    )


def test_the_page_speaks_the_readers_language(visitor: Client) -> None:
    for language in ("en", "es", "ru"):
        response = visitor.get("/", headers={"Accept-Language": language})
        assert f'<html lang="{language}"' in response.content.decode()
        assert config_of(response)["language"] == language


def test_nothing_in_the_page_runs_or_styles_inline(visitor: Client) -> None:
    text = visitor.get("/").content.decode()

    assert not re.search(r"\son\w+=|\sstyle=|<style", text)
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all(
        "src=" in script or "application/json" in script or "importmap" in script for script in scripts
    )
