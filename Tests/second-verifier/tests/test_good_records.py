"""Good records of every kind pass."""
from __future__ import annotations

import unittest

from prover import World, ballot_hash, scalar, text
from records import YES_NO, RecordTest, small_world

EVERY_KIND = [
    YES_NO,
    (2, 1, 0, 1, ["A", "B", "C"]),       # single, blank allowed: a residue and no slack bit
    (2, 1, 1, 1, ["A", "B", "C"]),       # single: L = 0
    (3, 1, 2, 2, ["A", "B", "C"]),       # approval, L = 0
    (3, 1, 1, 2, ["A", "B", "C"]),       # approval, L = 1
    (3, 1, 0, 3, ["A", "B", "C", "D"]),  # approval, L = 3
    (3, 1, 0, 3, ["A", "B", "C"]),       # approval without limits
    (4, 2, 0, 6, ["A", "B", "C"]),       # scores without limits
    (4, 3, 1, 6, ["A", "B"]),            # scores, L = 5
    (4, 5, 1, 10, ["A", "B"]),
    (4, 10, 1, 20, ["A", "B"]),
]


class GoodRecords(RecordTest):
    def test_every_kind_of_contest(self) -> None:
        world = World(EVERY_KIND, voter_weights=[1, 7, 1])
        world.cast(0, [[1, 0], [0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 1], [0, 0, 0, 0], [0, 0, 0], [2, 1, 0], [3, 3],
                       [0, 1], [7, 10]])
        world.cast(1, [[0, 1], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 1, 0, 1], [1, 1, 1], [0, 0, 0], [1, 0],
                       [5, 4], [10, 10]])
        world.cast(2, [[1, 0], [1, 0, 0], [0, 0, 1], [1, 1, 0], [0, 1, 0], [0, 1, 1, 0], [0, 0, 1], [1, 2, 2], [2, 1],
                       [5, 5], [0, 6]])
        world.close()
        result = self.assertPasses(world)
        votes = [[option["votes"] for option in contest["options"]] for contest in result["contests"]]
        self.assertEqual([v for contest in votes for v in contest], world.totals())
        self.assertEqual(votes[0], [2, 7])

    def test_limits_of_each_sum(self) -> None:
        for contest, sums in [((3, 1, 0, 2, "abc"), range(3)), ((3, 1, 1, 3, "abc"), range(1, 4)),
                              ((3, 1, 0, 4, "abcdef"), range(5)), ((4, 4, 1, 8, "ab"), range(1, 9))]:
            world = World([contest], voter_weights=[1] * len(sums))
            for voter, total in enumerate(sums):
                each = [min(contest[1], max(0, total - contest[1] * i)) for i in range(len(contest[4]))]
                world.cast(voter, [each])
            world.close()
            self.assertPasses(world)

    def test_challenges_and_voting_again(self) -> None:
        world = small_world()
        world.close()
        result = self.assertPasses(world)
        self.assertEqual(result["contests"][0]["options"], [{"name": "Yes", "votes": 0}, {"name": "No", "votes": 2}])
        self.assertEqual(result["contests"][1]["options"], [{"name": "A", "votes": 1}, {"name": "B", "votes": 4}])
        self.assertTrue(result["selfConsistentOnly"])
        self.assertEqual([check["id"] for check in result["checks"]], [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15])
        self.assertEqual(result["notRun"], [])

    def test_nobody_voted(self) -> None:
        world = World([YES_NO])
        world.close()
        self.assertEqual(self.assertPasses(world)["contests"][0]["options"][0]["votes"], 0)

    def test_fewest_trustees(self) -> None:
        world = small_world(n=3, t=2, quorum=2)
        world.close()
        world.cosigners = world.decryptors = [1, 3]
        self.assertPasses(world)
        world = small_world(n=1, t=1, quorum=1)
        world.close()
        self.assertPasses(world)

    def test_more_entries_than_a_tile_holds(self) -> None:
        world = World([YES_NO], voter_weights=[1] * 20)
        world.cast(0, [[1, 0]])
        for voter in range(20):
            for _ in range(14):
                world.challenge(voter, ballot_hash(scalar().to_bytes(32, "big")))
        world.close()
        self.assertPasses(world, checkpoint=self.file(world.checkpoint(256, cosigned=False)))

    def test_pauses_and_replacements(self) -> None:
        world = small_world(n=5, t=3, quorum=3, absent=[1, 4])
        world.add(6, text("Störung"))
        world.replace(2)
        world.replace(2)
        world.add(7, b"")
        world.cast(2, [[1, 0], [1, 1]])
        world.add(6, text("x" * 500))
        world.close()
        result = self.assertPasses(world)
        self.assertEqual(result["contests"][0]["options"], [{"name": "Yes", "votes": 2}, {"name": "No", "votes": 2}])
        self.assertIsNone(result["aborted"])

    def test_aborted(self) -> None:
        world = small_world()
        world.abort("The roll was wrong")
        world.publish(self.folder)
        for name in ("tally", "result", "draw-closing", "certificate"):
            (self.folder / name).unlink()
        result = self.verify()
        self.assertTrue(result["ok"], result)
        self.assertEqual(result["aborted"], "The roll was wrong")
        self.assertEqual(result["notRun"], [9, 11, 12, 13])
        self.assertEqual([check["id"] for check in result["checks"]], [1, 2, 3, 4, 5, 6, 7, 8, 14, 15])
        self.assertNotIn("contests", result)

    def test_something_from_outside(self) -> None:
        world = small_world()
        world.close()
        self.assertFalse(self.assertPasses(world, election_id=world.id.hex())["selfConsistentOnly"])
        for size in range(1, len(world.entries) + 1):
            self.assertPasses(world, checkpoint=self.file(world.checkpoint(size, cosigned=False)))
        for size in range(2, len(world.entries) + 1):
            self.assertPasses(world, receipt=self.file(world.receipt(1, size)))


if __name__ == "__main__":
    unittest.main()
