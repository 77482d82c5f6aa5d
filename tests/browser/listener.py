"""Somebody who does not see the page: what its accessibility tree says, as the browser gives it to a screen reader."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.browser.visitor import PATIENCE_MS
from tests.harness.processes import wait_until

# Boxes that say nothing, and the pieces of texts that have been said already.
SILENT = {"generic", "none", "InlineTextBox", "RootWebArea", "LineBreak", "ListMarker"}


@dataclass(frozen=True)
class Node:
    """Something that is read out."""

    role: str
    name: str
    about: dict[str, Any] = field(compare=False)  # Any: as the browser tells it
    element: int = field(compare=False)

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”"


class Listener:
    """Finds what there is by role and name alone, and acts on nothing else."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Accessibility.enable")

    @property
    def tree(self) -> list[Node]:
        """Everything that a screen reader could come to, in its order."""
        told = self._cdp.send("Accessibility.getFullAXTree")["nodes"]
        by_id = {node["nodeId"]: node for node in told}
        rest, nodes = [told[0]], []
        while rest:
            node = rest.pop()
            rest += [by_id[child] for child in reversed(node.get("childIds", [])) if child in by_id]
            if not node["ignored"] and node["role"]["value"] not in SILENT:
                nodes.append(_read(node))
        return nodes

    def hears(self, role: str, name: str, **about: Any) -> Node:
        """Wait until there is one such thing; a name that ends with “…” may go on."""
        found: list[Node] = []

        def is_there() -> bool:
            found[:] = [node for node in self.tree if _is_meant(node, role, name, about)]
            return len(found) == 1

        try:
            wait_until(is_there, f"one {role} “{name}” {about or ''}", PATIENCE_MS / 1000)
        except TimeoutError as error:
            error.add_note("\n".join(map(str, self.tree)))
            raise
        return found[0]

    def hears_no(self, role: str, name: str) -> None:
        wait_until(
            lambda: not any(_is_meant(node, role, name, {}) for node in self.tree),
            f"no {role} “{name}”",
            PATIENCE_MS / 1000,
        )

    def go_to(self, role: str, name: str) -> None:
        """Put the focus there, as a screen reader does."""
        node = self.hears(role, name)
        self._cdp.send("DOM.focus", {"backendNodeId": node.element})
        self.is_at(role, name)

    def is_at(self, role: str, name: str) -> None:
        """Wait until the focus is there."""
        self.hears(role, name, focused=True)

    def press(self, role: str, name: str) -> None:
        self.go_to(role, name)
        self._page.keyboard.press("Enter")

    def type(self, name: str, text: str, role: str = "textbox") -> None:
        self.go_to(role, name)
        self._page.keyboard.type(text)


def _read(node: dict[str, Any]) -> Node:
    return Node(
        role=node["role"]["value"],
        name=node.get("name", {}).get("value", ""),
        about={each["name"]: each["value"].get("value") for each in node.get("properties", [])},
        element=node.get("backendDOMNodeId", 0),
    )


def _is_meant(node: Node, role: str, name: str, about: dict[str, Any]) -> bool:
    is_named = node.name.startswith(name[:-1]) if name.endswith("…") else node.name == name
    return node.role == role and is_named and about.items() <= node.about.items()
