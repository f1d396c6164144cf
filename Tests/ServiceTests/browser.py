"""Votes on the page as people do, in a real browser; see browser.test.mjs. Prints a line of JSON.

usage: browser.py STEPS LINK …      STEPS: vote, test, refused, without-script, keyboard
"""

import json
import sys
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}


class Visit:
    """One page, with everything that must not happen on it."""

    def __init__(self, browser, link: str, **settings) -> None:
        self.context = browser.new_context(**settings)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        host = urlsplit(link).netloc
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.check(request.url, host, link))
        self.page.goto(link)

    def check(self, url: str, host: str, link: str) -> None:
        """No other host is asked, and the secret of the link reaches nobody."""
        if not url.startswith("blob:") and urlsplit(url).netloc != host:
            self.faults.append(f"asks {url}")
        if urlsplit(link).fragment and urlsplit(link).fragment in url.split("#")[0]:
            self.faults.append("sends the secret of the link")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def read(self) -> str:
        return self.page.locator("main").inner_text()

    def width_is_kept(self) -> bool:
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def encrypt(self) -> None:
        self.page.wait_for_selector("form")
        self.page.locator("label.option").nth(1).click()
        if not self.width_is_kept():
            self.faults.append("the page is wider than the window")
        self.press("Review my choices")
        self.page.get_by_text("Is this what you want to vote?").wait_for()
        self.press("Encrypt my ballot")
        self.page.get_by_text("Your ballot is not cast yet").wait_for()


def vote(browser, link: str) -> dict:
    answers = {}
    for name, settings in (("phone", PHONE), ("desk", DESK)):
        visit = Visit(browser, link, **settings)
        visit.encrypt()
        visit.press("Cast my ballot")
        visit.page.get_by_text("Your ballot is cast", exact=True).wait_for()
        with visit.page.expect_download() as download:
            visit.page.get_by_role("link", name="Save my receipt").click()
        with open(download.value.path(), encoding="utf-8") as file:
            receipt = file.read()
        answers[name] = {"faults": visit.faults, "text": visit.read(), "receipt": receipt}
        visit.context.close()
    return answers


def test(browser, link: str) -> dict:
    visit = Visit(browser, link, **PHONE)
    visit.encrypt()
    visit.press("Test this ballot instead")
    visit.page.get_by_text("This ballot is opened", exact=True).wait_for()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="Save the opened ballot").click()
    with open(download.value.path(), encoding="utf-8") as file:
        opened = json.load(file)
    visit.press("Make a fresh ballot")
    visit.press("Encrypt my ballot")
    visit.page.get_by_text("Your ballot is not cast yet").wait_for()
    visit.press("Cast my ballot")
    visit.page.get_by_text("Your ballot is cast", exact=True).wait_for()
    return {"faults": visit.faults, "opened": sorted(opened)}


def refused(browser, link: str) -> dict:
    visit = Visit(browser, link, **PHONE)
    visit.page.get_by_role("alert").wait_for()
    return {"text": visit.read()}


def without_script(browser, link: str) -> dict:
    visit = Visit(browser, link, java_script_enabled=False)
    return {"text": visit.page.content()}


def keyboard(browser, link: str) -> dict:
    visit = Visit(browser, link, **DESK)
    visit.page.wait_for_selector("form")
    page = visit.page
    page.locator("input").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Review my choices").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Is this what you want to vote?").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Your ballot is not cast yet").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Your ballot is cast", exact=True).wait_for()
    return {"faults": visit.faults}


def main() -> None:
    steps = {"vote": vote, "test": test, "refused": refused, "without-script": without_script, "keyboard": keyboard}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        answers = [steps[step](browser, link) for step, link in (pair.split("=", 1) for pair in sys.argv[1:])]
        browser.close()
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
