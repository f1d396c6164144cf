"""Holds an election as people do, all of them in real browsers: an organiser, a trustee who has no terminal, twenty voters on phones and at desks,
by keyboard, in Arabic, somebody who watches, and a stranger who verifies. See journey.test.mjs, which runs the two trustees who have a terminal.

usage: journey.py desk|keyboard ADDRESS PASSWORD FOLDER

Of the organiser: `desk` sits at a desk without scripts, `keyboard` has a small phone, scripts, and touches no pointer. Prints lines of JSON; waits
for a line where somebody else has to do something.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from browser import CHROMIUM
from look import DESK, PHONE
from organise import Organiser, tell
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from trustee import Trustee
from verify import Visit, everything

SECRET = "five random words for this"
VOTERS = 20


class ByKeyboard:
    """What a person does on a page without a pointer."""

    page: Page

    def reach(self, place: Locator) -> None:
        place = place.first
        place.wait_for()
        for _ in range(200):
            if place.evaluate("place => place === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {place} on {self.page.url}")

    def enter(self, place: Locator, name: str) -> None:
        self.reach(place)
        if "download" in name:
            self.page.keyboard.press("Enter")
            return
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, name: str, exact: bool = True) -> None:
        self.enter(self.page.get_by_role("button", name=name, exact=exact), name)

    def follow(self, name: str) -> None:
        self.enter(self.page.get_by_role("link", name=name, exact=True), name)

    def fill(self, name: str, text: str) -> None:
        self.reach(self.page.locator(f"#{name}"))
        kind = self.page.evaluate("document.activeElement.type")
        if kind == "datetime-local":
            # Its parts have fields of their own, in an order that depends on the place.
            self.page.locator(f"#{name}").fill(text)
            return
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def mark(self, words: str) -> None:
        radio = self.page.get_by_role("radio", name=re.compile(re.escape(words))).first
        group = radio.get_attribute("name")
        for _ in range(100):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name") == group:
                break
        for _ in range(12):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard does not mark {words}")

    def tick(self, name: str) -> None:
        self.reach(self.page.locator(f"[name={name}]"))
        self.page.keyboard.press("Space")

    def choose(self, name: str, value: str) -> None:
        place = self.page.locator(f"[name={name}]")
        self.reach(place)
        self.page.keyboard.type(place.locator(f"option[value='{value}']").first.inner_text())
        assert place.input_value() == value, f"typing chooses {place.input_value()} and not {value}"


class WithTrustee(Organiser):
    """Whose third trustee is at a browser."""

    def __init__(self, browser: Browser, address: str, trustee: Trustee, people: "People") -> None:
        super().__init__(browser, address)
        self.trustee = trustee
        self.people = people

    def invited(self, number: int, link: str) -> None:
        if number == 3:
            join(self.trustee, link)
        else:
            super().invited(number, link)

    def make_key(self) -> None:
        self.page.goto(f"{self.address}{self.at}")
        self.follow("To the ceremony")
        self.press("Start the key ceremony")
        copy_share(self.trustee)
        self.until("The key is ready")

    def opened(self, links: list[str]) -> None:
        self.people.vote(f"{self.address}/elections/{self.reference()}", links)


class AtDesk(WithTrustee):
    """At a desk, without scripts."""


class OnPhone(ByKeyboard, WithTrustee):
    """On a small phone that has a keyboard."""

    settings = {**PHONE, "locale": "en"}


def join(trustee: Trustee, link: str) -> None:
    """Makes a key in the browser and joins with it."""
    trustee.begin("trustee", link)
    trustee.wait("What you promise")
    trustee.press("Make my key")
    trustee.fill("Passphrase", SECRET)
    trustee.fill("The same again", SECRET)
    trustee.press("Make my key")
    prove_copy(trustee, "Save a copy of your key", "key")
    trustee.wait("Join as a trustee")
    trustee.fill("Your name", "Wanda Weber")
    trustee.press("Join")
    trustee.wait("You have joined")


def copy_share(trustee: Trustee) -> None:
    prove_copy(trustee, "Save a copy of your share", "share")
    trustee.wait("Nothing to do until the election opens")


def prove_copy(trustee: Trustee, heading: str, name: str) -> None:
    trustee.wait(heading)
    trustee.save(name)
    trustee.choose("The saved file", name)
    trustee.fill("Your passphrase", SECRET)
    trustee.press("Test the copy")


class Voter:
    """One of many: on a phone or at a desk, with fingers or keys, in a language."""

    def __init__(self, browser: Browser, number: int) -> None:
        self.keys = number % 3 == 1
        locale = ["en", "ar", "de", "fr", "es"][number % 5]
        scheme = "dark" if number % 2 else "light"
        self.context = browser.new_context(**(DESK if number % 4 == 3 else PHONE), locale=locale, color_scheme=scheme, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def vote(self, link: str, option: int, points: int) -> str:
        """Marks what stands at a place of the first question. Its name is told: the trustees have drawn the order."""
        self.page.goto(link)
        chosen = self.page.locator("label.option b").nth(option).inner_text()
        self.answer("label.option input", option, "label.option")
        self.answer(".scale input", points, ".scale label")
        self.page.locator(".tracker li").nth(11).wait_for()
        self.go_on("main .button--primary")
        self.page.locator(".receipt").wait_for()
        return chosen

    def answer(self, inputs: str, index: int, labels: str) -> None:
        self.page.locator(inputs).first.wait_for()
        if not self.keys:
            self.page.locator(labels).nth(index).click()
            # As somebody does who looks at what the finger has done.
            expect(self.page.locator(inputs).nth(index)).to_be_checked()
            self.page.locator("#strip .button--primary").click()
            return
        self.tab_to(inputs)
        # A key marks the first, or goes round from it.
        self.page.keyboard.press("Space")
        expect(self.page.locator(inputs).first).to_be_checked()
        for step in range(index):
            self.page.keyboard.press("ArrowDown")
            # As somebody does who looks at what the key has done.
            expect(self.page.locator(inputs).nth(step + 1)).to_be_checked()
        self.go_on("#strip .button--primary")

    def go_on(self, place: str) -> None:
        if self.keys:
            self.tab_to(place)
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(place).click()

    def tab_to(self, place: str) -> None:
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"document.activeElement === document.querySelector('{place}')"):
                return
        raise AssertionError(f"the keyboard does not reach {place}")


class People:
    """Those who vote, and somebody who watches the turnout."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def vote(self, address: str, links: list[str]) -> None:
        assert len(links) == VOTERS, f"{len(links)} links"
        watcher = self.browser.new_context(**PHONE, locale="en").new_page()
        watcher.goto(address)
        watcher.locator("[data-live-mark]").wait_for()
        faults = []
        chosen = []
        for number, link in enumerate(links):
            voter = Voter(self.browser, number)
            try:
                chosen.append(voter.vote(link, number % 3, 1 + number % 5))
            except Exception as error:
                raise AssertionError(f"voter {number} does not get through: {voter.page.locator('body').inner_text()}") from error
            faults += voter.faults
            voter.context.close()
        # Somebody thinks again: the last ballot counts.
        again = Voter(self.browser, 0)
        chosen[0] = again.vote(links[0], 2, 5)
        watcher.locator(f"[data-voters='{VOTERS}']").wait_for()
        tell(voted=address, chosen=Counter(chosen), faults=faults + again.faults, percent=watcher.locator("[data-percent]").inner_text())


