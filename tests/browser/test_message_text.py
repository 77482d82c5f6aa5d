"""How the text of a message is drawn: its small Markdown, links, and nothing that leaves its place or deceives."""

import json
import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness.environment import ROOT
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]

NAUGHTY = json.loads((ROOT / "tests/security/naughty_texts.json").read_text())
TAGS = {"A", "BLOCKQUOTE", "CODE", "DEL", "EM", "LI", "OL", "P", "PRE", "STRONG", "UL"}
ATTRIBUTES = {"class", "data-language", "dir", "href", "rel", "tabindex", "target", "title", "value"}
BATCH = 40

# From the left edge of a text's first letter to that of its last.
WIDTH_FROM_FIRST_TO_LAST = """node => {
  const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT).nextNode();
  const left = (at) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().left;
  };
  return left(text.length - 1) - left(0);
}"""

# How far apart two pictures are where they differ most, of 255.
FARTHEST_COLOURS = """async (pictures) => {
  const [one, other] = await Promise.all(pictures.map(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    return canvas.getImageData(0, 0, bitmap.width, bitmap.height);
  }));
  if (one.width !== other.width || one.height !== other.height) return 255;
  return one.data.reduce((most, level, at) => Math.max(most, Math.abs(level - other.data[at])), 0);
}"""


