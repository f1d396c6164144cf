"""Takes a picture of every page of every.py; see scripts/screenshots.

usage: screenshots.py FOLDER PLACE [dark]      PLACE: a Place as JSON
"""

import json
import sys
from pathlib import Path

from browser import CHROMIUM
from every import EVERY, Place
from playwright.sync_api import sync_playwright

WIDTHS = {"390": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}, "1280": {"viewport": {"width": 1280, "height": 900}}}


def main() -> None:
    folder, place, scheme = Path(sys.argv[1]), Place(**json.loads(sys.argv[2])), "dark" if "dark" in sys.argv[3:] else "light"
    wanted = [word for word in sys.argv[3:] if word != "dark"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        for width, settings in WIDTHS.items():
            (folder / width).mkdir(parents=True, exist_ok=True)
            for seen in EVERY:
                if wanted and not any(seen.name.startswith(word) for word in wanted):
                    continue
                context = browser.new_context(**settings, color_scheme=scheme, reduced_motion="reduce", locale="en-GB", timezone_id="Europe/Berlin")
                place.sign_in(context, seen.who)
                page = context.new_page()
                page.goto(place.address(seen))
                if seen.steps:
                    seen.steps(page)
                page.evaluate("document.fonts.ready.then(() => scrollTo(0, 0))")
                page.screenshot(path=folder / width / f"{seen.name}.png", full_page=True)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