def verify(browser: Browser, address: str, election: str) -> dict:
    """A stranger reads the result and checks everything on a phone."""
    page = browser.new_context(**PHONE, locale="en").new_page()
    page.goto(election)
    page.get_by_role("link", name=re.compile("result", re.IGNORECASE)).first.click()
    text = page.locator("main").inner_text()
    reference = election.rsplit("/", 1)[1]
    visit = Visit(browser, {"do": "everything", "name": "everything", "address": f"{address}/verify/{reference}", "way": "phone-dark", "well": True}, None)
    return {"result": text, "verified": everything(visit)}


def main() -> None:
    way, address, password, folder = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        trustee = Trustee(playwright, Path(folder), None)
        organiser = {"desk": AtDesk, "keyboard": OnPhone}[way](browser, address, trustee, People(browser))
        for step in (organiser.sign_in, organiser.define, organiser.rule, organiser.enrol, organiser.gather):
            step(*([password] if step == organiser.sign_in else []))
        # Of two who are invited by mail, one votes.
        organiser.open(organiser.write()[:1] + organiser.issue())
        election = f"{address}/elections/{organiser.reference()}"
        organiser.lead()
        done = trustee.wait("Done. Thank you")
        tell(tallied=organiser.reference(), trustee=done, faults=trustee.end(), **verify(browser, address, election))
        organiser.put_away()
        organiser.forget(f"{password}, and another")
        browser.close()


if __name__ == "__main__":
    main()
