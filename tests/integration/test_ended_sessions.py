"""A session that ends, however it ends, closes its sockets on every worker within three seconds."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

import pytest
from websockets.exceptions import InvalidStatus

from tests.harness.client import ChatClient
from tests.harness.house import House
from tests.harness.people import Person

pytestmark = pytest.mark.asyncio

PROMISED_SECONDS = 3.0 + 1.0  # One second is for the machine that runs the tests.


async def connections_of_one_person(house: House) -> list[ChatClient]:
    """Open several sockets of one session; in a cluster they spread over the workers."""
    first = await house.newcomer()
    return [first, *[await house.open(first.person) for _ in range(3)]]


async def expect_all_closed(clients: list[ChatClient], code: int) -> None:
    for client in clients:
        await client.expect_close(code, seconds=PROMISED_SECONDS)


async def expect_no_way_back(house: House, client: ChatClient) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await house.connect(client.person)
    assert refusal.value.response.status_code == 403


async def test_logging_out_closes_the_sockets_of_that_session_only(house: House) -> None:
    clients = await connections_of_one_person(house)
    person, first_token = clients[0].person, clients[0].person.token
    await person.log_in()
    elsewhere = await house.open(person)

    await person.log_out(first_token)

    await expect_all_closed(clients, 4401)
    await elsewhere.command("ping")


async def test_changing_the_password_closes_the_other_sessions(house: House) -> None:
    clients = await connections_of_one_person(house)
    person, first_token = clients[0].person, clients[0].person.token
    second_token = await person.log_in()

    await person.change_password("another long walk 8", token=second_token)

    await expect_all_closed(clients, 4401)
    with pytest.raises(InvalidStatus):
        await house.connect(person, token=first_token)


# What an operator may type into `manage.py shell`, and with which code the sockets then close.
IN_THE_SHELL = {
    "one person deactivated": ("user.is_active = False; user.save()", 4403),
    "people deactivated in bulk": ("people.update(is_active=False)", 4403),
    "a person erased": ("from accounts.services import erase_user; erase_user(user)", 4401),
    "a new password": ("user.set_password('a very new one 9'); user.save()", 4401),
    "a new password in bulk": (
        "from django.contrib.auth.hashers import make_password; people.update(password=make_password('quite new 9'))",
        4401,
    ),
    "the session deleted": ("Session.objects.filter(session_key='{token}').delete()", 4401),
}


@pytest.mark.parametrize("case", IN_THE_SHELL)
async def test_an_ending_in_another_process_closes_the_sockets(house: House, case: str) -> None:
    clients = await connections_of_one_person(house)
    bystander = await house.newcomer()
    person = clients[0].person
    code, close_code = IN_THE_SHELL[case]

    house.server.manage(
        "shell",
        "-c",
        "from accounts.models import User; from django.contrib.sessions.models import Session; "
        f"people = User.objects.filter(username='{person.login}'); user = people.get(); "
        + code.format(token=person.token),
    )

    await expect_all_closed(clients, close_code)
    await expect_no_way_back(house, clients[0])
    await bystander.command("ping")


class Browser:
    """As much of a browser as our forms and Django admin need."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    @classmethod
    def of(cls, url: str, person: Person) -> "Browser":
        """Log somebody in."""
        browser = cls(url)
        browser.post("/accounts/login/", login=person.login, password=person.password)
        return browser

    @property
    def session_key(self) -> str:
        """What opens a socket as this browser, too."""
        return next(cookie.value or "" for cookie in self.cookies if cookie.name == "sessionid")

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=20) as answer:
            return answer.read().decode()

    def post(self, path: str, **fields: str) -> str:
        """Fill in the form of a page as it stands, but for these fields, and send it."""
        page = self.get(path)
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)) | fields
        request = urllib.request.Request(
            self.url + path, urllib.parse.urlencode(form).encode(), {"Referer": self.url + path}
        )
        with self.opener.open(request, timeout=20) as answer:
            return answer.read().decode()


async def test_an_administrator_deactivates_somebody_in_the_admin(house: House) -> None:
    clients = await connections_of_one_person(house)
    boss = await house.person()
    house.server.make_administrator(boss.login)
    browser = Browser.of(house.server.url, boss)
    user_id = clients[0].welcome["you"]["id"]
    path = f"/admin/accounts/user/{user_id}/change/"
    page = browser.get(path)
    # The form as it stands, without the tick at "active".
    fields = dict(
        re.findall(r'<input type="(?:text|email|number|hidden)" name="([^"]+)" value="([^"]*)"', page)
    )
    selected = re.findall(
        r'<select name="([^"]+)"(?:(?!</select>).)*?<option value="([^"]*)" selected', page, re.DOTALL
    )

    answer = browser.post(path, **fields, **dict(selected), _save="Save")

    assert "errornote" not in answer
    await expect_all_closed(clients, 4403)
    await expect_no_way_back(house, clients[0])


async def test_logging_out_everywhere_else_closes_all_sockets_but_those_of_this_session(house: House) -> None:
    clients = await connections_of_one_person(house)
    bystander = await house.newcomer()
    browser = Browser.of(house.server.url, clients[0].person)
    here = await house.open(clients[0].person, token=browser.session_key)

    browser.post("/accounts/sessions/", end="others")

    await expect_all_closed(clients, 4401)
    await expect_no_way_back(house, clients[0])
    await here.command("ping")
    await bystander.command("ping")


async def test_logging_out_everywhere_closes_the_sockets_of_this_session_too(house: House) -> None:
    clients = await connections_of_one_person(house)
    browser = Browser.of(house.server.url, clients[0].person)
    here = await house.open(clients[0].person, token=browser.session_key)

    browser.post("/accounts/sessions/", end="all")

    await expect_all_closed([*clients, here], 4401)
    await expect_no_way_back(house, clients[0])


async def test_ending_one_session_in_the_list_closes_the_sockets_of_that_one(house: House) -> None:
    clients = await connections_of_one_person(house)
    person = clients[0].person
    browser = Browser.of(house.server.url, person)
    [number] = re.findall(r'name="end" value="(\d+)"', browser.get("/accounts/sessions/"))
    later = await house.open(person, token=await person.log_in())

    browser.post("/accounts/sessions/", end=number)

    await expect_all_closed(clients, 4401)
    await later.command("ping")
