"""Visits pages that show what strangers wrote, on a narrow phone; see hostile-texts.test.mjs. Prints a line of JSON.

usage: hostile.py VISITS      VISITS: a list in JSON of {"address": …, "cookie": …, "shows": […], "steps": …}
"""

import json
import sys
from urllib.parse import urlsplit

from browser import CHROMIUM
from every import answer, cast, review, test_ballot, verify
from playwright.sync_api import sync_playwright

STEPS = {
    "review": review, "cast": cast, "test": test_ballot, "verify": verify, "answer": answer,
}

# What texts must never have become; and text that is written in another order keeps to itself.
BECAME = """() => [
  ...document.querySelectorAll("script:not([src]), img[src='x'], [onerror], [onload], a[href^='javascript:' i], form[action^='javascript:' i], iframe, object, base"),
].map((part) => `became ${part.outerHTML.slice(0, 100)}`).concat([...document.querySelectorAll("body *")].filter((part) => {
  const own = [...part.childNodes].some((node) => node.nodeType === 3 && /[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data));
  if (!own || ["TEXTAREA", "OPTION"].includes(part.tagName)) return false;
  const block = part.closest("p, dd, li, td, th, h1, h2, h3, div, blockquote, [dir]");
  return getComputedStyle(part).unicodeBidi === "normal" && block !== part && block.textContent.trim() !== part.textContent.trim();
}).map((part) => `turns the text around ${part.outerHTML.slice(0, 100)}`))"""


def visit(browser, wanted: dict) -> dict:
    context = browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True, locale="en", reduced_motion="reduce")
    host = urlsplit(wanted["address"])
    if "cookie" in wanted:
        name, value = wanted["cookie"].split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": f"{host.scheme}://{host.netloc}"}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("dialog", lambda dialog: (faults.append("a dialog"), dialog.dismiss()))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(f"asks {request.url}") if urlsplit(request.url).netloc not in ("", host.netloc) else None)

    def hear(message) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    page.on("console", hear)
    reply = page.goto(wanted["address"])
    if reply.status != 200:
        faults.append(f"status {reply.status}")
    if "steps" in wanted:
        STEPS[wanted["steps"]](page)
    faults += page.evaluate(BECAME)
    if page.evaluate("document.documentElement.scrollWidth") > 360:
        faults.append("wider than a phone")
    text = page.locator("body").evaluate("(body) => body.innerText + [...body.querySelectorAll('input, textarea')].map((field) => field.value).join(' ')")
    faults += [f"does not show {words[:60]}" for words in wanted.get("shows", []) if words not in text]
    context.close()
    return {"address": wanted["address"].split("#")[0], "faults": faults}


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        seen = [visit(browser, wanted) for wanted in json.loads(sys.stdin.read())]
        browser.close()
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
