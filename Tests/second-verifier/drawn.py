"""What is drawn (spec 11.5): orders of options and of duty, lots in ties, and ballots to be audited."""
from __future__ import annotations

from itertools import groupby
from typing import Any

from manifest import YES_NO, Manifest
from randomness import order, sample

USUAL_SAMPLE = 10


def option_orders(manifest: Manifest, opening: bytes) -> list[dict[str, Any]]:
    return [{"contest": contest.index, "options": order(opening, "option order", contest.index, len(contest.options))}
            for contest in manifest.contests if contest.drawn]


def duty_order(trustees: int, opening: bytes) -> list[int]:
    return [item + 1 for item in order(opening, "duty order", 0, trustees)]


def lots(manifest: Manifest, votes: list[int], closing: bytes) -> list[dict[str, Any]]:
    """Options with equally many votes, at least one, in the order of the lot; none of a yes-no contest."""
    found = []
    totals = iter(votes)
    for contest in manifest.contests:
        of_contest = [next(totals) for _ in contest.options]
        drawn = order(closing, "lot order", contest.index, len(contest.options))
        # Sorting keeps the order of the lot among equals.
        for total, group in groupby(sorted(drawn, key=lambda option: -of_contest[option]), lambda option: of_contest[option]):
            tied = list(group)
            if total > 0 and len(tied) > 1 and contest.kind != YES_NO:
                found.append({"contest": contest.index, "votes": total, "options": tied})
    return found


def audit_sample(counted: list[int], size: int, closing: bytes) -> list[int]:
    """Of the entries of the counted ballots, ascending."""
    return [counted[item] for item in sample(closing, "audit sample", 0, len(counted), min(size, len(counted)))]
