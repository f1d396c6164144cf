"""Sees an election of twenty contests with forty options each on a phone: as its organiser, as a voter, as anybody. Prints a line of JSON.

usage: long.py ADDRESS PASSWORD DRAFT DONE LINK

DRAFT and DONE are references: of an election still being made, and of one that was counted; LINK is a voting link of a third, which is open.
"""

import json
import sys
import zlib

from playwright.sync_api import BrowserContext, sync_playwright
from browser import CHROMIUM
from visit import PHONE, Visit
from visit_every import HEAVIEST, WEIGHT

QUESTIONS = 20
# How long a request took that a click brought about, the one that it was sent on to included.
TOOK = "() => { const [entry] = performance.getEntriesByType('navigation'); return Math.round(entry.responseEnd - entry.startTime); }"


class Watched(Visit):
    """A page that is looked at, weighed and timed at each step."""

    def __init__(self, context: BrowserContext, link: str) -> None:
        self.seen: dict[str, dict[str, int]] = {}
        super().__init__(context, link)

    def note(self, step: str) -> None:
        weight = self.page.evaluate(WEIGHT) + len(zlib.compress(self.page.content().encode()))
        self.seen[step] = {"bytes": weight, "milliseconds": self.page.evaluate(TOOK)}
        if weight > HEAVIEST:
            self.faults.append(f"{step}: weighs {weight} bytes")
        self.look(step)

    def go(self, address: str, step: str) -> None:
        self.page.goto(address)
        self.note(step)


def organiser(context: BrowserContext, address: str, password: str, draft: str) -> dict:
    """Changes an option of a question in the middle, and moves a question; sees the ballot before it is opened."""
    visit = Watched(context, f"{address}/organise")
    page = visit.page
    page.locator("#name").fill("owner@example.org")
    page.locator("#password").fill(password)
    visit.press("Sign in")
    page.get_by_role("heading", name="Elections").first.wait_for()
    visit.go(f"{address}/organise/{draft}/questions", "questions")
    rows = page.locator("#questions .rows > li").count()
    room = page.get_by_text("places, and").inner_text()
    visit.press("Change: Council 12")
    page.locator("#name-39").wait_for()
    visit.note("question")
    page.locator("#name-39").fill("Somebody else")
    visit.press("Save the question")
    page.locator("#questions").wait_for()
    visit.note("question saved")
    visit.press("Move up: Council 12")
    page.locator("#questions").wait_for()
    visit.note("question moved")
    moved = page.locator("#questions .rows > li b").nth(10).inner_text()
    visit.go(f"{address}/organise/{draft}/ballot", "ballot")
    there = page.get_by_text("Somebody else").count()
    return {"faults": visit.faults, "seen": visit.seen, "rows": rows, "room": room, "moved": moved, "there": there}


def anybody(context: BrowserContext, address: str, done: str) -> dict:
    visit = Watched(context, f"{address}/elections/{done}")
    visit.note("election")
    for part in ("options/1", "result", "audit"):
        visit.go(f"{address}/elections/{done}/{part}", part)
    return {"faults": visit.faults, "seen": visit.seen, "audit": visit.read()}


def voter(context: BrowserContext, link: str) -> dict:
    """Answers all questions, one by what is typed, changes one, casts."""
    visit = Visit(context, link)
    page = visit.page
    for question in range(QUESTIONS):
        visit.wait(f"Council {question + 1}")
        if question == 0:
            visit.look("first question")
            page.get_by_role("searchbox").fill("candidate 37")
            page.locator("label.option:visible").first.click()
        else:
            page.locator("label.option").nth(question).click()
        visit.press("Next question" if question + 1 < QUESTIONS else "Review my ballot")
    visit.wait("Read your ballot once more")
    page.get_by_text("It is encrypted and waiting on this device.").wait_for()
    page.locator(".tracker li").nth(11).wait_for()
    visit.look("review")
    chosen = page.locator(".picked dd:not(.quiet)").all_inner_texts()
    page.locator(".jumps summary").click()
    page.locator(".jumps").get_by_role("button", name="Council 7").click()
    visit.wait("Council 7")
    page.locator("label.option").nth(20).click()
    visit.press("Review my ballot")
    visit.wait("Read your ballot once more")
    page.get_by_text("It is encrypted and waiting on this device.").wait_for()
    changed = page.locator(".picked dd:not(.quiet)").count()
    visit.press("Cast my ballot")
    visit.wait("Your ballot is cast.")
    visit.look("receipt")
    words = page.locator(".tracker li").count()
    page.reload()
    visit.wait("Your ballot is cast.")
    return {"faults": visit.faults, "chosen": chosen, "changed": changed, "words": words, "bytes": visit.bytes, "kept": visit.kept()}


def main() -> None:
    address, password, draft, done, link = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        seen = {
            "organiser": organiser(browser.new_context(**PHONE), address, password, draft),
            "anybody": anybody(browser.new_context(**PHONE), address, done),
            "voter": voter(browser.new_context(**PHONE), link),
        }
        browser.close()
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
