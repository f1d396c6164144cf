"""Visits pages of every.py in a real browser, and says what is wrong with them: a line of JSON.

usage: visit_every.py FOLDER PLACE PART PARTS      FOLDER: gets the pages' HTML; PLACE: a Place as JSON; PART of PARTS: from 0
"""

import json
import os
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from browser import CHROMIUM
from every import EVERY, Place, Seen
from look import LENGTHEN, SMALL
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True, "locale": "en"}
HEAVIEST = 60_000
# The long tests look at every page in the dark, the short ones at every second.
THOROUGH = bool(os.environ.get("COMITIA_LONG"))
ASSISTED = Path(sys.modules[Axe.__module__].__file__).with_name("axe.min.js")

# What concerns the markup as the browser has it.
DOCUMENT = """() => {
  const faults = [];
  const say = (isWell, what) => { if (!isWell) faults.push(what); };
  say(document.querySelectorAll("h1").length === 1, `${document.querySelectorAll("h1").length} headings of the first rank`);
  say(/^[a-z]{2}$/.test(document.documentElement.lang), "no language");
  say(document.title.trim().length > 0, "no title");
  say(document.querySelectorAll("[style], style, script:not([src]), [onclick], [onload], [onerror]").length === 0, "style or script within the page");
  say(document.querySelectorAll("[tabindex]:not([tabindex='0'], [tabindex='-1'])").length === 0, "an order of its own for the keyboard");
  for (const part of document.querySelectorAll("[src], link[href]")) {
    const address = part.getAttribute("src") ?? part.getAttribute("href");
    say(!/^(http:|https:|\\/\\/)/.test(address), `takes ${address} from elsewhere`);
  }
  return faults;
}"""

# Whoever goes from field to field goes down the page.
ORDER = """() => [...document.forms].flatMap((form) => {
  const fields = [...form.elements].filter((field) => field.tagName !== "FIELDSET" && field.checkVisibility() && !field.closest(".strip, [aria-hidden]"));
  return fields.filter((field, index) => index > 0 && field.getBoundingClientRect().bottom <= fields[index - 1].getBoundingClientRect().top + 1)
    .map((field) => `the keyboard goes up to ${field.outerHTML.slice(0, 80)}`);
})"""

# Everything that has the focus shows it, itself or the row that it stands for.
FOCUS = """() => {
  const reachable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((control) => !control.disabled && control.tabIndex >= 0 && control.checkVisibility());
  const isRinged = (part) => part && getComputedStyle(part).outlineStyle !== "none" && parseFloat(getComputedStyle(part).outlineWidth) >= 2;
  return reachable.slice(0, 60).filter((control) => {
    control.focus();
    return document.activeElement === control && ![control, control.closest("label"), control.closest(".option"), control.closest("li")].some(isRinged);
  }).map((control) => `no ring around ${control.outerHTML.slice(0, 80)}`);
}"""

