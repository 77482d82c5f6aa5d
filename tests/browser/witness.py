"""Somebody who looks over a person's shoulder while things break, and remembers all that was to be seen."""

from typing import Any

from tests.browser.visitor import Visitor

# "Loading missed messages…", or how many.
CATCHING_UP = "Loading "
# Looks whenever something has changed. A message is one however often it was sent: neither its place
# in the log nor its words may be there twice. Tests that are watched give each message words of its own.
WATCH = """() => {
    const seen = { lines: [], told: [], doubles: [], closed: [] };
    const add = (list, text) => { if (text && list.at(-1) !== text) list.push(text); };
    const repeated = values => values.filter((value, index) => value && values.indexOf(value) !== index);
    const told = () => [...document.querySelectorAll('.composer__problem:not([hidden]), .notice__text')]
        .map(({ textContent }) => textContent);
    const known = new Set(told());
    const look = window.look = () => {
        add(seen.lines, document.querySelector('chat-status [data-part=text]').textContent);
        for (const text of told()) if (!known.has(text)) seen.told.push(text);
        told().forEach(text => known.add(text));
        const messages = [...document.querySelectorAll('.message')];
        // What is still on its way has no place yet.
        const places = messages.map(({ dataset }) => dataset.seq).filter(place => /\\d/.test(place));
        seen.doubles.push(...repeated(places));
        seen.doubles.push(...repeated(messages.map(message => message.querySelector('.message__text').textContent)));
        const field = document.querySelector('#message');
        const isOpen = !field.disabled && !field.readOnly && !field.closest('[inert]') && field.checkVisibility();
        if (!isOpen) add(seen.closed, field.outerHTML);
        isDue = false;
        return seen;
    };
    let isDue = true;
    const lookSoon = () => {
        if (!isDue) setTimeout(look);
        isDue = true;
    };
    const whatever = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(lookSoon).observe(document, whatever);
    look();
}"""


class Witness:
    """Begins to look at once, and ends when the page is left."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        visitor.page.evaluate(WATCH)

    @property
    def lines(self) -> list[str]:
        """What the state of the connection was told to be, one after the other. That a page catches up is told where
        that takes a moment, which is a matter of the machine.
        """
        return [line for line in self._seen["lines"] if not line.startswith(CATCHING_UP)]

    @property
    def told(self) -> list[str]:
        """What was said above the line one writes into, and among the messages."""
        return list(self._seen["told"])

    @property
    def wrongs(self) -> list[str]:
        """What must not be seen whatever breaks: a message that is there twice, a line one cannot write into."""
        return [*self._seen["doubles"], *self._seen["closed"]]

    @property
    def _seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = self._visitor.page.evaluate("window.look()")
        return seen
