"""What two people say to one another, and nobody else sees."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]


def test_a_private_message_reaches_the_other_in_another_room_and_nobody_else(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben, eva = (visit(shared).sign_up(name) for name in ("Ana", "Ben", "Eva"))
    ana.make_room("Secrets")
    eva.carry_out("#gR Secrets")
    ben.make_room("Elsewhere")

    ana.carry_out(f"#\\private<{ben.login}> just for you")
    ana.write("for all")

    ben.sees("just for you")
    expect(ben.page.locator(".message__head")).to_contain_text([f"{ana.name} private"])
    expect(ana.page.locator(".message__private:visible")).to_have_text(f"private to {ben.name}")
    eva.sees("for all")
    expect(ben.page.locator("chat-conversations")).to_contain_text("just for you")


def test_a_conversation_has_a_page_of_its_own(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Two")
    ben.carry_out("#gR Two")

    ana.link_to(ben).click()
    expect(ana.page).to_have_url(f"{shared.url}/p/{ben.login}/")
    expect(ana.heading).to_have_text(ben.name)
    ana.write("psst")
    ana.sees("psst")

    ben.page.locator("chat-conversations a").click()
    ben.sees("psst")
    expect(ben.page.locator("chat-conversations .count")).to_be_hidden()
    ben.write("what?")
    ana.sees("psst", "what?")
    ana.page.reload()
    ana.sees("psst", "what?")
    ana.link_to_room("General").click()
    expect(ana.heading).to_have_text("General")


def test_nobody_passes_for_another_by_their_name_in_private(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared).sign_up("Ben", "Doppel")
    eva, other = visit(shared).sign_up("Eva", "Sola"), visit(shared).sign_up("BEN", "Doppel")
    for writer in (ben, eva, other):
        writer.carry_out(f"#private {ana.login} it is me")
    talks = ana.page.locator("chat-conversations")

    for writer in (ben, other):
        expect(talks.locator(f"a[data-login='{writer.login}'] .entry__login")).to_have_text(writer.login)
    expect(talks.locator(f"a[data-login='{eva.login}'] .entry__login")).to_be_hidden()
    talks.locator(f"a[data-login='{other.login}']").click()
    expect(ana.page.locator(".place__about")).to_contain_text(f"@{other.login} · online")
    talks.locator(f"a[data-login='{eva.login}']").click()
    expect(ana.page.locator(".place__about")).to_contain_text(f"@{eva.login} · online")


def test_a_keyboard_on_a_phone_leaves_the_login_of_the_other_in_sight(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = visit(shared, **PHONE).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.open(f"/p/{ben.login}/").settle()
    state = ana.page.locator(".place__state")
    expect(state).to_have_text(f"@{ben.login} · online")

    ana.page.evaluate("document.documentElement.dataset.keyboard = 'open'")
    expect(state).to_be_in_viewport(ratio=1)
    ana.page.set_viewport_size({"width": 360, "height": 400})

    expect(state).to_be_in_viewport(ratio=0.9)
    expect(ana.heading).to_be_in_viewport()


def test_what_came_while_one_was_away_is_in_the_conversation(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ben.open("/accounts/logout/")

    ana.carry_out(f"#private {ben.login} see you tomorrow")

    ben.open("/").settle()
    ben.page.locator("chat-conversations a").click()
    ben.sees("see you tomorrow")


def test_a_command_works_from_a_conversation_too(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.open(f"/p/{ben.login}/").settle()

    ana.carry_out("#cR From there")

    expect(ana.heading).to_have_text("From there")
