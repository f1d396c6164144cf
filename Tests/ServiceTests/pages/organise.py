"""What an organiser does on pages, from an empty list of elections to one that is put away. Tells lines of JSON, and waits for a line where
somebody else has to do something. See journey.py.
"""

import csv
import json
import struct
import sys
import zlib
from urllib.parse import urlsplit

from look import DESK
from playwright.sync_api import Page


def tell(**what) -> None:
    print(json.dumps(what), flush=True)


def wait() -> None:
    sys.stdin.readline()


def png() -> bytes:
    """A picture of 8 by 8 green points."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes((11, 90, 72)) * 8 for _ in range(8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Organiser:
    """Somebody who holds an election: at a desk, without scripts."""

    settings = {"java_script_enabled": False, **DESK}
    # Voters without an address, besides three of whom two have one, and one is excluded.
    more_voters = 19

    def __init__(self, browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.context = browser.new_context(**self.settings)
        self.page: Page = self.context.new_page()

    # What people do

    def press(self, name: str, exact: bool = True) -> None:
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, name: str, text: str) -> None:
        self.page.locator(f"#{name}").fill(text)

    def mark(self, words: str) -> None:
        self.page.get_by_text(words).click()

    def tick(self, name: str) -> None:
        self.page.locator(f"[name={name}]").check()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}]").select_option(value)

    def expect(self, text: str) -> None:
        # A page with scripts may be taking its news just now.
        for _ in range(30):
            if text in self.page.locator("main").inner_text():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"“{text}” is not on {self.page.url}:\n{self.page.locator('main').inner_text()}")

    def until(self, text: str) -> None:
        for _ in range(300):
            if text in self.page.locator("main").inner_text():
                return
            self.page.wait_for_timeout(150)
            self.page.reload()
        self.expect(text)

    def reference(self) -> str:
        parts = urlsplit(self.page.url).path.split("/")
        return parts[2] if len(parts) > 2 and len(parts[2]) == 20 else "-"

    # The journey

    def sign_in(self, password: str) -> None:
        self.page.goto(f"{self.address}/organise")
        self.fill("name", "owner@example.org")
        self.fill("password", password)
        self.press("Sign in")
        self.expect("No elections yet")

    def define(self) -> None:
        self.follow("Make an election")
        self.press("Make the draft")
        self.expect("This may not be empty.")
        self.fill("title", "Annual <b>General</b> Meeting & \"more\"")
        self.mark("One of several")
        self.press("Make the draft")
        self.expect("The draft is made and kept.")
        self.at = f"/organise/{self.reference()}"
        self.press("Change: Who is to be chair?")
        for number, name in enumerate(("Ada", "Blaise", "Blaise")):
            self.fill(f"name-{number}", name)
        self.press("Save the question")
        self.expect("Another option has this name.")
        self.fill("name-2", "Carl")
        self.press("Save and add more options")
        self.fill("name-5", "Dora")
        self.press("Add a picture: Ada")
        self.page.set_input_files("[name=picture]", {"name": "a.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"})
        self.press("Use this picture")
        self.expect("Choose a picture: PNG, JPEG or WebP.")
        self.page.set_input_files("[name=picture]", {"name": "a.png", "mimeType": "image/png", "buffer": png()})
        self.press("Use this picture")
        assert self.page.locator("img.portrait").count() == 1
        self.press("Remove: Dora")
        self.press("Save the question")
        self.choose("kind", "score")
        self.press("Add")
        self.fill("title", "What is each proposal worth?")
        self.press("Save the question")
        self.press("Move up: What is each proposal worth?")
        self.press("Move down: What is each proposal worth?")
        self.press("Save and go on")

    def rule(self) -> None:
        self.fill("opens", "2099-12-01T09:00")
        self.fill("closes", "2099-11-30T09:00")
        self.choose("zone", "Europe/Berlin")
        self.press("Save and go on")
        self.expect("Voting must end after it begins.")
        self.fill("opens", "")
        self.fill("closes", "")
        self.mark("Yes, the last ballot counts")
        self.tick("small")
        self.press("Save and go on")

    def enrol(self) -> None:
        self.expect("Nobody is on the list yet.")
        self.follow("Import a list")
        lines = ["voterId,name,email,weight", "m1,Ada,ada@example.org,1", 'm2,"<script>alert(1)</script>",,1', "m1,Twice,,1"]
        lines += [f"n{number},Voter {number},,1" for number in range(self.more_voters)]
        self.fill("list", "\n".join(lines) + "\n")
        self.press("Check the list")
        self.expect("One line has a fault")
        self.press(f"Import the {2 + self.more_voters} good lines")
        self.expect("The list is taken over.")
        self.keyboard()
        self.page.goto(f"{self.address}{self.at}/voters?q=SCRIPT")
        self.expect("<script>alert(1)</script>")
        self.follow("m2")
        self.press("Exclude")
        self.expect("Excluded")

    def keyboard(self) -> None:
        """One form without a pointer, with what shows where one is."""
        self.page.goto(f"{self.address}{self.at}/voters/add")
        self.page.locator("main").focus()
        for _ in range(30):
            self.page.keyboard.press("Tab")
            if self.page.locator("#voterId:focus-visible").count():
                break
        for text in ("m3", "Cai", "cai@example.org"):
            self.page.keyboard.type(text)
            self.page.keyboard.press("Tab")
        self.page.keyboard.type("1")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.expect("The voter is on the list.")
        self.expect("Cai")

    def gather(self) -> None:
        for number in range(1, 4):
            self.invite(number)
        self.make_key()

    def invite(self, number: int) -> None:
        self.page.goto(f"{self.address}{self.at}/trustees")
        self.fill("name", f"Trustee {number}")
        self.press("Make the invitation")
        self.expect("This link is shown this once.")
        link = self.page.locator("#invitation").inner_text().strip()
        self.follow("I have passed it on")
        assert link.rsplit(".", 1)[1] not in self.page.content()
        self.invited(number, link)

    def invited(self, number: int, link: str) -> None:
        """Somebody joins with this link."""
        tell(invited=link)
        wait()

    def make_key(self) -> None:
        self.page.goto(f"{self.address}{self.at}")
        self.follow("To the ceremony")
        self.press("Start the key ceremony")
        self.until("The key is ready")

    def write(self) -> list[str]:
        """Invites by mail. Nothing is sent here: the outbox has the mails, and with them the links."""
        self.page.goto(f"{self.address}{self.at}")
        self.follow("Mails")
        self.expect("This is a demonstration: nothing is sent")
        self.follow("Invitation")
        self.fill("subject", "{link} for {nobody}")
        self.fill("text", "Hello {name}")
        self.press("Preview")
        self.expect("{link} is needed")
        self.fill("subject", "Vote now: {election}")
        self.fill("text", "Hello {name},\n\nyour <b>link</b>:\n{link}")
        self.press("Preview")
        self.expect("This is a preview. The text is not saved yet.")
        self.expect("Hello Kim Sample,")
        self.press("Save")
        self.expect("The text is saved.")
        self.expect("Own text")
        self.follow("Send invitations")
        self.expect("2 mails will be sent")
        self.expect(f"{self.more_voters} voters have no address")
        self.press("Send 2 mails")
        self.expect("The mails are queued.")
        self.follow("See delivery by voter")
        self.until("Sent (2)")
        self.follow("m3")
        self.press("Send it again")
        self.expect("The mail is queued.")
        self.page.goto(f"{self.address}{self.at}/mails/delivery")
        self.until("Sent (3)")
        self.follow("Read them in the outbox")
        mails = [mail.get_attribute("href") for mail in self.page.locator("main .rows a").all()]
        links = set()
        for mail in mails:
            self.page.goto(self.address + mail)
            links.add(self.page.locator(".mail__body a[href^='/vote/']").inner_text())
        assert len(links) == 2, "whoever is invited twice gets one link"
        return sorted(links)

    def issue(self) -> list[str]:
        self.page.goto(f"{self.address}{self.at}")
        self.expect(f"Make {self.more_voters} voting links")
        self.follow("Make voting links")
        with self.page.expect_download() as download:
            self.press(f"Make {self.more_voters} links and download them")
        with open(download.value.path(), encoding="utf-8", newline="") as file:
            return [row["link"] for row in csv.DictReader(file)]

    def open(self, links: list[str]) -> None:
        self.page.goto(f"{self.address}{self.at}/check")
        self.expect("Nothing is missing.")
        self.fill("confirm", "yes")
        self.press("Open voting")
        self.expect("Type OPEN, so that it is not done by mistake.")
        self.fill("confirm", "OPEN")
        self.press("Open voting")
        self.expect("Voting is open.")
        self.opened(links)

    def opened(self, links: list[str]) -> None:
        """People vote."""
        tell(opened=self.reference(), links=links)
        wait()

    def remind(self) -> None:
        """Whoever has not voted, without learning who that is."""
        self.follow("Mails")
        self.follow("Remind those who have not voted")
        self.expect("One mail will be sent")
        self.press("Send one mail")
        self.until("1 sent")
        self.follow("See delivery by voter")
        self.expect("All (3)")
        assert self.page.locator("tbody td", has_text="Reminder").count() == 0
        self.page.goto(f"{self.address}{self.at}/mails/send/reminder")
        self.expect("There is nobody to write to now")
        self.page.goto(f"{self.address}{self.at}")

    def forget(self, password: str) -> None:
        """A forgotten password, by a browser with scripts: the code stands behind the # of the mailed link."""
        other = self.browser.new_context(**DESK).new_page()
        other.goto(f"{self.address}/sign-in")
        other.get_by_role("link", name="Forgotten your password?").click()
        other.locator("#email").fill("owner@example.org")
        other.get_by_role("button", name="Mail the link").click()
        other.get_by_text("If there is an account with this address").wait_for()
        self.page.goto(f"{self.address}/outbox")
        self.until("Set a new password")
        self.follow("Set a new password")
        link = self.page.locator(".mail__body a[href^='/password#']").inner_text()
        other.goto(link)
        other.wait_for_function("document.querySelector('#code').value.length > 20 && location.hash === ''")
        assert other.locator("#code").input_value() == link.split("#")[1]
        other.locator("#password").fill(password)
        other.get_by_role("button", name="Set the password").click()
        other.get_by_text("Your new password is set.").wait_for()

    def lead(self) -> None:
        self.page.reload()
        self.expect(f"of {2 + self.more_voters}")
        self.remind()
        self.follow("Pause voting")
        self.press("Pause voting")
        self.expect("Give a reason in one line")
        self.fill("reason", "The hall is <i>full</i>")
        self.press("Pause voting")
        self.expect("Reason: The hall is <i>full</i>")
        self.press("Go on with voting")
        self.follow("End voting")
        self.fill("confirm", "CLOSE")
        self.press("End voting")
        self.until("The result is here")

    def put_away(self) -> None:
        self.press("Put away")
        self.expect("The election is put away.")
        self.press("Make a copy")
        self.expect("This is a copy")
        self.follow("Delete the draft")
        self.fill("confirm", "DELETE")
        self.press("Delete the draft")
        self.expect("The draft is deleted.")
