"""What a browser of any engine is asked to do, and a page in it as somebody with a keyboard and a pointer has it."""

from __future__ import annotations

import json
import time
from typing import Any, Protocol

PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.05
ENTER = "\ue007"
CENTRE = """selector => {
    const element = document.querySelector(selector);
    element.scrollIntoView({ block: 'nearest' });
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
}"""
FOCUS = "selector => { document.querySelector(selector).focus(); }"
IS_VISIBLE = "selector => document.querySelector(selector)?.checkVisibility() ?? false"
CHOOSE = """({ selector, value }) => {
    const element = document.querySelector(selector);
    element.value = value;
    element.dispatchEvent(new Event('input', { bubbles: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
}"""


class CannotDrive(Exception):
    """The browser could not be had, or did not do what it was asked to."""


class Driver(Protocol):
    """A browser with one window, from its start to `close`."""

    version: str

    def open(self, url: str) -> None:
        """Go there, and wait until it is loaded."""

    def reload(self) -> None:
        """Load anew, and wait until that is done."""

    def resize(self, width: int, height: int) -> None:
        """Give the page this size, as nearly as the engine does."""

    def call(self, function: str) -> str:
        """Call an asynchronous function in the page, which returns a text."""

    def perform(self, actions: list[dict[str, Any]]) -> None:
        """Use keyboard and pointer, as WebDriver describes it."""

    def close(self) -> None:
        """End the browser and all that was started for it."""


class Hands:
    """Somebody before a page."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    def ask(self, function: str, argument: object = None) -> Any:  # Any: whatever JSON holds.
        """Call a function in the page and return what it returns, or what that promises."""
        call = f"async () => JSON.stringify(await ({function})({json.dumps(argument)}) ?? null)"
        return json.loads(self.driver.call(call))

    def until(self, function: str, argument: object = None, *, what: str = "") -> Any:
        """Wait until the function returns something true, also over a change of pages; return that."""
        end = time.monotonic() + PATIENCE_SECONDS
        problem: object = ""
        while time.monotonic() < end:
            try:
                if answer := self.ask(function, argument):
                    return answer
            except CannotDrive as error:
                problem = error
            time.sleep(LOOK_SECONDS)
        message = f"not within {PATIENCE_SECONDS:.0f} s: {what or function} {argument or ''} {problem}"
        raise CannotDrive(message)

    def click(self, selector: str) -> None:
        self.until(IS_VISIBLE, selector, what="to be seen:")
        place = self.ask(CENTRE, selector)
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        moves = [{"type": "pointerMove", "duration": 0, "origin": "viewport", **place}, *press]
        mouse = {"pointerType": "mouse"}
        self.driver.perform([{"type": "pointer", "id": "mouse", "parameters": mouse, "actions": moves}])

    def type(self, selector: str, text: str) -> None:
        """Put the caret there and press the keys."""
        self.ask(FOCUS, selector)
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.driver.perform([{"type": "key", "id": "keyboard", "actions": keys}])

    def choose(self, selector: str, value: str) -> None:
        """Choose in a list, whose own pop-up no driver opens alike."""
        self.ask(CHOOSE, {"selector": selector, "value": value})

    def is_visible(self, selector: str) -> bool:
        return bool(self.ask(IS_VISIBLE, selector))
