"""Looks at pages as people see them, in a real browser: phone and desk, light and dark, from left and from right. Prints a line of JSON.

usage: look.py [--screenshots FOLDER] ADDRESS …

For each page and each way of looking: what the browser complains of, whether the page is wider than its window, controls too small for a
finger, what axe finds, and whether long names make it wider.
"""

import argparse
import json
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from browser import CHROMIUM

PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
WAYS = {
    "phone-light": {**PHONE, "color_scheme": "light"},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
    "desk-light": {**DESK, "color_scheme": "light"},
    "desk-dark": {**DESK, "color_scheme": "dark"},
}

# Links within text may be as high as their line; what is hidden or lies behind its label has no size of its own.
SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((control) => {
  const box = (control.closest("label") ?? control).getBoundingClientRect();
  const style = getComputedStyle(control);
  if (box.width === 0 || style.display === "inline" || control.closest(".skip, .vh")) return false;
  return box.height < 43.5 && !control.parentElement.querySelector(`label[for="${control.id}"]`);
}).map((control) => control.outerHTML.slice(0, 120))"""

# Titles and names are as long as people make them.
LENGTHEN = """() => document.querySelectorAll(
  "main :is(h1, h2, h3, legend, .field > label, .option b, .choice b, .rows b, .picked dd, .dl dd, tbody th:not(.num), .button)"
).forEach((place) => place.append(" ", "Donaudampfschifffahrtsgesellschaft".repeat(3)))"""


def look(browser, address: str, name: str, settings: dict, folder: Path | None) -> dict:
    context = browser.new_context(**settings)
    page = context.new_page()
    faults: list[str] = []
    host = urlsplit(address).netloc
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(f"asks {request.url}") if urlsplit(request.url).netloc != host else None)
    page.goto(address, wait_until="networkidle")
    small = page.evaluate(SMALL)
    violations = [
        {"rule": violation["id"], "where": [node["target"] for node in violation["nodes"]]}
        for violation in Axe().run(page).response["violations"]
    ]
    # A phone's window grows with a page that is too wide, so that its own width tells nothing.
    width = settings["viewport"]["width"]
    wide = page.evaluate("document.documentElement.scrollWidth") > width
    if folder:
        place = urlsplit(address).path.strip("/").replace("/", "-") or "start"
        page.screenshot(path=folder / f"{place}-{name}.png", full_page=True)
    page.evaluate("document.documentElement.dir = 'rtl'")
    wide = wide or page.evaluate("document.documentElement.scrollWidth") > width
    page.evaluate(LENGTHEN)
    stretched = page.evaluate("document.documentElement.scrollWidth") > width
    context.close()
    seen = {"faults": faults, "wide": wide, "stretched": stretched, "small": small, "violations": violations}
    return {"address": address, "way": name, **seen}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("addresses", nargs="+")
    words = parser.parse_args()
    if words.screenshots:
        words.screenshots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        seen = [
            look(browser, address, name, settings, words.screenshots) for address in words.addresses for name, settings in WAYS.items()
        ]
        browser.close()
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
