"""Votes as people do; see browser.test.mjs, which says what the election is. Prints a line of JSON, an answer for each journey.

usage: booth.py JOURNEY=LINK …
"""

import json
import sys

from playwright.sync_api import sync_playwright
from browser import CHROMIUM
from visit import DESK, PHONE, SMALL, Visit

REVIEW = "Read your ballot once more"
CAST = "Your ballot is cast."
# Where the strip is within the window, until what is shown last of a question stands there; scrolled to the end, too, where there was less to scroll before.
PLACES = """async (fromEnd) => {
  const seen = new Set();
  if (fromEnd) scrollTo(0, 1e6);
  for (const end = performance.now() + 500; performance.now() < end;) {
    seen.add(Math.round(document.querySelector("#strip").getBoundingClientRect().bottom));
    await new Promise(requestAnimationFrame);
  }
  return [...seen];
}"""

# How many ways the options stand on the page until all is loaded, and shown, and while somebody scrolls to the last of them.
ROWS = """async () => {
  const seen = new Set();
  for (const end = performance.now() + 1500; performance.now() < end || document.fonts.status !== "loaded" || scrollY + innerHeight < document.body.scrollHeight;) {
    seen.add([...document.querySelectorAll("label.option")].map((row) => Math.round(row.getBoundingClientRect().top + scrollY)).join());
    await new Promise(requestAnimationFrame);
    if (performance.now() > end) scrollBy(0, 200);
  }
  scrollTo(0, 0);
  return seen.size;
}"""


def answer(visit: Visit, check: bool = False) -> None:
    """Answers the four questions, up to the review."""
    page = visit.page
    visit.wait("Who should sit on the council?")
    page.locator("label.option").nth(0).click()
    page.locator("label.option").nth(2).click()
    for step, mark in (("choice", "label.option"), ("scale", ".scale label"), ("points", None)):
        visit.press("Next question")
        page.get_by_text(f"Question {['choice', 'scale', 'points'].index(step) + 2} of 4").wait_for()
        if check:
            stands(visit, step)
        if mark:
            page.locator(mark).nth(1).click()
        else:
            page.locator(".rank select").first.select_option("7")
        if check:
            visit.look(step)
    visit.press("Review my ballot")
    visit.wait(REVIEW)
    page.get_by_text("It is encrypted and waiting on this device.").wait_for()
    page.locator(".tracker li").nth(11).wait_for()


def stands(visit: Visit, step: str) -> None:
    """A button that moves away while it is pressed is not pressed."""
    places = visit.page.evaluate(PLACES, step == "choice")
    if places != [visit.page.viewport_size["height"]]:
        visit.faults.append(f"{step}: the strip moves: {places}")


def still(visit: Visit, step: str) -> None:
    """What somebody is about to press stays where it is, while the rest is loaded."""
    places = visit.page.evaluate(ROWS)
    if places != 1:
        visit.faults.append(f"{step}: the options move, {places} places")


def saved(visit: Visit, name: str) -> str:
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name=name).click()
    with open(download.value.path(), encoding="utf-8") as file:
        return file.read()


def vote(browser, link: str) -> dict:
    """Every step on a phone; rules kept; nothing kept afterwards."""
    visit = Visit(browser.new_context(**PHONE), link)
    page = visit.page
    steps: list = []
    page.on("request", lambda request: steps.append(request.post_data_json) if request.url.endswith("/steps") else None)
    visit.wait("Who should sit on the council?")
    visit.press("Next question")
    asked = page.get_by_text("You have marked nothing.").is_visible() and page.get_by_role("button", name="Leave it blank").is_visible()
    for option in range(4):
        page.locator("label.option").nth(option).click()
    over = page.get_by_text("You have marked 3, and no more may be marked.").is_visible()
    marked = page.locator("label.option input:checked").count()
    visit.look("too many")
    for option in (0, 1, 2):
        page.locator("label.option").nth(option).click()
    answer(visit, check=True)
    chosen = visit.read()
    during = visit.kept()
    visit.press("Cast my ballot")
    visit.wait(CAST)
    # Steps are told when the browser has nothing better to do.
    for _ in range(50):
        if len(steps) >= 4:
            break
        page.wait_for_timeout(100)
    counted = list(steps)
    receipt = saved(visit, "Save receipt")
    words = page.locator(".tracker li").all_inner_texts()
    after = visit.kept()
    page.reload()
    visit.wait(CAST)
    # A receipt is one page, and says nothing of the vote.
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    text = visit.read()
    return {
        "faults": visit.faults, "asked": asked, "over": over, "marked": marked, "chosen": chosen, "during": during, "after": after,
        "receipt": receipt, "words": words, "same": page.locator(".tracker li").all_inner_texts() == words, "text": text, "pages": pages,
        "fragment": page.evaluate("location.hash"), "bytes": visit.bytes, "opened": page.locator("svg[role=img]").count(),
        "steps": counted,
    }


