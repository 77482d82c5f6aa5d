"""What is wrong with a page: for axe, in light and dark, and in what axe does not see."""

from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Also whether targets are large enough, which axe asks of nobody who does not want to know.
COMMON = {"resultTypes": ["violations"], "preload": False}  # To load styles it would write inline ones.
RULES = {**COMMON, "rules": {"target-size": {"enabled": True}}}
COLOURS = {**COMMON, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SCHEMES: dict[Literal["light", "dark"], dict[str, Any]] = {"light": RULES, "dark": COLOURS}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Pages are judged when they have come to rest: what is half faded in has no contrast yet. A turning wheel never rests.
AT_REST = """async () => {
    await document.fonts.ready;
    const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity);
    await Promise.all(ending.map(animation => animation.finished.catch(() => {})));
}"""
VISIBLE = """const isSeen = element =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !element.closest('.visually-hidden, .skip, [inert]');"""
# A thumb needs 44 px. What is drawn smaller may answer around itself; what stands in a line of text may be as high as
# the line; a box that can be ticked is touched by its label, and one that chooses a row of a list is 24 px.
SMALL = f"""() => {{
    {VISIBLE}
    const reach = (element, box, dx, dy) => {{
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        let steps = 0;
        while (steps < 44 && element.contains(document.elementFromPoint(x + steps * dx, y + steps * dy))) steps += 1;
        return steps;
    }};
    const isLarge = (element, box) =>
        (box.height > 43.5 || reach(element, box, 0, -1) + reach(element, box, 0, 1) > 43)
        && (box.width > 43.5 || reach(element, box, -1, 0) + reach(element, box, 1, 0) > 43);
    const top = document.querySelector('dialog:modal') ?? document;
    return [...top.querySelectorAll('a[href], button, input, select, textarea, summary, [role=option]')]
        .filter(element => !element.disabled)
        .filter(isSeen)
        .filter(element => getComputedStyle(element).display !== 'inline')
        .filter(element => !(element.matches('[type=checkbox], [type=radio]') && element.labels.length))
        .filter(element => !(element.matches('td > [type=checkbox], th [type=checkbox]') && element.offsetWidth > 23))
        .map(element => [element, element.getBoundingClientRect()])
        .filter(([element, box]) => box.width > 1 && !isLarge(element, box))
        .map(([element, box]) => `${{element.outerHTML.slice(0, 90)}} ${{box.width}}x${{box.height}}`);
}}"""
# Our own words, cut off. Names of people and rooms (in <bdi>) may end in an ellipsis.
CUT = f"""() => {{
    {VISIBLE}
    const ours = 'button, .button, label, legend, summary, h1, h2, h3, dt, th, a, [role=tab], input, textarea';
    const isCut = element => {{
        if (element.matches('input, textarea') && element.value) return false;
        if (element.matches('input') && !['', 'text', 'search', 'number'].includes(element.type)) return false;
        return element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1
            && (element.matches('input, textarea') || getComputedStyle(element).overflowX !== 'visible');
    }};
    return [...document.querySelectorAll(ours)]
        .flatMap(element => [element, ...element.querySelectorAll('*')])
        .filter(element => isSeen(element) && !element.closest('bdi, svg') && !element.querySelector('bdi'))
        .filter(isCut)
        .map(element => element.outerHTML.slice(0, 120));
}}"""


def flaws(page: Page) -> list[str]:
    """Return what axe has against the page as it stands, in light and in dark."""
    found = []
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AT_REST)
        found += [f"{scheme}: {flaw}" for flaw in violations(page, options)]
    page.emulate_media(color_scheme=None)
    return found


def cramped(page: Page) -> list[str]:
    """Return what does not find room: a page that is wider than the screen, words of ours that are cut off."""
    return too_wide(page) + [f"cut off: {text}" for text in dict.fromkeys(page.evaluate(CUT))]


def too_wide(page: Page) -> list[str]:
    width = page.evaluate(OVERFLOW)
    return [f"{width} px too wide"] if width > 0 else []


def small_targets(page: Page) -> list[str]:
    return [f"too small for a thumb: {target}" for target in page.evaluate(SMALL)]


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """Return what axe has against the page, one line for each element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{violation['id']}: {node['target'][0]} {_reason(node)}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


def _reason(node: dict[str, Any]) -> str:
    checks: tuple[Literal["any", "all", "none"], ...] = ("any", "all", "none")
    return "; ".join(check["message"] for kind in checks for check in node[kind])
