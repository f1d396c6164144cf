"""Every page of the product: its name, its address, and as whom it is seen. Screenshots are made of this list, and every-page.test.mjs visits it.

Names in braces stand for what the sample has made (sample.mjs). A page with steps is brought to the state that the name says.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

REVIEW = "Read your ballot once more"
OUTCOME = 30_000


@dataclass(frozen=True)
class Seen:
    name: str
    # The path, or "link": the next voting link that nobody has used yet.
    path: str
    # Whose session: owner, auditor, support, voter; none is anybody's.
    who: str | None = None
    steps: Callable[[Page], None] | None = None
    status: int = 200
    # Of a service that nobody has set up yet.
    fresh: bool = False
    # The booth, and pages that verify, bring the cryptographic kernel.
    heavy: bool = False


def choose(page: Page) -> None:
    page.locator("label.option").nth(0).click()
    page.locator("label.option").nth(2).click()


def review(page: Page) -> None:
    choose(page)
    page.get_by_role("button", name="Next question", exact=True).click()
    page.get_by_text("Question 2 of 2").wait_for()
    page.locator("label.option").nth(0).click()
    page.get_by_role("button", name="Review my ballot", exact=True).click()
    page.get_by_role("heading", name=REVIEW, exact=True).wait_for()
    page.locator(".tracker li").nth(11).wait_for()


def cast(page: Page) -> None:
    review(page)
    page.get_by_role("button", name="Cast my ballot", exact=True).click()
    page.get_by_role("heading", name="Your ballot is cast.", exact=True).wait_for()


def test_ballot(page: Page) -> None:
    review(page)
    page.get_by_role("button", name="Test this ballot instead", exact=True).click()
    page.get_by_role("heading", name="This ballot is open", exact=True).wait_for()


def verify(page: Page) -> None:
    page.locator("#record-start").click()
    page.locator("#record-outcome").wait_for(state="visible", timeout=OUTCOME)


def shown(place: str) -> Callable[[Page], None]:
    return lambda page: page.locator(place).wait_for(state="visible", timeout=OUTCOME)


def press(button: str, wait: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("button", name=button, exact=True).click()
        page.locator(wait).first.wait_for(state="visible")

    return act


def answer(page: Page) -> None:
    page.get_by_role("button", name="Show the answer", exact=True).click()
    page.locator("#text").wait_for()


EVERYBODY = [
    Seen("start", "/"),
    Seen("elections", "/elections"),
    Seen("elections-none", "/elections", fresh=True),
    Seen("election-open", "/elections/{open}"),
    Seen("election-paused", "/elections/{paused}"),
    Seen("election-aborted", "/elections/{aborted}"),
    Seen("election-counted", "/elections/{counted}"),
    Seen("result", "/elections/{counted}/result"),
    Seen("result-not-yet", "/elections/{open}/result"),
    Seen("audit", "/elections/{counted}/audit"),
    Seen("audit-open", "/elections/{open}/audit"),
    Seen("options", "/elections/{open}/options/1"),
    Seen("option", "/elections/{open}/options/1/1"),
    Seen("how", "/how"),
    Seen("help", "/help"),
    Seen("help-find", "/help/answer"),
    Seen("help-answer", "/help/answer?reference={ticket}#{code}", steps=answer),
    Seen("feedback", "/feedback"),
    Seen("feedback-given", "/feedback?done=given"),
    Seen("sign-in", "/sign-in"),
    Seen("register", "/register"),
    Seen("password", "/password"),
    Seen("setup", "/setup", fresh=True),
    Seen("password-forgotten", "/password/forgotten"),
    Seen("style", "/style/"),
    Seen("error", "/nothing-here", status=404),
    Seen("error-forbidden", "/administration", "voter", status=403),
]

BOOTH = [
    Seen("booth-choose", "link", steps=choose, heavy=True),
    Seen("booth-review", "link", steps=review, heavy=True),
    Seen("booth-receipt", "link", steps=cast, heavy=True),
    Seen("booth-test", "link", steps=test_ballot, heavy=True),
    Seen("booth-refused", "/vote/{open}", steps=shown(".calm"), heavy=True),
    Seen("verify", "/verify/{counted}", steps=shown("#page"), heavy=True),
    Seen("verify-everything", "/verify/{counted}", steps=verify, heavy=True),
    Seen("verify-ballot", "/verify/{open}#{tracker}", steps=shown("#ballot-outcome"), heavy=True),
    Seen("check", "/check", steps=shown("#page"), heavy=True),
    Seen("check-opened", "/check#{open}.{tested}", steps=shown("#outcome"), heavy=True),
    Seen("credential", "/credential/{own}", "voter", steps=press("Make it on this device", "#link"), heavy=True),
    Seen("trustee", "/trustee", steps=shown("main .button"), heavy=True),
    Seen("trustee-invited", "{invitation}", steps=shown("main .button--primary"), heavy=True),
    Seen("trustee-key", "{invitation}", steps=press("Make my key", "input[type=password]"), heavy=True),
]

OWN = [
    Seen("mine", "/mine", "voter"),
    Seen("account", "/account", "owner"),
]

ORGANISER = [
    Seen("organise", "/organise", "owner"),
    Seen("organise-new", "/organise/new", "owner"),
    Seen("organise-draft", "/organise/{draft}", "owner"),
    Seen("organise-draft-empty", "/organise/{empty}", "owner"),
    Seen("organise-open", "/organise/{open}", "owner"),
    Seen("organise-paused", "/organise/{paused}", "owner"),
    Seen("organise-counted", "/organise/{counted}", "owner"),
    Seen("organise-aborted", "/organise/{aborted}", "owner"),
    Seen("organise-questions", "/organise/{draft}/questions", "owner"),
    Seen("organise-question", "/organise/{draft}/questions/1", "owner"),
    Seen("organise-picture", "/organise/{draft}/questions/1/options/1/picture", "owner"),
    Seen("organise-times", "/organise/{draft}/times", "owner"),
    Seen("organise-ballot", "/organise/{draft}/ballot", "owner"),
    Seen("organise-check", "/organise/{draft}/check", "owner"),
    Seen("organise-delete", "/organise/{draft}/delete", "owner"),
    Seen("organise-voters", "/organise/{draft}/voters", "owner"),
    Seen("organise-voters-none", "/organise/{empty}/voters", "owner"),
    Seen("organise-voters-open", "/organise/{open}/voters", "owner"),
    Seen("organise-voter", "/organise/{open}/voters/{someone}", "owner"),
    Seen("organise-voters-add", "/organise/{draft}/voters/add", "owner"),
    Seen("organise-voters-import", "/organise/{draft}/voters/import", "owner"),
    Seen("organise-voters-approved", "/organise/{draft}/voters/approved", "owner"),
    Seen("organise-voters-rules", "/organise/{draft}/voters/rules", "owner"),
    Seen("organise-voters-links", "/organise/{draft}/voters/links", "owner"),
    Seen("organise-trustees", "/organise/{draft}/trustees", "owner"),
    Seen("organise-trustees-none", "/organise/{empty}/trustees", "owner"),
    Seen("organise-trustees-open", "/organise/{open}/trustees", "owner"),
    Seen("organise-mails", "/organise/{open}/mails", "owner"),
    Seen("organise-mails-draft", "/organise/{draft}/mails", "owner"),
    Seen("organise-mails-delivery", "/organise/{open}/mails/delivery", "owner"),
    Seen("organise-mails-text", "/organise/{draft}/mails/texts/invitation", "owner"),
    Seen("organise-mails-settings", "/organise/{draft}/mails/settings", "owner"),
    Seen("organise-mails-invite", "/organise/{open}/mails/send/invitation", "owner"),
    Seen("organise-mails-remind", "/organise/{open}/mails/send/reminder", "owner"),
    Seen("outbox", "/outbox", "owner"),
    Seen("organise-pause", "/organise/{open}/pause", "owner"),
    Seen("organise-close", "/organise/{open}/close", "owner"),
    Seen("organise-abort", "/organise/{open}/abort", "owner"),
]

ADMINISTRATION = [
    Seen("administration", "/administration", "owner"),
    Seen("administration-accounts", "/administration/accounts", "owner"),
    Seen("administration-account", "/administration/accounts/{account}", "owner"),
    Seen("administration-account-waiting", "/administration/accounts/{waiting}", "owner"),
    Seen("administration-account-audited", "/administration/accounts/{account}", "auditor"),
    Seen("administration-analytics", "/administration/analytics", "owner"),
    Seen("administration-analytics-election", "/administration/analytics/{open}", "owner"),
    Seen("administration-audit-log", "/administration/audit-log", "owner"),
    Seen("administration-chain", "/administration/chain", "owner"),
    Seen("administration-chain-anchor", "/administration/chain/anchor", "owner"),
    Seen("administration-chain-repair", "/administration/chain/repair", "owner"),
    Seen("administration-desk", "/administration/desk", "support"),
    Seen("administration-ticket", "/administration/desk/{ticket}", "support"),
    Seen("administration-feedback", "/administration/feedback", "owner"),
    Seen("administration-health", "/administration/health", "owner"),
    Seen("administration-jobs", "/administration/jobs", "owner"),
    Seen("administration-settings", "/administration/settings", "owner"),
]

EVERY = EVERYBODY + BOOTH + OWN + ORGANISER + ADMINISTRATION


@dataclass
class Place:
    """Where the pages are, and who may see them: what the sample gives."""

    service: str
    fresh: str
    values: dict[str, str]
    cookies: dict[str, str]
    links: list[str]

    def address(self, seen: Seen) -> str:
        if seen.path == "link":
            return self.links.pop(0)
        return (self.fresh if seen.fresh else self.service) + seen.path.format(**self.values)

    def sign_in(self, context, who: str | None) -> None:
        """Gives a browser the session of somebody."""
        if who:
            name, value = self.cookies[who].split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": self.service, "httpOnly": True, "sameSite": "Lax"}])
