"""Another language in the middle of sign-up and log-in, with scripts and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_another_language_keeps_what_was_typed_at_sign_up_but_the_password(
    shared: ChatServer, visit: Visit, has_scripts: bool
) -> None:
    ana = visit(shared, fresh=True, java_script_enabled=has_scripts).open("/join/")
    typed = {"first_name": "Ana <b>", "username": "ana", "age": "31"}
    for field, value in {**typed, "password1": "correct horse battery"}.items():
        ana.page.fill(f"[name={field}]", value)
    ana.page.select_option("[name=gender]", "female")

    for language, action in [("Русский", "Регистрация"), ("Español", "Crear")]:
        ana.page.get_by_role("button", name=language).click()

        expect(ana.page.get_by_role("button", name=language)).to_have_attribute("aria-current", "true")
        assert action in ana.page.title()
        for field, value in {**typed, "last_name": "", "gender": "female", "password1": ""}.items():
            expect(ana.page.locator(f"[name={field}]")).to_have_value(value)
        expect(
            ana.page.locator("[aria-invalid=true], .field__errors:visible, [role=alert]:visible")
        ).to_have_count(0)
        expect(ana.page.locator("[name=next]")).to_have_value("/join/")
    ana.open("/accounts/login/")
    assert ana.page.locator("html").get_attribute("lang") == "es"


def test_another_language_at_log_in_keeps_the_login_and_where_one_was_going(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared, fresh=True).open("/accounts/login/?next=/join/")
    ana.page.fill("[name=login]", "ana")
    ana.page.fill("[name=password]", "correct horse battery")

    ana.page.get_by_role("button", name="Español").click()

    expect(ana.page.locator("html")).to_have_attribute("lang", "es")
    expect(ana.page.locator("[name=login]")).to_have_value("ana")
    expect(ana.page.locator("[name=password]")).to_have_value("")
    expect(ana.page.locator("[name=next]")).to_have_value("/join/")
    expect(ana.page.locator("[aria-invalid=true]")).to_have_count(0)
