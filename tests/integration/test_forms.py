"""What is sent by the form of a page: the same checks, the same log, the same news as over the wire."""

import asyncio
import re
from collections.abc import Callable

import pytest

from tests.harness.house import House
from tests.harness.page_reader import PageReader
from tests.harness.people import Person

pytestmark = pytest.mark.asyncio
VisitHouse = Callable[..., House]


async def reader_at(house: House, person: Person | None = None) -> tuple[PageReader, Person]:
    """Let somebody in whose browser runs no scripts."""
    person = person or await house.person()
    return PageReader(house.server.url, person), person


async def test_a_form_posts_into_the_room_of_its_address_and_all_in_it_see_it_live(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, ana = await reader_at(house)
    page = await reader.open(f"/r/{room['id']}/")

    after = await reader.send(page, "hello from a form")

    event = await ben.expect_text("hello from a form")
    assert event["author"]["login"] == ana.login
    assert event["client_id"] == page.fields["client_id"]
    assert after.path == f"/r/{room['id']}/"
    assert after.messages == ["hello from a form"]
    assert after.fields["client_id"] != page.fields["client_id"]


async def test_a_form_that_is_sent_twice_says_it_once(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)
    page = await reader.open(f"/r/{room['id']}/")

    await asyncio.gather(*(reader.send(page, "once") for _ in range(3)))
    after = await reader.send(page, "once")

    assert after.messages == ["once"]
    assert len((await ben.history(f"room:{room['id']}"))["events"]) == 1


async def test_what_is_written_on_an_old_page_is_not_lost_and_can_be_sent_from_the_new_one(
    house: House,
) -> None:
    room = await house.private_corner(await house.newcomer())
    reader, _ = await reader_at(house)
    page = await reader.open(f"/r/{room['id']}/")
    await reader.send(page, "first")

    refused = await reader.send(page, "second")
    after = await reader.send(refused, refused.kept)

    assert "This page was an old one" in refused.problem
    assert refused.kept == "second"
    assert after.messages == ["first", "second"]


async def test_lines_are_ended_as_people_end_them(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)

    await reader.send(await reader.open(f"/r/{room['id']}/"), "\r\none\r\ntwo")

    assert (await ben.expect("message.posted"))["text"] == "\none\ntwo"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "There is nothing to send"),
        (" \u200b\r\n ", "There is nothing to send"),
        ("x" * 4001, "at most 4000 characters"),
        ("a\0b", "That was not understood"),
    ],
)
async def test_what_the_wire_refuses_the_form_refuses_with_the_text_kept(
    house: House, text: str, problem: str
) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)

    refused = await reader.send(await reader.open(f"/r/{room['id']}/"), text)

    assert problem in refused.problem
    assert refused.kept == text.replace("\r\n", "\n")
    await ben.expect_nothing()


async def test_a_full_room_is_for_those_who_are_in_it(house: House) -> None:
    ben, eva = await house.newcomers(2)
    room = await house.private_corner(ben, eva, capacity=2)
    stranger, _ = await reader_at(house)
    seated, _ = await reader_at(house, ben.person)

    refused = await stranger.send(await stranger.open(f"/r/{room['id']}/"), "let me in")
    after = await seated.send(await seated.open(f"/r/{room['id']}/"), "I am in")

    assert (refused.problem, refused.kept) == ("The room is full.", "let me in")
    assert after.messages == ["I am in"]


async def test_a_room_that_closes_meanwhile_gives_the_text_back(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)
    page = await reader.open(f"/r/{room['id']}/")
    await ben.delete(room["id"])

    refused = await reader.send(page, "too late")

    assert refused.status == 404
    assert refused.kept == "too late"


async def test_a_private_message_by_form_reaches_the_other_and_stands_on_the_page(house: House) -> None:
    ben = await house.newcomer()
    reader, ana = await reader_at(house)

    after = await reader.send(await reader.open(f"/p/{ben.person.login}/"), "psst")

    event = await ben.expect("direct.posted")
    assert (event["author"]["login"], event["text"]) == (ana.login, "psst")
    assert after.path == f"/p/{ben.person.login}/"
    assert after.messages == ["psst"]


async def test_a_command_is_answered_and_never_shown_to_anybody(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)
    page = await reader.open(f"/r/{room['id']}/")

    help_ = await reader.send(page, "#help")
    rooms = await reader.send(page, "  #LR")
    people = await reader.send(page, "#show users")
    unknown = await reader.send(page, "#gr2 x")

    assert "#help —" in help_.answer
    # Of many rooms, as other tests leave them, the answer holds the first.
    assert re.search(r"^General — .+ \(everybody's room\)", rooms.answer)
    assert re.search(r"\(\w+\) — (away|online|in )", people.answer)
    assert unknown.problem == "There is no command #gr2. Did you mean #gR?"
    assert unknown.kept == "#gr2 x"
    for answered in (help_, rooms, people, unknown):
        assert answered.messages == []
    await ben.expect_nothing()