def test_s55_two_hundred_naughty_texts_are_shown_and_do_nothing(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Two hundred")
    ben.carry_out("#gR Two hundred")
    cases = [(text, text) for text in NAUGHTY["as_typed"]] + NAUGHTY["drawn"]
    address = ben.page.url
    assert len(cases) > 200

    for start in range(0, len(cases), BATCH):
        batch = cases[start : start + BATCH]
        for text, _ in batch:
            ana.write(text)
        ana.write(f"{start} and so on")
        expect(ben.texts.last).to_have_text(f"{start} and so on")

        shown = ben.texts.all_text_contents()[-len(batch) - 1 : -1]
        assert shown == [unicodedata.normalize("NFC", expected) for _, expected in batch]
        _expect_harmless(ben)

    ben.page.reload()
    expect(ben.texts.last).to_have_text(re.compile("and so on"))
    _expect_harmless(ben)
    assert ben.page.url == address
    assert ben.page.frames == [ben.page.main_frame]
    assert len(ben.context.pages) == 1


def _expect_harmless(visitor: Visitor) -> None:
    found = visitor.page.evaluate(
        """() => [...document.querySelectorAll(".message__text *")].map((node) => ({
          tag: node.tagName, names: node.getAttributeNames(), href: node.href ?? "", rel: node.rel ?? "",
        }))"""
    )
    assert {node["tag"] for node in found} <= TAGS
    assert {name for node in found for name in node["names"]} <= ATTRIBUTES
    for link in (node for node in found if node["tag"] == "A"):
        assert re.match(r"(?:https?://|mailto:)[^\s<>\"]+$", link["href"])
        assert link["rel"] == "noopener noreferrer nofollow ugc"
    assert visitor.page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_the_small_markdown_becomes_elements_and_its_marks_go(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    ana.make_room("Markdown")

    ana.write("**bold** *slanted* ~~gone~~ `x = 1`, 2*3*4 and snake_case_words")
    ana.write("> asked\n> twice\nanswered")
    ana.write("We need\n- bread\n- cheese\n\n1. meet\n3. walk")
    ana.write("```python\nif x:\n    pass\n```")

    shown: list[str | re.Pattern[str]] = [
        "bold slanted gone x = 1, 2*3*4 and snake_case_words",
        re.compile(r"^asked\ntwice\s+answered$"),
        re.compile(r"^We need\s+bread\ncheese\s+meet\nwalk$"),
        "if x:\n    pass",
    ]
    expect(ana.texts).to_have_text(shown, use_inner_text=True)
    text = ana.texts
    for tag, words in {"strong": "bold", "em": "slanted", "del": "gone", "code": "x = 1"}.items():
        expect(text.nth(0).locator(tag)).to_have_text(words)
    expect(text.nth(1).locator("blockquote")).to_have_text("asked\ntwice", use_inner_text=True)
    expect(text.nth(2).locator("ul > li")).to_have_text(["bread", "cheese"])
    assert text.nth(2).locator("ol > li").evaluate_all("lines => lines.map(line => line.value)") == [1, 3]
    expect(text.nth(3).locator("pre > code")).to_have_text("if x:\n    pass", use_inner_text=True)


def test_what_is_read_out_is_without_marks(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Read out")
    ben.carry_out("#gR Read out")

    ana.write("**bold** and `x = 1`")

    expect(ben.announcements.last).to_have_text("Ana Pérez: bold and x = 1")


def test_what_was_not_marked_is_one_text_with_its_spaces_and_lines(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    ana.make_room("Plain")
    text = "# no heading\n\n  two  spaces\tand a tab\n| a | b |\n---"

    ana.write(f"#{text}")  # The first of two signs says that this is no command.

    expect(ana.texts).to_have_count(1)
    assert ana.texts.inner_text() == text
    expect(ana.texts.locator("*")).to_have_count(0)


def test_s58_links_lead_where_they_say_and_tell_nobody(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    ana.make_room("Links")

    ana.write("see https://example.org/a_(b)_c. or [the plan](http://example.org/plan?x=1&y=2)")
    ana.write(
        "[bank.example](https://example.org/) [x](javascript:alert(1)) https://good.example@example.org/"
    )

    links = ana.texts.locator("a")
    expect(links).to_have_text(["https://example.org/a_(b)_c", "the plan", "https://example.org/"])
    expect(links.nth(1)).to_have_attribute("href", "http://example.org/plan?x=1&y=2")
    expect(links.nth(1)).to_have_attribute("title", "http://example.org/plan?x=1&y=2")
    for link in links.all():
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")


def test_a_link_to_a_room_of_this_chat_opens_in_this_page(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    ana.make_room("Linked here")
    here = ana.page.url
    ana.make_room("Linked from")
    ana.write(f"[come over]({here})")

    ana.page.click("text=come over")

    expect(ana.heading).to_have_text("Linked here")
    assert ana.page.url == here
    assert len(ana.context.pages) == 1


def test_long_words_wrap_and_long_code_scrolls_in_itself_on_a_phone(shared: ChatServer, visit: Visit) -> None:
    ana, ben = visit(shared).sign_up("Ana"), visit(shared, **PHONE).sign_up("Ben")
    ana.make_room("Narrow")
    ben.open(ana.page.url.removeprefix(ana.url)).settle()

    ana.write("W" * 300)
    ana.write("`" + "w" * 300 + "`")
    ana.write("https://example.org/" + "x" * 300)
    ana.write("```\n" + "code " * 60 + "\n```")
    ana.write("> - " + "v" * 200 + "\n> - b")

    expect(ben.texts).to_have_count(5)
    expect(ben.texts.last).to_be_in_viewport()
    assert ben.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    code = ben.texts.locator("pre")
    assert code.evaluate("pre => pre.scrollWidth > pre.clientWidth")
    for text in ben.texts.all():
        box = _box(text)
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["viewport"]["width"]
        assert text.evaluate("text => text.scrollWidth <= text.clientWidth")


def test_a_few_emoji_are_drawn_larger(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    ana.make_room("Emoji")

    for text in ["👍", "👩‍👩‍👧‍👦 🏳️‍🌈 ❤️", "👍👍👍👍", "yes 👍"]:
        ana.write(text)

    ana.sees("👍", "👩‍👩‍👧‍👦 🏳️‍🌈 ❤️", "👍👍👍👍", "yes 👍")
    sizes = ana.texts.evaluate_all("texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize))")
    assert sizes[0] == sizes[1]
    assert sizes[2] == sizes[3]
    assert sizes[0] >= 2 * sizes[2]


def test_s66_what_joins_emoji_stays_in_the_text(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up()
    ana.make_room("Joined")
    text = "family 👩‍👩‍👧‍👦 rainbow 🏳️‍🌈 flag 🇺🇦 keycap 1️⃣ heart ❤️ wave 👋🏽"

    ana.write(text)

    expect(ana.texts).to_have_count(1)
    assert ana.texts.text_content() == text


def test_s63_what_turns_the_direction_of_writing_turns_nothing_beside_the_text(
    shared: ChatServer, visit: Visit
) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Bidi")
    ben.carry_out("#gR Bidi")

    for text in [
        "\u202enever closed",
        "\u2067never closed",
        "\u202b- a",
        "שלום",
        "\u202ehttps://example.org/gnp",
    ]:
        ana.write(text)
        ana.write(f"{text}\nsecond line, **bold**\n- a\n- b")
    expect(ben.texts).to_have_count(10)

    for visitor in (ana, ben):
        beside = visitor.page.locator(".message :is(time, [data-part=author]):visible")
        widths = [each.evaluate(WIDTH_FROM_FIRST_TO_LAST) for each in beside.all()]
        # Where a name or a time would only be said again, it is there for the ear and has no width.
        assert max(widths) > 0
        assert min(widths) >= 0
        # The link inside the overridden text reads from left to right too.
        for link in visitor.texts.locator("a").all():
            assert link.evaluate(WIDTH_FROM_FIRST_TO_LAST) > 0
        assert visitor.texts.first.evaluate("text => getComputedStyle(text).unicodeBidi") == "plaintext"


def test_s64_marks_piled_upon_a_letter_do_not_touch_what_is_above_or_below(
    shared: ChatServer, visit: Visit
) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Piles")
    ana.write("above")
    ana.write("Z" + "\u0316\u0317\u0323\u0333\u0301\u0308\u0351" * 60 + "algo")
    ana.write("> Z" + "\u0316\u0317\u0323\u0333\u0301\u0308\u0351" * 60 + "algo\nend")
    ana.write("below")
    expect(ana.texts).to_have_count(4)
    expect(ana.waiting).to_have_count(0)
    around = [ana.texts.first, ana.texts.last]
    with_piles = [_picture_around(text) for text in around]

    ana.texts.nth(1).evaluate("text => { text.style.color = 'transparent'; }")
    ana.texts.nth(2).evaluate("text => { text.style.color = 'transparent'; }")

    for text, before in zip(around, with_piles, strict=True):
        # Rounded corners are not drawn twice quite alike.
        assert ana.page.evaluate(FARTHEST_COLOURS, [before, _picture_around(text)]) < 16


def _picture_around(text: Locator) -> str:
    """Take a picture of a bubble, with what there is of the ground between it and the bubbles beside it (as base64)."""
    box = _box(text)
    top, bottom = text.page.evaluate(
        """([top, bottom]) => {
          const boxes = [...document.querySelectorAll(".message__text")].map((each) => each.getBoundingClientRect());
          const above = Math.max(...boxes.map((each) => each.bottom).filter((edge) => edge <= top));
          const below = Math.min(...boxes.map((each) => each.top).filter((edge) => edge >= bottom));
          return [Math.ceil(Number.isFinite(above) ? above : top), Math.floor(Number.isFinite(below) ? below : bottom)];
        }""",
        [box["y"], box["y"] + box["height"]],
    )
    clip: Any = {"x": box["x"] - 40, "width": box["width"] + 40, "y": top, "height": bottom - top}
    return b64encode(text.page.screenshot(clip=clip, animations="disabled", caret="hide")).decode()


def _box(node: Locator) -> Any:
    box = node.bounding_box()
    assert box is not None
    return box


def test_s65_a_text_cannot_be_taken_for_somebody_elses_message(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Forged")
    ben.carry_out("#gR Forged")

    ana.write("hello\n12:01 Ben Pérez: I have the money\n\n**Ben Pérez** 12:02\nand the key")

    expect(ben.texts).to_have_count(1)
    message = ben.page.locator(".message")
    expect(message).to_have_count(1)
    expect(message.locator(".message__author")).to_have_text(ana.name)
    # All its lines stand inside one bubble that differs from the ground, and every name stands outside of one.
    assert message.locator(".message__text .message__author, .message__text time").count() == 0
    colours = ben.texts.evaluate(
        "text => [getComputedStyle(text).backgroundColor, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours[0] not in {colours[1], "rgba(0, 0, 0, 0)"}
    bubble = _box(ben.texts)
    author = _box(message.locator(".message__author"))
    assert author["y"] + author["height"] <= bubble["y"] + 1
    # Bold in a text is not drawn as a name is.
    name, bold = (
        node.evaluate("node => [getComputedStyle(node).fontSize, getComputedStyle(node).color]")
        for node in (message.locator(".message__author"), ben.texts.locator("strong"))
    )
    assert name != bold
