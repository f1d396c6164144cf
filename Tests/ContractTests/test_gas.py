"""The table of gas in the specification is what is measured, and keeps what was promised."""
from __future__ import annotations

import re
import unittest

from contracts import ROOT
from gas import PUBLISHED, Measurement

CHAPTER = ROOT / "docs/spec/12-anchors.md"
TOLERANCE = 0.01


def published_table() -> dict[str, int]:
    lines = re.findall(r"^\| ([^|]+) \| ([0-9 ]+) \|$", CHAPTER.read_text(), re.M)
    return {name: int(gas.replace(" ", "")) for name, gas in lines}


class GasTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.measured = Measurement().measured()

    def test_the_table_is_what_is_measured(self) -> None:
        published = published_table()
        self.assertEqual(sorted(published), sorted(self.measured), "python Tests/ContractTests/gas.py prints the table")
        for line, gas in self.measured.items():
            self.assertLessEqual(abs(gas - published[line]), gas * TOLERANCE, f"{line}: {gas} measured, {published[line]} published")

    def test_an_anchor_costs_at_most_120_000_whatever_it_covers(self) -> None:
        for line in ("anchor, the first", "anchor, each later one", "anchor of 2⁶⁴ − 1 elections"):
            self.assertLessEqual(self.measured[line], 120_000)

    def test_a_batched_vote_costs_at_most_26_000(self) -> None:
        self.assertLessEqual(self.measured["recordVoteBatch of 50, a ballot"], 26_000)

    def test_batches_save_four_fifths(self) -> None:
        plain = self.measured["one vote, every field in a slot of its own"]
        # The layout that is measured is about as dear as the one that it stands for.
        self.assertLess(abs(plain - PUBLISHED), PUBLISHED * 0.05)
        for size in (10, 50):
            batched = self.measured[f"recordVoteBatch of {size}, a ballot"]
            self.assertLess(batched, plain * 0.2)
            self.assertLess(batched, PUBLISHED * 0.2)


if __name__ == "__main__":
    unittest.main()
