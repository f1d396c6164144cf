"""Verifies elections and ballots on the pages as people do, in a real browser; see verify-pages.test.mjs. Prints a line of JSON.

usage: verify.py STEPS [--screenshots FOLDER]      STEPS: a list in JSON of {"do": …, "address": …, …}
"""

import argparse
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from browser import CHROMIUM

PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
WAYS = {
    "phone-light": {**PHONE, "color_scheme": "light"},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
    "desk-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desk-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


class Visit:
    """One page in a browser of its own, with everything that must not happen on it."""

    def __init__(self, browser, step: dict, folder: Path | None) -> None:
        self.step = step
        self.folder = folder
        self.way = step.get("way", "desk-light")
        settings = dict(WAYS[self.way], locale=step.get("locale", "en-GB"), java_script_enabled=step["do"] != "plain")
        self.context = browser.new_context(**settings)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        host = urlsplit(step["address"]).netloc
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.check(request.url, host))
        if "spoil" in step:
            self.context.route(re.compile(step["spoil"]), self.spoil)
        self.page.goto(step["address"])

    def hear(self, message) -> None:
        # Before the result is there, the page asks for it and is told so.
        awaited = re.search(r"/(board/tally|board/result|results)$", message.location.get("url", ""))
        if message.type in ("error", "warning") and not (awaited and "404" in message.text):
            self.faults.append(message.text)

    def check(self, url: str, host: str) -> None:
        if not url.startswith("blob:") and urlsplit(url).netloc != host:
            self.faults.append(f"asks {url}")

    @staticmethod
    def spoil(route) -> None:
        """A service that has changed one byte."""
        answer = route.fetch()
        body = bytearray(answer.body())
        body[-3] ^= 1
        route.fulfill(response=answer, body=bytes(body))

    def found(self, place: str) -> dict:
        """What the page says when the work is done, and whether everybody can read it."""
        self.page.locator(place).wait_for(state="visible", timeout=20_000)
        width = WAYS[self.way]["viewport"]["width"]
        answer = {"text": self.page.locator(place).inner_text(), "faults": self.faults}
        answer["wide"] = self.page.evaluate("document.documentElement.scrollWidth") > width
        if self.step.get("well"):
            found = Axe().run(self.page).response["violations"]
            answer["violations"] = [[violation["id"], [node["target"] for node in violation["nodes"]]] for violation in found]
        if self.folder:
            self.page.screenshot(path=self.folder / f"{self.step['name']}-{self.way}.png", full_page=True)
        return answer


def everything(visit: Visit) -> dict:
    page = visit.page
    if "id" in visit.step:
        page.get_by_text("Compare with something you were given").click()
        page.get_by_label("Election id").fill(visit.step["id"])
    page.locator("#record-start").click()
    answer = visit.found("#record-outcome")
    report = page.locator("#record-outcome a[download$='.json']")
    if report.count() > 0:
        with page.expect_download() as download:
            report.first.click()
        answer["report"] = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    return answer


def find(visit: Visit) -> dict:
    page = visit.page
    if "receipt" in visit.step:
        page.locator("#receipt").set_input_files({"name": "comitia.receipt", "mimeType": "text/plain", "buffer": visit.step["receipt"].encode()})
    if "words" in visit.step:
        page.get_by_label("Your twelve words").fill(visit.step["words"])
    if "#" not in visit.step["address"]:
        page.get_by_role("button", name="Find my ballot").click()
    return visit.found(visit.step.get("place", "#ballot-outcome"))


def opened(visit: Visit) -> dict:
    page = visit.page
    if "file" in visit.step:
        page.locator("#file").set_input_files({"name": "opened-ballot.json", "mimeType": "application/json", "buffer": visit.step["file"].encode()})
        page.get_by_role("button", name="Check this ballot").click()
    if "where" in visit.step:
        page.get_by_label("Address of the election").fill(visit.step["where"])
        page.get_by_role("button", name="Check this ballot").click()
    return visit.found("#outcome")


def plain(visit: Visit) -> dict:
    return {"text": visit.page.locator("main").inner_text(), "faults": visit.faults}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("steps", type=json.loads)
    parser.add_argument("--screenshots", type=Path)
    words = parser.parse_args()
    if words.screenshots:
        words.screenshots.mkdir(parents=True, exist_ok=True)
    ways = {"everything": everything, "find": find, "opened": opened, "plain": plain}
    answers = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        for step in words.steps:
            visit = Visit(browser, step, words.screenshots)
            answers.append(ways[step["do"]](visit))
            visit.context.close()
        browser.close()
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
