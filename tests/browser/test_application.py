"""The chat as an application of the device: installable, open without a network, renewed when a person says so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
WITH_WORKER: dict[str, Any] = {"service_workers": "allow", "fresh": True}
KEPT = """async () => {
    const names = await caches.keys();
    const caches_ = await Promise.all(names.map((name) => caches.open(name)));
    const kept = await Promise.all(caches_.map((cache) => cache.keys()));
    return kept.flat().map(({ url }) => new URL(url).pathname);
}"""


def await_worker(page: Page) -> None:
    """Wait until the worker serves pages that are opened from now on."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def test_a_browser_finds_nothing_that_keeps_it_from_installing_the_chat(cable: Cable, visit: Visit) -> None:
    ana = visit(cable, **PHONE, **WITH_WORKER).sign_up("Ana")
    await_worker(ana.page)

    session = ana.context.new_cdp_session(ana.page)
    manifest = session.send("Page.getAppManifest")
    problems = session.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["errors"] == []
    # In a private window nothing is ever installed, and those of tests are private.
    assert [each["errorId"] for each in problems if each["errorId"] != "in-incognito"] == []


@pytest.mark.parametrize(
    ("language", "about"), [("en", "never loses"), ("es", "nunca pierde"), ("ru", "не теряет")]
)
def test_the_application_speaks_the_language_of_the_page(
    shared: ChatServer, visit: Visit, language: str, about: str
) -> None:
    ana = visit(shared, locale=language).open("/accounts/login/")

    address = ana.page.locator("link[rel=manifest]").get_attribute("href")
    manifest = ana.page.request.get(f"{shared.url}{address}").json()

    assert manifest["lang"] == language
    assert about in manifest["description"]
    for icon in manifest["icons"]:
        assert ana.page.request.get(f"{shared.url}{icon['src']}").ok


def test_without_a_network_the_chat_says_so_and_comes_back_by_itself(cable: Cable, visit: Visit) -> None:
    ana = visit(cable, **PHONE, **WITH_WORKER).sign_up("Ana")
    ana.make_room("Kept words")
    ana.write("what nobody else shall find here")
    await_worker(ana.page)
    ana.forgive("Failed to load resource")

    cable.pull()
    ana.page.reload()
    expect(ana.heading).to_have_text("No connection")
    expect(ana.page.locator("body")).not_to_contain_text("what nobody else shall find here")
    cable.plug()
    ana.notice_network()

    expect(ana.heading).to_have_text("Kept words")
    ana.sees("what nobody else shall find here")


def test_the_worker_keeps_files_and_one_page_that_is_the_same_for_everybody(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable, **WITH_WORKER).sign_up("Ana")
    await_worker(ana.page)
    ana.page.reload()
    ana.settle()
    ana.page.goto(f"{cable.url}/accounts/profile/")

    kept = ana.page.evaluate(KEPT)

    assert "/offline/" in kept
    assert [
        path
        for path in kept
        if not re.fullmatch(r"/static/[\w./-]+\.[0-9a-f]{12}\.(js|css|svg)|/offline/", path)
    ] == []


def test_what_is_not_the_chat_is_left_to_the_browser(cable: Cable, visit: Visit) -> None:
    ana = visit(cable, **WITH_WORKER).sign_up("Ana")
    await_worker(ana.page)
    ana.forgive("Failed to load resource")

    cable.pull()
    with pytest.raises(Exception, match="ERR_"):
        ana.page.goto(f"{cable.url}/accounts/profile/")
