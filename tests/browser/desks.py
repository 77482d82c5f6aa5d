"""Browsers that stand ready, each cleared for the next who sits down at it.

A new tab and a first visit cost three times what a visit costs in a browser that has the page's modules already.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

from playwright.sync_api import Browser, Error, Page, Route

MOST = 8
# With a picture of its own, or the browser asks the chat for one.
NOTHING = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>nobody</title></html>'
# As the chat's own pages say it, or the browser starts another process for this one.
SAME_ROOM = {"Cross-Origin-Opener-Policy": "same-origin"}
FORGET = """async () => {
    localStorage.clear();
    sessionStorage.clear();
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
}"""


@dataclass(slots=True)
class Desk:
    """A tab in a browser of its own, and with which options that was opened."""

    page: Page
    options: dict[str, Any]
    is_for_one: bool


class Desks:
    """Hands out tabs, each with cookies, storage and cache that no two people share at a time."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Desk] = []

    def take(self, *, fresh: bool, **options: Any) -> Desk:
        """Return a tab with these options of the browser, as nobody had sat at it."""
        free = [desk for desk in self._free if desk.options == options]
        if free and not fresh:
            self._free.remove(free[0])
            return free[0]
        page = self._browser.new_context(**options).new_page()
        if not fresh:
            for unchangeable in ("add_init_script", "route_web_socket"):
                setattr(page, unchangeable, _refuse)
                setattr(page.context, unchangeable, _refuse)
        return Desk(page, options, fresh)

    def give_back(self, desk: Desk, url: str) -> None:
        """Clear a tab of all that was done to it at `url`, and of all that was kept there."""
        page, context = desk.page, desk.page.context
        if desk.is_for_one or page.is_closed() or len(self._free) == MOST:
            context.close()
            return
        for other in context.pages[1:]:
            other.close()
        context.set_offline(False)
        context.unroute_all()
        page.unroute_all()
        page.set_viewport_size(desk.options["viewport"])
        page.emulate_media(
            media="null", color_scheme="light", reduced_motion="no-preference", forced_colors="none"
        )
        page.route(url, _answer_with_nothing)
        _leave(page, url)
        page.evaluate(FORGET)
        page.unroute_all()
        context.clear_cookies()
        context.clear_permissions()
        session = context.new_cdp_session(page)
        session.send("Page.resetNavigationHistory")
        session.detach()
        self._free.append(desk)

    def close(self) -> None:
        for desk in self._free:
            desk.page.context.close()


def _leave(page: Page, url: str) -> None:
    """Go to this address, though the page may be about to go elsewhere by itself: to the log-in, after its session."""
    try:
        page.goto(url)
    except Error as error:
        if "interrupted by another navigation" not in error.message:
            raise
        page.wait_for_load_state()
        page.goto(url)


def _refuse(*_arguments: object, **_options: object) -> NoReturn:
    message = "this stays with a browser for good: ask for one of your own, visit(at, fresh=True)"
    raise AssertionError(message)


def _answer_with_nothing(route: Route) -> None:
    route.fulfill(content_type="text/html", headers=SAME_ROOM, body=NOTHING)
