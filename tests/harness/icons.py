"""Draw the icons of the application from its sign, `python -m tests.harness.icons`, in the browser of the tests."""

import base64

from playwright.sync_api import Page, sync_playwright

from tests.harness.environment import ROOT
from tests.harness.machine import find_browser

IMAGES = ROOT / "static/img"
GROUND = "#1d6f80"  # That of the sign, without its round corners.
# How much of the edge the sign takes: what a device cuts out of a maskable icon is a circle of four fifths.
WHOLE, SAFE = 1.0, 0.74
ICONS = {
    "icon-192.png": (192, WHOLE, "transparent"),
    "icon-512.png": (512, WHOLE, "transparent"),
    "icon-180.png": (180, WHOLE, GROUND),
    "icon-maskable-512.png": (512, SAFE, GROUND),
}


def draw(page: Page, name: str, size: int, share: float, ground: str) -> None:
    """Write one icon."""
    sign = base64.b64encode((IMAGES / "icon.svg").read_bytes()).decode()
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>body {{ margin: 0; height: {size}px; display: grid; place-items: center; background: {ground} }}"
        f"img {{ width: {share * 100}% }}</style><img src='data:image/svg+xml;base64,{sign}'>"
    )
    page.locator("img").evaluate("image => image.decode()")
    page.screenshot(path=IMAGES / name, omit_background=ground == "transparent")


def main() -> None:
    """Draw them all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page()
        for name, (size, share, ground) in ICONS.items():
            draw(page, name, size, share, ground)
        browser.close()


if __name__ == "__main__":
    main()
