"""What is done in the administration reaches the people concerned, on every worker, within three seconds."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

import pytest
from websockets.exceptions import InvalidStatus

from tests.harness.client import ChatClient
from tests.harness.house import House
from tests.harness.people import PASSWORD

pytestmark = pytest.mark.asyncio

PROMISED_SECONDS = 3.0 + 1.0  # One second is for the machine that runs the tests.
PEOPLE, ROOMS, CONNECTIONS = "/admin/accounts/user/", "/admin/rooms/room/", "/admin/rooms/liveconnection/"


class Administrator:
    """Somebody with all rights at a browser."""

    def __init__(self, house: House) -> None:
        self._url = house.server.url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    @classmethod
    async def of(cls, house: House) -> "Administrator":
        """Give somebody all rights and log them in."""
        boss = await house.person()
        house.server.make_administrator(boss.login)
        administrator = cls(house)
        administrator.post("/accounts/login/", login=boss.login, password=PASSWORD)
        return administrator

    def get(self, path: str) -> str:
        with self._opener.open(self._url + path, timeout=20) as answer:
            return answer.read().decode()

    def post(self, path: str, **fields: str) -> str:
        """Send a form as the page at `path` would."""
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))[0]
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        request = urllib.request.Request(self._url + path, form, {"Referer": self._url + path})
        with self._opener.open(request, timeout=20) as answer:
            return answer.read().decode()

    def act(self, path: str, action: str, chosen: object) -> str:
        """Do something to what is chosen in a list, and say yes when asked."""
        return self.post(path, action=action, _selected_action=str(chosen), confirmed="yes")

    def actions(self) -> str:
        return self.get("/admin/admin/logentry/")


def id_of(client: ChatClient) -> int:
    return client.welcome["you"]["id"]


async def devices_of_one_person(house: House) -> list[ChatClient]:
    """Open several sockets of one session; in a cluster they spread over the workers."""
    first = await house.newcomer()
    return [first, *[await house.open(first.person) for _ in range(3)]]


async def test_a_room_that_is_closed_sends_its_people_home(house: House) -> None:
    clients = [await house.newcomer() for _ in range(3)]
    room = await house.private_corner(*clients)
    administrator = await Administrator.of(house)

    administrator.act(ROOMS, "close_rooms", room["id"])

    for client in clients:
        closed = await client.expect("room.closed", seconds=PROMISED_SECONDS)
        assert closed["reason"] == "moderated"
    assert "Closed the room." in administrator.actions()


async def test_somebody_who_is_disconnected_loses_all_sockets_and_sessions(house: House) -> None:
    clients = await devices_of_one_person(house)
    bystander = await house.newcomer()
    administrator = await Administrator.of(house)
    person, first_token = clients[0].person, clients[0].person.token
    await person.log_in()
    clients.append(await house.open(person))

    administrator.act(PEOPLE, "disconnect", id_of(clients[0]))

    for client in clients:
        await client.expect_close(4401, seconds=PROMISED_SECONDS)
    for token in (first_token, person.token):
        with pytest.raises(InvalidStatus):
            await house.connect(person, token=token)
    await bystander.command("ping")
    await person.log_in()
    await house.open(person)
    assert "Ended all sessions." in administrator.actions()


async def test_a_session_that_is_ended_takes_no_other_along(house: House) -> None:
    clients = await devices_of_one_person(house)
    person, token = clients[0].person, clients[0].person.token
    administrator = await Administrator.of(house)
    rows = administrator.get(f"{CONNECTIONS}?user__pk__exact={id_of(clients[0])}")
    chosen = re.findall(r'name="_selected_action" value="([^"]+)"', rows)
    await person.log_in()
    elsewhere = await house.open(person)

    assert len(chosen) == len(clients)
    administrator.act(CONNECTIONS, "disconnect", chosen[0])

    for client in clients:
        await client.expect_close(4401, seconds=PROMISED_SECONDS)
    with pytest.raises(InvalidStatus):
        await house.connect(person, token=token)
    await elsewhere.command("ping")


async def test_an_account_that_is_closed_is_shut_out_until_it_is_opened(house: House) -> None:
    clients = await devices_of_one_person(house)
    person = clients[0].person
    administrator = await Administrator.of(house)

    administrator.act(PEOPLE, "close_accounts", id_of(clients[0]))

    for client in clients:
        await client.expect_close(4403, seconds=PROMISED_SECONDS)
    with pytest.raises(InvalidStatus):
        await house.connect(person)

    administrator.act(PEOPLE, "open_accounts", id_of(clients[0]))

    await house.open(person)


async def test_the_overview_counts_what_is_there(house: House) -> None:
    client = await house.newcomer()
    await client.post("good morning")
    administrator = await Administrator.of(house)

    page = administrator.get("/admin/")

    workers = len(house.server.workers)
    assert page.count('data-state="well"') == workers + (house.server.mode == "cluster")
    assert 'data-state="away"' not in page
    assert re.search(r"(person|people) online</dt><dd[^>]*>[1-9]", page)
    assert re.search(r"messages? today</dt><dd[^>]*>[1-9]", page)