def keyboard(browser, link: str) -> dict:
    """Without a pointer, on a desk, in the dark."""
    visit = Visit(browser.new_context(**DESK), link)
    keys = visit.page.keyboard

    def reach(name: str) -> None:
        for _ in range(60):
            keys.press("Tab")
            if visit.page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        visit.faults.append(f"the keyboard does not reach {name}")

    visit.wait("Who should sit on the council?")
    keys.press("Tab")
    keys.press("Space")
    visit.look("choose")
    for name in ("Next question", "Next question", "Next question", "Review my ballot"):
        reach(name)
        keys.press("Enter")
        if visit.page.get_by_role("button", name="Leave it blank").is_visible():
            keys.press("Enter")
    visit.wait(REVIEW)
    visit.look("review")
    reach("Cast my ballot")
    keys.press("Enter")
    visit.wait(CAST)
    visit.look("receipt")
    return {"faults": visit.faults, "focus": visit.page.evaluate("document.activeElement.textContent")}


def again(browser, link: str) -> dict:
    """Votes, and then again with the same link."""
    told = []
    for _ in range(2):
        visit = Visit(browser.new_context(**PHONE), link)
        visit.wait("Who should sit on the council?")
        told.append(visit.page.get_by_text("You have already voted.").is_visible())
        answer(visit)
        visit.press("Cast my ballot")
        visit.wait(CAST)
    return {"faults": visit.faults, "told": told}


def test(browser, link: str) -> dict:
    """Opens a ballot, then casts a fresh one."""
    visit = Visit(browser.new_context(**PHONE), link)
    answer(visit)
    sealed = visit.page.locator(".tracker li").all_inner_texts()
    visit.press("Test this ballot instead")
    visit.wait("This ballot is open")
    visit.look("opened")
    same = visit.page.locator(".tracker li").all_inner_texts() == sealed
    opened = json.loads(saved(visit, "Save the opened ballot"))
    private = visit.page.locator("a.address").get_attribute("href")
    visit.press("Publish this test")
    visit.page.get_by_text("This test is public.").wait_for()
    visit.look("published")
    published = visit.page.locator("a.address").get_attribute("href")
    needs_file = "give it the file" in visit.read()
    device = Visit(browser.new_context(**PHONE), published)
    device.wait("What this ballot says")
    elsewhere = "Tamsin Orrelby" in device.read() and device.page.locator(".tracker li").all_inner_texts() == sealed
    device.page.close()
    visit.press("Make a fresh ballot")
    visit.wait(REVIEW)
    visit.page.locator(".tracker li").nth(11).wait_for()
    fresh = visit.page.locator(".tracker li").all_inner_texts() != sealed
    visit.press("Cast my ballot")
    visit.wait(CAST)
    fits = published == f"{private}/{opened['ballotHash']}"
    faults = visit.faults + device.faults
    return {"faults": faults, "opened": sorted(opened), "same": same, "fresh": fresh, "elsewhere": elsewhere, "fits": fits, "needsFile": needs_file}


def long(browser, link: str) -> dict:
    """Six questions of forty options: narrowed by typing, marks kept in sight, gone back to from a list."""
    visit = Visit(browser.new_context(**PHONE), link)
    page = visit.page
    visit.wait("Who should sit on committee 1?")
    still(visit, "a long list")
    page.locator("label.option").nth(30).click()
    # A line more above the list, of what is marked, moves nothing.
    place = lambda: page.locator("label.option").nth(29).bounding_box()["y"]
    before = place()
    page.locator("label.option").nth(28).click()
    if abs(place() - before) > 1:
        visit.faults.append(f"a mark moves the list: {before}, {place()}")
    page.locator("label.option").nth(28).click()
    field = page.get_by_label("Find an option")
    field.fill("chloe sand")
    page.get_by_text("One option", exact=True).wait_for()
    names = page.locator("label.option:visible b").all_inner_texts()
    visit.look("narrowed")
    field.press("Enter")
    page.locator("label.option", has_text="Chloé Sandholt").click()
    page.keyboard.press("Tab")
    marks = page.locator(".filter__marks").inner_text()
    field.fill("")
    everything = page.locator("label.option:visible").count()
    for question in range(2, 7):
        visit.press("Next question")
        visit.wait(f"Who should sit on committee {question}?")
        page.locator("label.option").nth(question).click()
    visit.press("Review my ballot")
    visit.wait(REVIEW)
    page.get_by_text("All questions").click()
    visit.look("all questions")
    page.locator(".jumps button").nth(0).click()
    visit.wait("Who should sit on committee 1?")
    kept = page.locator("label.option input:checked").count()
    visit.press("Review my ballot")
    page.get_by_text("It is encrypted and waiting on this device.").wait_for()
    visit.press("Cast my ballot")
    visit.wait(CAST)
    return {"faults": visit.faults, "names": names, "marks": marks, "everything": everything, "kept": kept}