WEIGHT = """() => performance.getEntriesByType("resource")
  .filter((entry) => entry.initiatorType !== "img").reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


class Visitor:
    """A browser, and where it goes."""

    def __init__(self, browser: Browser, place: Place, folder: Path) -> None:
        self.browser, self.place, self.folder = browser, place, folder
        self.kept: dict[str | None, Page] = {}
        # Of the page that is looked at, and its host.
        self.faults: list[str] = []
        self.host = ""

    def page(self, seen: Seen) -> Page:
        """A window with the session of somebody, for a window costs more than a page; a browser of its own for what keeps something on the device."""
        if seen.who in self.kept and not seen.heavy:
            page = self.kept[seen.who]
            page.set_viewport_size(PHONE["viewport"])
            return page
        context = self.browser.new_context(**PHONE, color_scheme="light", reduced_motion="reduce")
        context.add_init_script(path=ASSISTED)
        self.place.sign_in(context, seen.who)
        page = context.new_page()
        self.listen(page)
        if not seen.heavy:
            self.kept[seen.who] = page
        return page

    def visit(self, seen: Seen) -> dict:
        page = self.page(seen)
        address = self.place.address(seen)
        faults = self.faults = []
        self.host = urlsplit(address).netloc
        answer = page.goto(address)
        if answer.status != seen.status:
            faults.append(f"status {answer.status}")
        if "/sign-in" in page.url and seen.name != "sign-in":
            faults.append("asks to sign in")
        faults += headers(answer.headers)
        sent = answer.body()
        (self.folder / f"{seen.name}.html").write_bytes(sent)
        if seen.steps:
            seen.steps(page)
            (self.folder / f"{seen.name}.then.html").write_text(page.content(), encoding="utf-8")
        faults += self.asked(page, seen)
        weight = page.evaluate(WEIGHT) + len(zlib.compress(sent))
        if not seen.heavy and weight > HEAVIEST:
            faults.append(f"weighs {weight} bytes")
        title = page.title()
        faults += page.evaluate(DOCUMENT) + page.evaluate(ORDER) + [f"too small: {control}" for control in page.evaluate(SMALL)]
        faults += self.assisted(page, in_dark=THOROUGH or EVERY.index(seen) % 2 == 0) + self.keyboard(page) + self.widths(page)
        if seen.heavy:
            page.context.close()
        return {"name": seen.name, "title": title, "faults": faults}

    @staticmethod
    def asked(page: Page, seen: Seen) -> list[str]:
        """A pilot asks on every page how it went, but where that is said, and a service that is none on no page."""
        button = page.locator("a.feedback[href='/feedback']")
        if seen.fresh or seen.name in ("feedback", "feedback-given", "style"):
            return [] if button.count() == 0 else ["asks how it went"]
        try:
            button.wait_for(state="attached", timeout=5000)
        except Error:
            return ["does not ask how it went"]
        return [] if button.count() == 1 else ["asks twice how it went"]

    def listen(self, page: Page) -> None:
        def hear(message) -> None:
            # Browsers tell of every answer that is no success; the page about it is what is looked at.
            if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
                self.faults.append(message.text)

        def ask(request) -> None:
            if not request.url.startswith("blob:") and urlsplit(request.url).netloc != self.host:
                self.faults.append(f"asks {request.url}")

        page.on("console", hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: (self.faults.append("a dialog"), dialog.dismiss()))
        page.on("request", ask)

    @staticmethod
    def assisted(page: Page, in_dark: bool) -> list[str]:
        """What axe finds: everything once, and in the dark what the colours change."""
        run = "(only) => axe.run(document, {resultTypes: ['violations'], ...(only && {runOnly: only})}).then(({violations}) => violations)"
        found = [("light", violation) for violation in page.evaluate(run, None)]
        if in_dark:
            page.emulate_media(color_scheme="dark")
            found += [("dark", violation) for violation in page.evaluate(run, ["color-contrast", "link-in-text-block"])]
            page.emulate_media(color_scheme="light")
        return [f"{scheme}: {violation['id']} at {[node['target'] for node in violation['nodes']]}" for scheme, violation in found]

    @staticmethod
    def keyboard(page: Page) -> list[str]:
        """The first key leads past the bar; then every control shows that it is reached."""
        # From before everything: out of the window and back, the keyboard would not come in every window.
        page.evaluate("scrollTo(0, 0); const start = document.createElement('span'); start.id = 'start'; start.tabIndex = -1; document.body.prepend(start); start.focus()")
        page.keyboard.press("Tab")
        page.evaluate("document.getElementById('start').remove()")
        skips = page.evaluate(
            "document.activeElement.matches('a.skip') && !!document.querySelector(document.activeElement.hash)"
            " && document.activeElement === document.querySelector('a[href], button, input, select, textarea, summary')"
            " && document.activeElement.getBoundingClientRect().top >= 0"
        )
        return ([] if skips else ["no way past the bar"]) + page.evaluate(FOCUS)

    @staticmethod
    def widths(page: Page) -> list[str]:
        """Nothing is wider than the window: on a desk, on a phone, from right to left, and with long names."""
        wide = "document.documentElement.scrollWidth"
        faults = [] if page.evaluate(wide) <= 360 else ["wider than a phone"]
        page.evaluate("document.documentElement.dir = 'rtl'")
        faults += [] if page.evaluate(wide) <= 360 else ["wider than a phone from right to left"]
        page.evaluate(LENGTHEN)
        faults += [] if page.evaluate(wide) <= 360 else ["wider than a phone with long names"]
        page.set_viewport_size({"width": 1280, "height": 900})
        return faults + ([] if page.evaluate(wide) <= 1280 else ["wider than a desk"])

    def framed(self) -> list[str]:
        """The names of pages that let themselves be shown within a page of another origin."""
        pages = {seen.name: self.place.address(seen) for seen in EVERY if seen.path != "link"}

        class Elsewhere(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write("".join(f"<iframe name='{name}' src='{address}'></iframe>" for name, address in pages.items()).encode())

            def log_message(self, *_) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # The same site, so that the session goes along.
        context = self.browser.new_context()
        self.place.sign_in(context, "owner")
        page = context.new_page()
        refusals: list[str] = []
        page.on("console", lambda message: refusals.append(message.text) if "frame-ancestors" in message.text else None)
        page.goto(f"http://localhost:{server.server_port}/", wait_until="load")
        shown = [frame.name for frame in page.frames[1:] if not frame.url.startswith("chrome-error:")]
        if len(refusals) < len(pages):
            shown.append(f"{len(refusals)} refusals of {len(pages)}")
        server.shutdown()
        context.close()
        return shown


def headers(fields: dict[str, str]) -> list[str]:
    """What browsers are told to keep a page from."""
    rules = dict(rule.strip().partition(" ")[::2] for rule in fields.get("content-security-policy", "").split(";"))
    wanted = {"default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'self'", "style-src": "'self'"}
    faults = [f"{name} is {rules.get(name)}" for name, value in wanted.items() if rules.get(name) != value]
    if not set(rules.get("script-src", "*").split()) <= {"'self'", "'wasm-unsafe-eval'"}:
        faults.append(f"script-src is {rules.get('script-src')}")
    faults += [f"{name} has {word}" for name, value in rules.items() for word in value.split() if word not in ("'self'", "'none'", "'wasm-unsafe-eval'")]
    if fields.get("x-content-type-options") != "nosniff":
        faults.append("types are guessed")
    if fields.get("referrer-policy") not in ("no-referrer", "same-origin"):
        faults.append("tells others its address")
    return faults


def main() -> None:
    folder, place = Path(sys.argv[1]), Place(**json.loads(sys.argv[2]))
    part, parts = int(sys.argv[3]), int(sys.argv[4])
    # Links are taken from the end of the same list, so that no two parts use one.
    place.links = place.links[part::parts]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        visitor = Visitor(browser, place, folder)
        seen = [visitor.visit(page) for page in EVERY[part::parts]]
        framed = visitor.framed() if part == 0 else []
        browser.close()
    print(json.dumps({"seen": seen, "framed": framed}))


if __name__ == "__main__":
    main()
