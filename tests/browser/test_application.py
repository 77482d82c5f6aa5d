"""The chat as an application of the device: installable, open without a network, renewed when a person says so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.visitor import BACK_MS, Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]
WITH_WORKER: dict[str, Any] = {"service_workers": "allow", "fresh": True}
KEPT_FILES = """async () => {
    const names = (await caches.keys()).filter((name) => name !== "notes");
    const caches_ = await Promise.all(names.map((name) => caches.open(name)));
    const kept = await Promise.all(caches_.map((cache) => cache.keys()));
    return kept.flat().map(({ url }) => new URL(url).pathname);
}"""
# Looks without making one: an opening that would make the database anew is broken off.
KEPT_TEXTS = """() => new Promise((resolve) => {
    const opening = indexedDB.open("chat-kept");
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve([]);
    opening.onsuccess = () => {
        const rows = opening.result.transaction("rows").objectStore("rows").getAll();
        rows.onsuccess = () => {
            opening.result.close();
            resolve(rows.result.flatMap(({ login, log }) =>
                (log?.events ?? []).map(({ text }) => `${login}: ${text}`)));
        };
    };
})"""
LOG_IN = re.compile("/accounts/login/")
HAS_WAITING = "navigator.serviceWorker.ready.then(({ waiting }) => waiting !== null)"
OFFER = """() => {
    const offer = new Event("beforeinstallprompt", { cancelable: true });
    offer.prompt = () => { document.documentElement.dataset.asked = "yes"; };
    dispatchEvent(offer);
}"""


def enter(visitor: Visitor) -> None:
    """Wait until the worker serves pages that are opened from now on, and forgive what a missing network brings."""
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visitor.forgive("Failed to load resource")


def is_kept(visitor: Visitor, text: str) -> None:
    visitor.until(
        lambda: f"{visitor.login}: {text}" in visitor.page.evaluate(KEPT_TEXTS), "it is kept on the device"
    )


def keeps_nothing(page: Page) -> bool:
    return page.evaluate(KEPT_TEXTS) == []


# installing


def test_a_browser_finds_nothing_that_keeps_it_from_installing_the_chat(cable: Cable, visit: Visit) -> None:
    ana = visit(cable, **PHONE, **WITH_WORKER).sign_up("Ana")
    enter(ana)

    session = ana.context.new_cdp_session(ana.page)
    manifest = session.send("Page.getAppManifest")
    problems = session.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["errors"] == []
    # In a private window nothing is ever installed, and those of tests are private.
    assert [each["errorId"] for each in problems if each["errorId"] != "in-incognito"] == []


def test_an_offer_to_install_is_made_in_the_settings_and_once(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    with ana.sheet("settings") as settings:
        button = settings.get_by_role("button", name="Install as an application")
        expect(button).to_be_hidden()

        ana.page.evaluate(OFFER)
        button.click()

        assert ana.page.evaluate("document.documentElement.dataset.asked") == "yes"
        expect(button).to_be_hidden()


# without a network


def test_without_a_network_the_chat_opens_as_it_was_last_seen_and_what_is_written_goes_out_once(
    cable: Cable, visit: Visit, shared: ChatServer
) -> None:
    ana, ben = visit(cable, **PHONE, **WITH_WORKER).sign_up("Ana"), visit(shared).sign_up("Ben")
    ana.make_room("Kept words")
    ben.carry_out("#gR Kept words")
    ana.write("from before the tunnel")
    ben.sees("from before the tunnel")
    is_kept(ana, "from before the tunnel")
    ana.open(f"/p/{ben.login}/").settle()
    ana.write("between us")
    is_kept(ana, "between us")
    enter(ana)

    cable.pull()
    ana.open("/")
    ana.page.go_back()
    expect(ana.page.locator("h1:visible")).to_have_text(ben.name)
    ana.sees("between us")
    expect(ana.status).to_contain_text("No connection. You see what was here")
    with ana.panel("chats"):
        ana.link_to_room("Kept words").click()
    ana.sees("from before the tunnel", "between us")
    for text in ("one", "two", "three"):
        ana.write(text)
    expect(ana.waiting).to_have_count(3)
    ana.page.reload()
    ana.sees("from before the tunnel", "between us", "one", "two", "three")
    ben.write("from outside")
    ben.sees("from before the tunnel", "between us", "from outside")
    cable.plug()
    ana.notice_network()

    expect(ana.waiting).to_have_count(0, timeout=BACK_MS)
    expect(ana.status).to_be_hidden()
    ana.sees("from before the tunnel", "between us", "from outside", "one", "two", "three")
    ben.sees("from before the tunnel", "between us", "from outside", "one", "two", "three")


def test_where_nobody_answers_the_page_comes_from_the_device_after_three_seconds(
    cable: Cable, visit: Visit
) -> None:
    ana = visit(cable, **WITH_WORKER).sign_up("Ana")
    ana.make_room("Slow words")
    ana.write("seen in time")
    is_kept(ana, "seen in time")
    enter(ana)
    address = ana.page.evaluate("location.pathname")

    cable.clog()
    began = ana.page.evaluate("Date.now()")
    ana.open(address)
    ana.sees("seen in time")

    assert 2900 < ana.page.evaluate("Date.now()") - began < 8000


def test_who_logs_out_leaves_nothing_on_the_device(cable: Cable, visit: Visit) -> None:
    ana = visit(cable, **WITH_WORKER).sign_up("Ana")
    ana.make_room("Before the way out")
    ana.write("what nobody else shall find here")
    is_kept(ana, "what nobody else shall find here")
    enter(ana)

    ana.page.locator(".account summary").click()
    ana.page.get_by_role("button", name="Log out").click()
    ana.page.wait_for_url(LOG_IN)
    ana.until(lambda: keeps_nothing(ana.page), "nothing is kept")
    cable.pull()
    ana.open("/")

    expect(ana.page.locator("h1:visible")).to_have_text("No connection")
    expect(ana.page.locator("body")).not_to_contain_text("what nobody else shall find here")
    cable.plug()
    ana.notice_network()
    ana.page.wait_for_url(LOG_IN)


def test_who_comes_after_somebody_at_the_same_browser_finds_nothing_of_theirs(
    cable: Cable, visit: Visit, shared: ChatServer
) -> None:
    ana, ben = visit(cable, **WITH_WORKER).sign_up("Ana"), visit(shared).join("Ben")
    ana.make_room("Before another")
    ana.write("what Ben shall not find here")
    is_kept(ana, "what Ben shall not find here")
    enter(ana)

    # As if the page of the log-in had never been seen.
    ana.page.goto("about:blank")
    ana.context.add_cookies([{"name": "sessionid", "value": ben.person.token, "url": cable.url}])
    ana.open("/").settle()
    ana.until(lambda: f"{ana.login}: " not in str(ana.page.evaluate(KEPT_TEXTS)), "nothing is kept of Ana")
    cable.pull()
    ana.page.reload()

    expect(ana.page.locator(".account .entry__about")).to_have_text(ben.login)
    expect(ana.page.locator("body")).not_to_contain_text("what Ben shall not find here")


def test_a_session_that_is_ended_elsewhere_takes_what_was_kept_with_it(cable: Cable, visit: Visit) -> None:
    ana = visit(cable, **WITH_WORKER).sign_up("Ana")
    ana.make_room("Before the end")
    ana.write("gone with the session")
    is_kept(ana, "gone with the session")

    # By a request: no page of this browser submits anything.
    ana.context.request.post(
        f"{cable.url}/accounts/sessions/",
        form={"end": "all", "csrfmiddlewaretoken": "t" * 32},
        headers={"Referer": f"{cable.url}/accounts/sessions/"},
    )

    ana.until(lambda: keeps_nothing(ana.page), "nothing is kept")
    ana.page.wait_for_url(LOG_IN)


# the worker


def test_the_worker_keeps_files_and_pages_that_are_the_same_for_everybody(cable: Cable, visit: Visit) -> None:
    ana = visit(cable, **WITH_WORKER).sign_up("Ana")
    ana.write("for the database only")
    enter(ana)
    ana.page.reload()
    ana.settle()
    ana.page.goto(f"{cable.url}/accounts/profile/")

    kept = ana.page.evaluate(KEPT_FILES)

    pages = {path for path in kept if not re.fullmatch(r"/static/[\w./-]+\.[0-9a-f]{12}\.(js|css|svg)", path)}
    assert pages == {"/offline/en/"}
    text = ana.page.evaluate("caches.match('/offline/en/').then((page) => page.text())")
    assert ana.login not in text
    assert "for the database only" not in text
    cable.pull()
    with pytest.raises(Error, match="ERR_"):
        ana.page.reload()  # What is not the chat is left to the browser.


def test_a_newer_worker_waits_until_a_person_loads_the_page_again(own: ChatServer, visit: Visit) -> None:
    ana = visit(own, **WITH_WORKER).sign_up("Ana")
    enter(ana)
    ana.page.reload()
    ana.settle()
    [old] = ana.page.evaluate("caches.keys().then((names) => names.filter((name) => name !== 'notes'))")

    own.stop()
    own.environment["SITE_NAME"] = "Another house"
    own.start()
    ana.notice_network()
    ana.settle()
    ana.page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    ana.until(lambda: ana.page.evaluate(HAS_WAITING), "the newer one waits")
    other = ana.context.new_page()
    other.goto(own.url)
    expect(other.locator("chat-clock:not([hidden])")).to_be_attached()
    assert ana.page.evaluate(HAS_WAITING), "as long as an older page is open"
    other.close()
    ana.page.reload()

    ana.until(lambda: not ana.page.evaluate(HAS_WAITING), "it has taken over")
    ana.until(lambda: old not in ana.page.evaluate("caches.keys()"), "the old files are gone")
