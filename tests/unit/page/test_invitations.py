"""Invitations: where a code leads, what the page with it shows, and that neither leads away from this site."""

import io
import re
from typing import Any

import pytest
import segno
from django.test import Client
from django.utils import timezone

from chatproject import listening
from rooms.models import Room
from rooms.pages import invitations
from rooms.pages.invitations import goal_of
from tests.unit.page.test_views import NAUGHTY, config_of, open_room

GONE = [999, 10**30]
LAN = "192.0.2.7"


def printed(answer: Any) -> str:
    text = answer.content.decode()
    assert answer.status_code == 200, text
    return str(text)


def code_in(page: str) -> str:
    """The lines of which the code in the page is drawn."""
    found = re.search(r'class="qrline" stroke="#000" d="([^"]+)"', page)
    assert found, page
    return found[1]


def code_of(address: str) -> str:
    drawing = io.BytesIO()
    segno.make(address, micro=False, error="m").save(drawing, kind="svg", border=4, xmldecl=False)
    found = re.search(r'class="qrline"[^>]* d="([^"]+)"', drawing.getvalue().decode())
    assert found
    return found[1]


def test_who_has_a_session_lands_in_the_room(visitor: Client, lobby: Room) -> None:
    den = open_room("Den")

    assert visitor.get("/join/")["Location"] == "/"
    assert visitor.get(f"/join/{lobby.pk}/")["Location"] == "/"
    assert visitor.get(f"/join/{den.pk}/")["Location"] == f"/r/{den.pk}/"