def arabic(browser, link: str) -> dict:
    """From right to left, on the smallest phone, in the dark."""
    visit = Visit(browser.new_context(**SMALL, locale="ar"), link)
    page = visit.page
    onward = page.locator("#strip .button--primary")
    onward.wait_for()
    direction = page.evaluate("document.documentElement.dir")
    visit.look("choose")
    for question in range(4):
        page.locator(".ballot input, .ballot select").first.wait_for()
        page.locator(".option--blank").click()
        visit.look(f"question {question + 1}")
        onward.click()
    page.locator(".tracker li").nth(11).wait_for()
    visit.look("review")
    page.get_by_role("combobox").select_option("de")
    page.get_by_role("heading", name="Lesen Sie Ihren Stimmzettel noch einmal").wait_for()
    german = page.evaluate("document.documentElement.dir + ' ' + document.documentElement.lang")
    page.get_by_role("combobox").select_option("ar")
    page.locator("main .button--primary").click()
    page.locator(".receipt").wait_for()
    visit.look("receipt")
    return {"faults": visit.faults, "direction": direction, "german": german, "title": page.locator("h1").inner_text()}


def lost(browser, link: str) -> dict:
    """The connection is lost while casting, and comes back."""
    visit = Visit(browser.new_context(**PHONE), link)
    answer(visit)
    visit.context.set_offline(True)
    visit.press("Cast my ballot")
    visit.page.get_by_text("Connection lost.").wait_for()
    visit.look("connection lost")
    kept = visit.kept()
    visit.context.set_offline(False)
    visit.wait(CAST)
    return {"faults": visit.faults, "kept": kept}


def closed(browser, link: str) -> dict:
    """The tab is closed: while choosing; before the ballot arrived; after it arrived, without an answer."""
    context = browser.new_context(**PHONE)
    visit = Visit(context, link)
    answer(visit)
    visit.page.reload()
    visit.wait(REVIEW)
    reloaded = "Tamsin Orrelby" in visit.read()
    visit.page.go_back()
    visit.wait("How many points for each song?")
    visit.page.close()
    visit.open()
    visit.wait("Who should sit on the council?")
    forgotten = visit.page.locator("label.option input:checked").count() == 0
    answer(visit)
    context.set_offline(True)
    visit.press("Cast my ballot")
    visit.page.get_by_text("Connection lost.").wait_for()
    visit.page.close()
    context.set_offline(False)
    visit.open()
    visit.wait("Your last ballot did not arrive")
    visit.look("not arrived")
    visit.press("Send it now")
    visit.wait(CAST)
    visit.page.close()
    visit.open()
    answer(visit)

    def swallow(route) -> None:
        route.fetch()
        route.abort()

    visit.page.route("**/ballots", swallow)
    visit.press("Cast my ballot")
    visit.page.get_by_text("Connection lost.").wait_for()
    visit.page.close()
    visit.open()
    visit.wait(CAST)
    return {"faults": visit.faults, "reloaded": reloaded, "forgotten": forgotten, "kept": visit.kept()}


def interrupted(browser, link: str) -> dict:
    """Voting is paused, then overtaken by another ballot, while this one is on its way."""
    visit = Visit(browser.new_context(**PHONE), link)
    answer(visit)
    problems = ["voting-paused", "number-too-low"]

    def refuse(route) -> None:
        if not problems:
            return route.continue_()
        body = {"type": f"https://comitia.example/problems/{problems.pop(0)}", "detail": "refused"}
        return route.fulfill(status=409, content_type="application/problem+json", body=json.dumps(body))

    visit.page.route("**/ballots", refuse)
    visit.press("Cast my ballot")
    visit.wait("Voting is paused")
    visit.look("paused")
    visit.press("Try again")
    visit.wait("A newer ballot was cast with your link")
    visit.press("Back to my ballot")
    visit.wait(REVIEW)
    visit.press("Cast my ballot")
    visit.wait(CAST)
    return {"faults": visit.faults}


def refused(browser, link: str) -> dict:
    visit = Visit(browser.new_context(**PHONE), link)
    visit.page.locator(".calm").wait_for()
    visit.look("refused")
    return {"faults": visit.faults, "text": visit.read()}


def without_script(browser, link: str) -> dict:
    visit = Visit(browser.new_context(java_script_enabled=False), link)
    return {"text": visit.page.content()}


def order(browser, link: str) -> dict:
    """The order in which options stand; see draws.test.mjs. Of the third question the last three are chosen, from the last one up."""
    visit = Visit(browser.new_context(**PHONE), link)
    page = visit.page
    shown = []
    for question, picks in ((1, [0]), (2, [0]), (3, [7, 6, 5]), (4, [0])):
        page.get_by_text(f"Question {question} of 4").wait_for()
        shown.append(page.locator("label.option b").all_inner_texts())
        for pick in picks:
            page.locator("label.option").nth(pick).click()
        visit.look(f"question {question}")
        visit.press("Next question" if question < 4 else "Review my ballot")
    visit.wait(REVIEW)
    review = visit.page.locator("dl.picked").inner_text()
    visit.press("Cast my ballot")
    visit.wait(CAST)
    return {"faults": visit.faults, "shown": shown, "review": review}


def main() -> None:
    journeys = [vote, keyboard, again, test, long, arabic, lost, closed, interrupted, refused, without_script, order]
    named = {journey.__name__: journey for journey in journeys}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        answers = [named[name](browser, link) for name, link in (pair.split("=", 1) for pair in sys.argv[1:])]
        browser.close()
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
