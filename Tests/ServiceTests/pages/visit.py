"""One page in a real browser, with everything that must not happen on it."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en"}
SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "locale": "en"}


class Visit:
    def __init__(self, context: BrowserContext, link: str) -> None:
        self.context = context
        self.link = link
        self.faults: list[str] = []
        self.weights: dict[str, int] = {}
        self.open()

    def open(self) -> None:
        """Opens the link in a tab of its own."""
        self.page: Page = self.context.new_page()
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.check(request.url))
        self.page.on("response", self.weigh)
        self.page.goto(self.link)

    def heard(self, message) -> None:
        # The browser itself tells of answers and connections that a test has broken.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)

    def weigh(self, response) -> None:
        """What comes over the network: an address once, for the page and its worker may both ask before it is kept."""
        self.weights[response.url] = max(self.weights.get(response.url, 0), int(response.headers.get("content-length", 0)))

    @property
    def bytes(self) -> int:
        return sum(self.weights.values())

    def check(self, url: str) -> None:
        """No other host is asked, and the secret of the link reaches nobody."""
        asked, own = urlsplit(url), urlsplit(self.link)
        if not url.startswith("blob:") and asked.netloc != own.netloc:
            self.faults.append(f"asks {url}")
        if own.fragment and own.fragment in url.split("#")[0]:
            self.faults.append("sends the secret of the link")

    def look(self, step: str) -> None:
        """Whatever a step shows must be usable by everyone."""
        width = self.page.viewport_size["width"]
        if self.page.evaluate("document.documentElement.scrollWidth") > width:
            self.faults.append(f"{step}: wider than {width} pixels")
        for violation in Axe().run(self.page).response["violations"]:
            self.faults.append(f"{step}: {violation['id']} at {[node['target'] for node in violation['nodes']]}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def wait(self, words: str) -> None:
        self.page.get_by_role("heading", name=words, exact=True).wait_for()

    def read(self) -> str:
        return self.page.locator("main").inner_text()

    def kept(self) -> list[str]:
        """Names of what the device keeps of votes."""
        names = self.page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
        return sorted(name.split("-")[1] for name in names if name != "comitia-language")
