"""A voter's receipt tells of the trustees' cosignatures and of the anchor as soon as they are there, without being loaded again; and so does the page that
finds a ballot, of the anchor.

usage: anchored.py ADDRESS LINK. Prints JSON: what the receipt said first and last, what was saved of it, how often the page was loaded, what the other page said.
"""

import json
import sys

from browser import CHROMIUM
from playwright.sync_api import sync_playwright

service, link = sys.argv[1:]
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(**CHROMIUM)
    page = browser.new_page()
    loads: list[str] = []
    asked: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    page.locator("label.option").first.click()
    page.get_by_role("button", name="Review my ballot", exact=True).click()
    page.locator(".tracker li").nth(11).wait_for()
    page.get_by_role("button", name="Cast my ballot", exact=True).click()
    page.get_by_role("heading", name="Your ballot is cast.", exact=True).wait_for()
    first = page.locator("#anchored").inner_text()
    page.locator("#witnessed[data-state=done]").wait_for(timeout=90_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save receipt", exact=True).click()
    receipt = download.value.path().read_text()
    page.locator("#anchored[data-state=done]").wait_for(timeout=90_000)
    last = page.locator("#anchored").inner_text()
    words = " ".join(page.locator(".tracker li").all_inner_texts())
    reference = link.split("/vote/")[1].split("#")[0]
    page.goto(f"{service}/verify/{reference}#{words.replace(' ', '-')}")
    page.locator("#ballot-anchor").wait_for(timeout=60_000)
    found = page.locator("#ballot-anchor").inner_text()
    elsewhere = [address for address in asked if "explorer" in address]
    print(json.dumps({"first": first, "last": last, "receipt": receipt, "loads": len(loads) - 1, "found": found, "elsewhere": elsewhere}))
    browser.close()
