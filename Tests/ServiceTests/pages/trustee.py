"""Keeps a share on the trustee's page as people do, in a real browser; see trustee-page.test.mjs.

usage: trustee.py FOLDER [PICTURES]

Reads a line of JSON for each step, [verb, words …], and answers each with a line of JSON.
"""

import json
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from browser import CHROMIUM

PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1280, "height": 900}}


class Trustee:
    """One person with browser profiles of their own."""

    def __init__(self, playwright, folder: Path, pictures: Path | None) -> None:
        self.playwright, self.folder, self.pictures = playwright, folder, pictures
        self.context = self.page = None
        self.faults: list[str] = []
        self.copies: list[Path] = []

    def begin(self, profile: str, link: str) -> None:
        """A browser with a profile, new or again."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder / profile, locale="en-GB", **CHROMIUM, **PHONE
        )
        self.page = self.context.pages[0]
        self.watch(self.page)
        self.page.goto(link)

    def watch(self, page) -> None:
        # A browser tells of refused requests by itself; the page says so, too.
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" and "status of" not in message.text else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def end(self) -> list[str]:
        """Closes the browser, whatever it is doing."""
        self.context.close()
        return self.faults

    def reload(self) -> None:
        self.page.reload()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def tick(self, label: str) -> None:
        self.page.get_by_role("checkbox", name=label).check()

    def wait(self, text: str) -> str:
        self.page.get_by_text(text).first.wait_for(timeout=60_000)
        return self.page.locator("main").inner_text()

    def save(self, name: str) -> int:
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="Save the copy").click()
        place = self.folder / f"{name}.key"
        download.value.save_as(place)
        return place.stat().st_size

    def choose(self, label: str, name: str) -> None:
        self.page.get_by_label(label, exact=True).set_input_files(self.folder / f"{name}.key")

    def look(self, name: str) -> dict:
        """What axe finds, and whether the page is wider than its window; with pictures where somebody wants to see them."""
        answer = {"wide": False, "violations": []}
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size["viewport"])
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                found = Axe().run(self.page).response["violations"]
                answer["violations"] += [[violation["id"], [node["target"] for node in violation["nodes"]]] for violation in found]
                width = size["viewport"]["width"]
                answer["wide"] = answer["wide"] or self.page.evaluate("document.documentElement.scrollWidth") > width
                if self.pictures:
                    self.page.screenshot(path=self.pictures / f"{name}-{width}-{scheme}.png", full_page=True)
        self.page.set_viewport_size(PHONE["viewport"])
        return answer

    def other_tab(self, link: str) -> str:
        """Opens the page a second time, and says what it shows."""
        page = self.context.new_page()
        page.goto(link)
        page.get_by_text("another tab").wait_for()
        text = page.locator("main").inner_text()
        page.close()
        return text


def main() -> None:
    with sync_playwright() as playwright:
        folder, *pictures = map(Path, sys.argv[1:])
        trustee = Trustee(playwright, folder, *(pictures or [None]))
        for line in sys.stdin:
            verb, *words = json.loads(line)
            try:
                answer = {"answer": getattr(trustee, verb)(*words)}
            except Exception as error:  # the test is told, and fails
                text = trustee.page.locator("main").inner_text() if trustee.page else ""
                answer = {"error": f"{verb} {words}: {error}\n{text}\n{trustee.faults}"}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
