"""What administrators, askers and voters do on their pages, in a real browser; see administration-pages.test.mjs. Prints a line of JSON.

usage: administration.py SERVICE STEPS      STEPS: a list of [step, arguments] as JSON
"""

import json
import sys
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect, sync_playwright

from browser import CHROMIUM

NARROW = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}
PASSWORD = "correct horse battery"


class Visit:
    """Somebody at a browser, with everything that must not happen on the pages."""

    def __init__(self, browser, service: str, **settings) -> None:
        self.context = browser.new_context(**settings)
        self.service = service
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.faults: list[str] = []
        # A form that is shown again with what was wrong has the status 422, of which the browser complains.
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type in ("error", "warning") and "422" not in message.text else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.faults.append("a dialog"), dialog.dismiss()))
        self.page.on("request", lambda request: self.check(request.url))

    def check(self, url: str) -> None:
        if urlsplit(url).netloc not in ("", urlsplit(self.service).netloc):
            self.faults.append(f"asks {url}")

    def open(self, path: str) -> None:
        self.page.goto(self.service + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sign_in(self, name: str, password: str = PASSWORD) -> "Visit":
        self.open("/sign-in")
        self.page.locator("#name").fill(name)
        self.page.locator("#password").fill(password)
        self.press("Sign in")
        expect(self.page).not_to_have_url(self.service + "/sign-in")
        return self

    def says(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def end(self, **answer) -> dict:
        self.context.close()
        return {"faults": self.faults, **answer}


def administer(browser, service, waiting: str, **_) -> dict:
    """Approves a registration whose name is an attack, and gives it a role."""
    visit = Visit(browser, service, **DESK).sign_in("owner@example.org", "a long enough password")
    visit.open("/administration/accounts")
    visit.page.locator("#q").fill(waiting)
    visit.press("Find")
    visit.page.locator("tbody a").click()
    visit.press("Approve")
    visit.says("This person can sign in now")
    visit.page.locator("#role").select_option("support")
    visit.press("Change the role")
    visit.says("Role changed")
    account = visit.page.url.split("?")[0].rsplit("/", 1)[-1]
    visit.press("Make a code for a new password")
    code = visit.page.locator("#code").inner_text()
    visit.open("/administration/audit-log?action=account.approved&account=" + account)
    rows = visit.page.locator("main .rows > li").count()
    return visit.end(account=account, code=code, rows=rows)


def operate(browser, service, **_) -> dict:
    """Reads what the service runs with."""
    visit = Visit(browser, service, **NARROW).sign_in("owner@example.org", "a long enough password")
    settings = visit.page.goto(service + "/administration/settings").text()
    return visit.end(settings=settings)


def audit(browser, service, account: str, **_) -> dict:
    visit = Visit(browser, service, java_script_enabled=False).sign_in("auditor@people.example")
    visit.open(f"/administration/accounts/{account}")
    text = visit.page.locator("main").inner_text()
    buttons = visit.page.locator("main button").count()
    return visit.end(text=text, buttons=buttons)


def ask(browser, service, text: str, **_) -> dict:
    """Without scripts, on a narrow phone, without an account."""
    visit = Visit(browser, service, java_script_enabled=False, **NARROW)
    visit.open("/")
    visit.page.get_by_role("link", name="Ask for help").click()
    visit.page.locator("#text").fill(text)
    visit.page.get_by_text("I cannot vote", exact=True).click()
    visit.press("Send")
    visit.says("Your question has arrived")
    return visit.end(link=visit.page.locator("a.cmd").inner_text())


def answer(browser, service, **_) -> dict:
    visit = Visit(browser, service, **NARROW).sign_in("support@people.example")
    visit.open("/administration/desk")
    visit.page.locator("main .rows a").first.click()
    visit.page.locator("#text").fill("Ask for <b>a new link</b>.")
    visit.page.get_by_label("This settles it").check()
    visit.press("Send the answer")
    visit.says("Whoever asked sees it")
    visit.open("/administration/desk?state=closed")
    return visit.end()


def hear(browser, service, link: str, **_) -> dict:
    visit = Visit(browser, service, **NARROW)
    visit.page.goto(link)
    expect(visit.page).not_to_have_url(link)
    visit.press("Show the answer")
    visit.says("Ask for <b>a new link</b>.")
    visit.page.locator("#text").fill("Thank you")
    visit.press("Send")
    visit.says("Thank you")
    return visit.end()


def feedback(browser, service, text: str, **_) -> dict:
    visit = Visit(browser, service, java_script_enabled=False, **NARROW)
    visit.open("/help")
    visit.page.get_by_role("link", name="Say how it went").click()
    visit.press("Send")
    visit.says("Answer one question at least")
    visit.page.locator("input[name=overall][value='4']").check()
    visit.page.locator("input[name=trust][value=yes]").check()
    visit.page.locator("#confused").fill(text)
    visit.press("Send")
    visit.says("Thank you")
    return visit.end()


def credential(browser, service, reference: str, **_) -> dict:
    visit = Visit(browser, service, **NARROW).sign_in("device@people.example")
    visit.open("/mine")
    visit.page.get_by_role("link", name="Make my credential").click()
    visit.press("Make it on this device")
    link = visit.page.locator("#link").inner_text()
    disabled = visit.page.get_by_role("button", name="Register it").is_disabled()
    visit.page.get_by_label("I have kept the link").check()
    visit.press("Register it")
    expect(visit.page.locator("#step")).to_contain_text("Your right to vote is registered")
    again = visit.page.locator("#link").inner_text()
    visit.open("/mine")
    visit.says("Your device has registered your credential")
    return visit.end(link=link, same=link == again, disabled=disabled, reference=reference)


def mine(browser, service, **_) -> dict:
    visit = Visit(browser, service, java_script_enabled=False, **DESK).sign_in("device@people.example")
    visit.open("/mine")
    text = visit.page.locator("main").inner_text()
    words = visit.page.locator(".tracker li").all_text_contents()
    return visit.end(text=text, words=words)


def main() -> None:
    steps = {
        "administer": administer, "operate": operate, "audit": audit, "ask": ask, "answer": answer, "hear": hear, "feedback": feedback,
        "credential": credential, "mine": mine,
    }
    service, wanted = sys.argv[1], json.loads(sys.argv[2])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        answers = []
        for step, values in wanted:
            # What one step has found, the next may need.
            found = {name: value for answer in answers for name, value in answer.items() if name in ("account", "link")}
            answers.append(steps[step](browser, service, **{**found, **values}))
        browser.close()
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
