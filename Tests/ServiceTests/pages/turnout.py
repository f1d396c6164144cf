"""Watches the page of an election in a real browser; see public-pages.test.mjs.

usage: turnout.py ADDRESS COUNT

Prints "live" when the page follows what happens, and a line of JSON when it shows so many voters and then, by itself, a curve that has risen.
Before, it looks at the page without scripts.
"""

import json
import sys

from playwright.sync_api import sync_playwright

from browser import CHROMIUM

PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
CURVE = "document.querySelector('.turnout__curve .curve').getAttribute('d')"


def without_scripts(browser, address: str) -> dict:
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    seen = {"text": page.locator("main").inner_text(), "live": page.locator("[data-live-mark]").is_visible()}
    context.close()
    return seen


def main() -> None:
    address, count = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        plain = without_scripts(browser, address)
        page = browser.new_context(**PHONE).new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        page.locator("[data-live-mark]").wait_for()
        before = page.evaluate(CURVE)
        print("live", flush=True)
        page.locator(f"[data-voters='{count}']").wait_for()
        percent = page.locator("[data-percent]").inner_text()
        # Without evaluating text within the page, which its content policy forbids.
        while page.evaluate(CURVE) == before:
            page.wait_for_timeout(100)
        still = page.locator("[data-live-mark]").is_visible()
        shown = page.locator("[data-voters]").inner_text()
        browser.close()
    print(json.dumps({"plain": plain, "faults": faults, "percent": percent, "live": still, "voters": shown}))


if __name__ == "__main__":
    main()
