"""The pages of one's account, in a browser: on a phone, with a keyboard, without a script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_small_screen import OVERFLOW, SMALL
from tests.browser.visitor import Visitor
from tests.harness.people import PASSWORD
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
ACCOUNT = ["profile", "password/change", "email", "sessions", "logout"]


def fill_in(visitor: Visitor, **changes: str) -> None:
    """Fill in the sign-up form as it is seen."""
    said = {**visitor._application("Ana", "Pérez"), **changes}
    for field, value in said.items():
        if visitor.page.is_visible(f"[name={field}]"):
            visitor.page.fill(f"[name={field}]", value)
    visitor.page.select_option("[name=gender]", "other")


def send(visitor: Visitor) -> None:
    visitor.page.click("main .form button[type=submit]")


def test_sign_up_fits_one_screen_of_a_phone_up_to_its_button(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).open("/accounts/signup/")

    expect(ana.page.locator("main button[type=submit]")).to_be_in_viewport(ratio=1)
    fill_in(ana)
    send(ana)

    ana.page.wait_for_url(f"{shared.url}/")
    ana.settle()


def test_without_a_script_one_signs_up_by_typing_the_password_twice(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE, java_script_enabled=False).open("/accounts/signup/")
    expect(ana.page.locator("[name=password2]")).to_be_visible()
    expect(ana.page.get_by_role("button", name="Show password")).to_have_count(0)

    fill_in(ana)
    send(ana)

    expect(ana.page).to_have_url(f"{shared.url}/")


def test_a_password_can_be_looked_at_and_is_dots_again_when_it_is_sent(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).open("/accounts/signup/")
    field = ana.page.locator("[name=password1]")
    eye = ana.page.get_by_role("button", name="Show password")
    fill_in(ana, password1="short")

    eye.click()
    expect(field).to_have_attribute("type", "text")
    expect(field).to_be_focused()
    expect(eye).to_have_attribute("aria-pressed", "true")
    eye.click()
    expect(field).to_have_attribute("type", "password")

    send(ana)
    expect(ana.page.locator("#id_password1_error")).to_be_visible()


def test_who_made_mistakes_is_led_to_them(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared, **PHONE).open("/accounts/signup/")

    fill_in(ana, username="root")
    send(ana)

    summary = ana.page.locator(".alert--danger")
    expect(summary).to_be_focused()
    expect(ana.page.locator("[name=username]")).to_have_attribute("aria-describedby", "id_username_error")
    summary.get_by_role("link", name="Username").click()
    expect(ana.page.locator("[name=username]")).to_be_focused()


def test_a_changed_name_is_the_name_in_the_chat_and_on_the_card(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared, **PHONE).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.open("/accounts/profile/")

    ana.page.fill("[name=first_name]", "Anna Maria")
    ana.page.check("[name=shows_age]")
    send(ana)

    expect(ana.page.locator(".card__name")).to_have_text("Anna Maria Pérez")
    ben.open(f"/people/{ana.login}/")
    expect(ben.heading).to_have_text("Anna Maria Pérez")
    expect(ben.page.locator(".card__fact")).to_have_text(re.compile(r"^Age\s*30$"))
    ana.open("/").settle().write("It is me")
    ben.page.get_by_role("link", name="Write privately").click()
    ben.settle()
    expect(ben.heading).to_contain_text("Anna Maria Pérez")


def test_the_other_session_is_ended_and_its_page_goes_to_the_log_in(shared: ChatServer, visit: Visit) -> None:
    ana, there = visit(shared, **PHONE).sign_up("Ana"), visit(shared)
    there.open("/accounts/login/")
    there.page.fill("[name=login]", ana.login)
    there.page.fill("[name=password]", PASSWORD)
    send(there)
    there.settle()
    ana.open("/accounts/sessions/")
    expect(ana.page.locator(".record")).to_have_count(2)

    ana.page.get_by_role("button", name=re.compile("^End:")).click()

    expect(ana.page.locator(".record")).to_have_count(1)
    # It goes there by itself, and would get in the way of whoever opens another page meanwhile.
    expect(there.page).to_have_url(re.compile("/accounts/login/"))
    there.open("/")
    expect(there.page).to_have_url(re.compile("/accounts/login/[?]next="))
    ana.open("/").settle()


def test_a_page_whose_session_has_ended_says_why_it_stands_before_the_log_in(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).sign_up("Ana")
    other = ana.context.new_page()
    other.goto(f"{shared.url}/accounts/sessions/")

    other.get_by_role("button", name="Log out everywhere").click()

    expect(ana.page).to_have_url(re.compile("/accounts/login/.ended="))
    expect(ana.page.locator("main")).to_contain_text("You were logged out, here or on another device.")
    expect(other.locator("main")).not_to_contain_text("You were logged out")


def test_one_logs_out_everywhere(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana").open("/accounts/sessions/")

    ana.page.get_by_role("button", name="Log out everywhere").click()

    expect(ana.page).to_have_url(f"{shared.url}/accounts/login/")
    ana.open("/accounts/profile/")
    expect(ana.page).to_have_url(re.compile("/accounts/login/"))


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "no script"])
def test_a_chosen_look_stays_over_the_pages(
    shared: ChatServer, visit: Visit, options: dict[str, Any]
) -> None:
    ana = visit(shared, **options).open("/accounts/signup/")
    fill_in(ana)
    send(ana)
    expect(ana.page).to_have_url(f"{shared.url}/")
    root = ana.page.locator("html")
    ana.open("/accounts/profile/")
    expect(root).not_to_have_attribute("data-theme", re.compile("."))

    ana.page.get_by_role("button", name="Dark").click()

    for path in ("/accounts/sessions/", "/", "/accounts/profile/"):
        ana.open(path)
        expect(root).to_have_attribute("data-theme", "dark")
    expect(ana.page.get_by_role("button", name="Dark")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("locale", ["en-GB", "es-ES", "ru-RU"])
def test_no_page_is_wider_than_a_small_phone_and_nothing_smaller_than_a_thumb(
    shared: ChatServer, visit: Visit, locale: str
) -> None:
    options = {**PHONE, "viewport": {"width": 320, "height": 640}, "locale": locale}
    ana = visit(shared, **options).sign_up("Wilhelmina-Constantia", "van der Kruijssen")

    for path in [f"/people/{ana.login}/", *(f"/accounts/{page}/" for page in ACCOUNT)]:
        ana.open(path)
        assert ana.page.evaluate(OVERFLOW) <= 0, path
        assert [item for item in ana.page.evaluate(SMALL) if "topbar" in item or "button" in item] == [], path