def test_who_was_invited_into_a_room_that_is_gone_lands_in_the_default_one_and_is_told(
    visitor: Client,
) -> None:
    closed = open_room("Den", closed_at=timezone.now())

    for room_id in [closed.pk, *GONE]:
        answer = visitor.get(f"/join/{room_id}/", follow=True)

        told = config_of(answer)["told"]
        assert "has closed" in told
        assert f'<noscript><p class="notice">{told}</p></noscript>' in printed(answer)
        assert answer.redirect_chain == [("/?gone=1", 302)]
    assert "told" not in config_of(visitor.get("/"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/join/", "/join/1/", "/join/999/", f"/join/{10**30}/"])
def test_who_has_no_session_signs_up_first_and_comes_back(path: str, lobby: Room) -> None:
    answer = Client().get(path, {"next": "https://evil.example/"})

    assert answer["Location"] == f"/accounts/signup/?next={path.replace('/', '%2F')}"


def test_the_sign_up_form_says_where_it_leads_and_offers_to_log_in_instead(lobby: Room) -> None:
    den = open_room("Den")

    page = printed(Client().get(f"/join/{den.pk}/", follow=True))

    assert "<h1>Join Chat · Den</h1>" in page
    assert f'<input type="hidden" name="next" value="/join/{den.pk}/">' in page
    assert f'href="/accounts/login/?next=%2Fjoin%2F{den.pk}%2F">Log in</a>' in page
    assert f"<h1>Join Chat · {lobby.name}</h1>" in printed(Client().get("/join/", follow=True))


def test_who_has_an_account_logs_in_instead_and_lands_in_the_room(lobby: Room, ana: Any) -> None:
    ana.set_password("correct horse battery")
    ana.save()
    den = open_room("Den")

    answer = Client().post(
        "/accounts/login/",
        {"login": "ana", "password": "correct horse battery", "next": f"/join/{den.pk}/"},
        follow=True,
    )

    assert [address for address, _status in answer.redirect_chain] == [f"/join/{den.pk}/", f"/r/{den.pk}/"]


def test_a_form_that_leads_elsewhere_speaks_of_no_room(lobby: Room) -> None:
    for elsewhere in [
        "https://evil.example/join/",
        "//evil.example/join/",
        "/r/1/",
        "nonsense",
        "http://[",
        "",
    ]:
        assert goal_of(elsewhere) is None, elsewhere
        assert "Join Chat" not in printed(Client().get("/accounts/signup/", {"next": elsewhere}))


def test_a_room_that_is_gone_is_not_named_at_sign_up(lobby: Room) -> None:
    closed = open_room("Den", closed_at=timezone.now())

    for room_id in [closed.pk, *GONE]:
        assert goal_of(f"/join/{room_id}/") == lobby


def test_where_nobody_may_sign_up_the_way_in_is_to_log_in(
    lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.adapter.AccountAdapter.is_open_for_signup", lambda *_: False)

    page = printed(Client().get("/join/1/", follow=True))

    assert "No new accounts" in page
    assert 'href="/accounts/login/?next=/join/1/"' in page


def test_the_code_is_that_of_the_address_by_which_the_page_was_reached(
    visitor: Client, settings: Any, lobby: Room
) -> None:
    settings.ALLOWED_HOSTS = ["chat.lan"]
    den = open_room("Den")

    for path, end in [("/invite/", "/join/"), (f"/invite/{den.pk}/", f"/join/{den.pk}/")]:
        page = printed(visitor.get(path, headers={"host": "chat.lan:8000"}))

        assert f">http://chat.lan:8000{end}</p>" in page
        assert code_in(page) == code_of(f"http://chat.lan:8000{end}")
        assert "Phones cannot reach" not in page
    assert "/join/</p>" in printed(visitor.get(f"/invite/{lobby.pk}/", headers={"host": "chat.lan"}))


def test_the_public_address_goes_before_the_one_of_the_request(visitor: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://chat.example.org"

    page = printed(visitor.get("/invite/"))

    assert code_in(page) == code_of("https://chat.example.org/join/")
    assert "Phones cannot reach" not in page


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_an_address_of_this_machine_alone_says_so_and_how_to_open_it(
    visitor: Client, settings: Any, host: str
) -> None:
    settings.ALLOWED_HOSTS = listening.allowed_hosts("127.0.0.1")

    page = printed(visitor.get("/invite/", headers={"host": host}))

    assert "Phones cannot reach this address" in page
    assert "bin/run --host 0.0.0.0" in page


def test_on_the_machine_itself_the_code_has_the_address_in_the_network_where_that_is_open(
    visitor: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "local_network_addresses", lambda: ["198.51.100.1", LAN])
    settings.ALLOWED_HOSTS = ["localhost", LAN]

    page = printed(visitor.get("/invite/", headers={"host": "localhost:8000"}))

    assert code_in(page) == code_of(f"http://{LAN}:8000/join/")
    assert "Phones cannot reach" not in page


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "a b", '"><script>', "chat.lan@evil.example"]
)
def test_a_host_that_is_not_ours_gets_no_code(visitor: Client, settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["chat.lan"]

    answer = visitor.get("/invite/", headers={"host": host, "x-forwarded-host": "chat.lan"})

    assert answer.status_code == 400
    assert b"qrline" not in answer.content


def test_there_is_no_invitation_to_a_room_that_is_gone_nor_for_a_stranger(visitor: Client) -> None:
    closed = open_room("Den", closed_at=timezone.now())

    for room_id in [closed.pk, *GONE]:
        assert visitor.get(f"/invite/{room_id}/").status_code == 404
    assert Client().get("/invite/1/")["Location"] == "/accounts/login/?next=/invite/1/"
    for path in ["/invite/", "/join/"]:
        assert visitor.post(path).status_code == 405


def test_the_name_of_a_room_cannot_write_into_the_pages(visitor: Client) -> None:
    room = open_room(NAUGHTY)

    for page in [visitor.get(f"/invite/{room.pk}/"), Client().get(f"/join/{room.pk}/", follow=True)]:
        assert '<script>alert("1")' not in printed(page)


def test_an_empty_room_invites_where_there_are_no_scripts(visitor: Client, lobby: Room) -> None:
    assert (
        f'<noscript><p class="log__way"><a class="button button--quiet" href="/invite/{lobby.pk}/">'
        in printed(visitor.get("/"))
    )