async def test_commands_that_lead_elsewhere_lead_there(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)
    page = await reader.open("/")

    entered = await reader.send(page, f"#gR <{room['name']}>")
    left = await reader.send(entered, "#eR")
    talked = await reader.send(left, f"#private {ben.person.login} psst")
    nowhere = await reader.send(left, "#gR No Such Room")

    assert entered.path == f"/r/{room['id']}/"
    assert left.path == "/"
    assert talked.path == f"/p/{ben.person.login}/"
    assert (await ben.expect("direct.posted"))["text"] == "psst"
    assert nowhere.problem == "There is no room “No Such Room”."


async def test_commands_are_commands_beside_a_private_conversation_too(house: House) -> None:
    ben = await house.newcomer()
    reader, _ = await reader_at(house)
    page = await reader.open(f"/p/{ben.person.login}/")

    assert "#help —" in (await reader.send(page, "#help")).answer
    # As over the wire: only what is said in a room may be taken for a command, so only there `##` is an escape.
    assert (await reader.send(page, "##not a command")).messages == ["##not a command"]


async def test_who_made_a_room_closes_it_and_nobody_else(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    stranger, _ = await reader_at(house)
    owner, _ = await reader_at(house, ben.person)

    refused = await stranger.send(await stranger.open("/"), f"#dR {room['name']}")
    closed = await owner.send(await owner.open(f"/r/{room['id']}/"), f"#dR {room['name']}")

    assert refused.problem == "Only the person who made the room can close it."
    assert closed.path == "/"
    await ben.expect("room.closed")


async def test_what_needs_a_connection_says_so(house: House) -> None:
    reader, _ = await reader_at(house)
    page = await reader.open("/")

    made = await reader.send(page, "#cR My Room")
    left = await reader.send(page, "#exit")

    assert "without JavaScript you are not" in made.problem
    assert "there is no connection to leave" in left.problem


async def test_the_rate_is_that_of_the_wire_and_counted_together(visit: VisitHouse) -> None:
    house = visit(LIMITS="on", MESSAGE_RATE="3/60")
    ana = await house.newcomer()
    room = await house.private_corner(ana)
    reader, _ = await reader_at(house, ana.person)
    await ana.post("one")
    await ana.post("two")
    page = await reader.open(f"/r/{room['id']}/")

    after = await reader.send(page, "three")
    refused = await reader.send(after, "four")
    again = await reader.send(page, "three")

    assert after.messages == ["one", "two", "three"]
    assert refused.problem.startswith("Slow down: you can send again in ")
    assert refused.kept == "four"
    assert again.messages == ["one", "two", "three"]


async def test_who_is_logged_out_meanwhile_gets_the_text_back(house: House) -> None:
    reader, person = await reader_at(house)
    page = await reader.open("/")
    for cookie in list(reader.cookies):
        if "session" in cookie.name:
            reader.cookies.clear(cookie.domain, cookie.path, cookie.name)

    refused = await reader.send(page, "long and dear")

    assert refused.status == 403
    assert refused.kept == "long and dear"
    assert person.login not in refused.text


async def test_a_form_of_another_site_posts_nothing(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)
    page = await reader.open(f"/r/{room['id']}/")

    refused = await reader.send(page, "forged", csrfmiddlewaretoken="x" * 64)

    assert refused.status == 403
    await ben.expect_nothing()


async def test_to_look_at_the_address_of_a_form_leads_to_the_page(house: House) -> None:
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)

    assert (await reader.open(f"/r/{room['id']}/post/")).path == f"/r/{room['id']}/"
    assert (await reader.open(f"/p/{ben.person.login}/post/")).path == f"/p/{ben.person.login}/"


@pytest.mark.fault
async def test_a_form_that_finds_no_database_gives_the_text_back_and_can_be_sent_again(
    breakable_house: House,
) -> None:
    house, postgres = breakable_house, breakable_house.server.postgres
    assert postgres is not None
    ben = await house.newcomer()
    room = await house.private_corner(ben)
    reader, _ = await reader_at(house)
    page = await reader.open(f"/r/{room['id']}/")

    await asyncio.to_thread(postgres.stop)
    refused = await reader.send(page, "through the storm")
    postgres.start()
    form = {**refused.fields, "text": refused.kept}
    again = refused
    while again.status == 503:
        again = await reader.post(f"/r/{room['id']}/post/", form)

    assert (refused.status, refused.kept) == (503, "through the storm")
    assert refused.fields["client_id"] == page.fields["client_id"]
    assert again.messages == ["through the storm"]
    assert (await ben.expect("message.posted"))["text"] == "through the storm"
