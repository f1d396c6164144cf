"""VoteRegistry: what it keeps, what it refuses, and what it proves."""
from __future__ import annotations

import re
import unittest

from contracts import ROOT, Contract, Reverted, World, artefact, hash32
from trees import imagined, leaf_hash, path, root, service_leaf

ELECTION = hash32("election")
OTHER = hash32("another election")


class RegistryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.owner, self.recorder, self.stranger = self.world.accounts.addresses[:3]
        self.registry = Contract(self.world, artefact("VoteRegistry"), self.owner, self.recorder)

    def record(self, *arguments: object) -> list:
        return self.registry.shown(self.registry.send(self.recorder, *arguments))

    def refuses(self, reason: str, *arguments: object, sender: bytes | None = None) -> None:
        with self.assertRaises(Reverted) as caught:
            self.registry.send(sender or self.recorder, *arguments)
        self.assertEqual(str(caught.exception), reason)

    @property
    def now(self) -> tuple[int, int]:
        return self.world.chain.head.number, self.world.chain.head.header.timestamp


class AnchorTest(RegistryTest):
    def test_anchors_are_numbered_and_stay(self) -> None:
        self.assertEqual(self.registry.read("latestAnchor"), (0, bytes(32), 0, 0, 0))
        self.assertEqual(self.record("anchor", hash32("1"), 3), [("Anchored", {"number": 1, "root": hash32("1"), "leaves": 3})])
        first = (hash32("1"), 3, *self.now)
        self.assertEqual(self.record("anchor", hash32("2"), 2**64 - 1)[0][1]["number"], 2)
        second = (hash32("2"), 2**64 - 1, *self.now)
        self.assertEqual(self.registry.read("latestAnchor"), (2, *second))
        self.assertEqual([self.registry.read("anchorOf", number) for number in (1, 2)], [first, second])
        self.assertEqual(self.registry.read("anchorOf", 3), (bytes(32), 0, 0, 0))
        self.assertEqual(self.registry.read("anchorCount"), 2)

    def test_what_is_refused(self) -> None:
        self.refuses("anchor: no root", "anchor", bytes(32), 3)
        self.refuses("anchor: no leaves", "anchor", hash32("1"), 0)
        self.refuses("roles: not a recorder", "anchor", hash32("1"), 3, sender=self.owner)
        self.record("anchor", hash32("1"), 3)
        self.refuses("anchor: is the latest", "anchor", hash32("1"), 3)
        self.record("anchor", hash32("2"), 3)
        self.record("anchor", hash32("1"), 3)


class VoteTest(RegistryTest):
    def test_single_votes(self) -> None:
        shown = self.record("recordVote", ELECTION, hash32("a"))
        self.assertEqual(shown, [("VoteRecorded", {"election": ELECTION, "leaf": hash32("a"), "number": 1})])
        self.assertEqual(self.registry.read("getVote", ELECTION, hash32("a")), (1, *self.now))
        self.record("recordVote", ELECTION, hash32("b"))
        self.record("recordVote", OTHER, hash32("a"))
        self.assertEqual(self.registry.read("getVote", ELECTION, hash32("b"))[0], 2)
        self.assertEqual(self.registry.read("getVote", OTHER, hash32("a"))[0], 1)
        self.assertEqual(self.registry.read("getVote", OTHER, hash32("b")), (0, 0, 0))
        self.assertEqual([self.registry.read("voteCount", each) for each in (ELECTION, OTHER, bytes(32))], [2, 1, 0])

    def test_batches(self) -> None:
        self.record("recordVote", ELECTION, hash32("first"))
        hashes = [hash32(str(number)) for number in range(50)]
        shown = self.record("recordVoteBatch", ELECTION, hashes)
        self.assertEqual(shown, [("VotesRecorded", {"election": ELECTION, "first": 2, "leaves": tuple(hashes)})])
        block, time = self.now
        for number, each in enumerate(hashes):
            self.assertEqual(self.registry.read("getVote", ELECTION, each), (number + 2, block, time))
        self.assertEqual(self.registry.read("voteCount", ELECTION), 51)

    def test_what_is_refused_changes_nothing(self) -> None:
        self.record("recordVote", ELECTION, hash32("a"))
        self.refuses("vote: recorded already", "recordVote", ELECTION, hash32("a"))
        self.refuses("vote: recorded already", "recordVoteBatch", ELECTION, [hash32("b"), hash32("a")])
        self.refuses("vote: recorded already", "recordVoteBatch", ELECTION, [hash32("b"), hash32("b")])
        self.refuses("vote: no hash", "recordVote", ELECTION, bytes(32))
        self.refuses("vote: no hash", "recordVoteBatch", ELECTION, [hash32("b"), bytes(32)])
        self.refuses("vote: none", "recordVoteBatch", ELECTION, [])
        self.refuses("", "recordVoteBatch", ELECTION, [hash32(str(number)) for number in range(51)])
        self.refuses("roles: not a recorder", "recordVote", ELECTION, hash32("b"), sender=self.stranger)
        self.refuses("roles: not a recorder", "recordVoteBatch", ELECTION, [hash32("b")], sender=self.stranger)
        self.assertEqual(self.registry.read("voteCount", ELECTION), 1)
        self.assertEqual(self.registry.read("getVote", ELECTION, hash32("b")), (0, 0, 0))

    def test_it_takes_no_coins_and_no_unknown_calls(self) -> None:
        content = self.registry.content("recordVote", ELECTION, hash32("a"))
        self.assertFalse(self.world.send(self.recorder, self.registry.address, content, value=1).success)
        self.assertFalse(self.world.send(self.recorder, self.registry.address, b"", value=1).success)
        self.assertFalse(self.world.send(self.recorder, self.registry.address, b"\x12\x34\x56\x78").success)


class RolesTest(RegistryTest):
    """The same in every contract, for they share the module."""

    def test_ownership_goes_in_two_steps(self) -> None:
        self.refuses("roles: not the owner", "transferOwnership", self.stranger, sender=self.stranger)
        self.registry.send(self.owner, "transferOwnership", self.stranger)
        self.assertEqual((self.registry.read("owner"), self.registry.read("candidate")), tuple(f"0x{each.hex()}" for each in (self.owner, self.stranger)))
        self.refuses("roles: not the candidate", "acceptOwnership", sender=self.recorder)
        taken = self.registry.shown(self.registry.send(self.stranger, "acceptOwnership"))
        self.assertEqual([name for name, _ in taken], ["OwnershipTaken"])
        self.assertEqual(self.registry.read("owner"), f"0x{self.stranger.hex()}")
        self.refuses("roles: not the owner", "pause", sender=self.owner)
        self.refuses("roles: not the candidate", "acceptOwnership", sender=self.stranger)

    def test_an_offer_can_be_withdrawn(self) -> None:
        self.registry.send(self.owner, "transferOwnership", self.stranger)
        self.registry.send(self.owner, "transferOwnership", bytes(20))
        self.refuses("roles: not the candidate", "acceptOwnership", sender=self.stranger)

    def test_recorders(self) -> None:
        self.refuses("roles: not the owner", "setRecorder", self.stranger, True, sender=self.recorder)
        self.refuses("roles: no recorder", "setRecorder", bytes(20), True, sender=self.owner)
        self.registry.send(self.owner, "setRecorder", self.stranger, True)
        self.registry.send(self.owner, "setRecorder", self.recorder, False)
        self.registry.send(self.stranger, "recordVote", ELECTION, hash32("a"))
        self.refuses("roles: not a recorder", "recordVote", ELECTION, hash32("b"))

    def test_a_pause_stops_writing_and_nothing_else(self) -> None:
        self.record("anchor", hash32("1"), 1)
        self.refuses("roles: not the owner", "pause", sender=self.recorder)
        self.refuses("roles: not paused", "unpause", sender=self.owner)
        self.registry.send(self.owner, "pause")
        self.refuses("roles: paused", "pause", sender=self.owner)
        for call in (("anchor", hash32("2"), 1), ("recordVote", ELECTION, hash32("a")), ("recordVoteBatch", ELECTION, [hash32("a")])):
            self.refuses("roles: paused", *call)
        self.assertEqual(self.registry.read("latestAnchor")[0], 1)
        self.refuses("roles: not the owner", "unpause", sender=self.recorder)
        self.registry.send(self.owner, "unpause")
        self.record("anchor", hash32("2"), 1)

    def test_no_contract_without_an_owner(self) -> None:
        for name in ("VoteRegistry", "ElectionManager", "VoterRegistry"):
            with self.assertRaises(Reverted):
                Contract(self.world, artefact(name), bytes(20), self.recorder)

    def test_a_contract_without_a_recorder(self) -> None:
        registry = Contract(self.world, artefact("VoteRegistry"), self.owner, bytes(20))
        self.assertEqual([name for name, _ in registry.shown(registry.deployment)], ["OwnershipTaken"])
        self.assertFalse(registry.read("isRecorder", bytes(20)))


class ProofTest(RegistryTest):
    def holds(self, leaf: bytes, index: int, size: int, top: bytes, hashes: list[bytes]) -> bool:
        return self.registry.read("verifyBallot", leaf, index, size, top, hashes)

    def test_every_place_of_small_trees(self) -> None:
        for size in range(1, 14):
            leaves = [leaf_hash(bytes([number])) for number in range(size)]
            for index in range(size):
                self.assertTrue(self.holds(leaves[index], index, size, root(leaves), path(index, leaves)), (index, size))

    def test_what_is_off_by_anything(self) -> None:
        for size, index in ((1, 0), (7, 6), (13, 5), (16, 15)):
            leaves = [leaf_hash(bytes([number])) for number in range(size)]
            top, hashes, leaf = root(leaves), path(index, leaves), leaves[index]
            self.assertTrue(self.holds(leaf, index, size, top, hashes))
            self.assertFalse(self.holds(hash32("x"), index, size, top, hashes))
            self.assertFalse(self.holds(leaf, index, size, hash32("x"), hashes))
            self.assertFalse(self.holds(leaf, size, size, top, hashes))
            self.assertFalse(self.holds(leaf, index, 0, top, hashes))
            self.assertFalse(self.holds(leaf, index, size, top, [*hashes, hash32("x")]))
            self.assertFalse(self.holds(leaf, index, size, top, [hash32("x"), *hashes]))
            for place in range(len(hashes)):
                self.assertFalse(self.holds(leaf, index, size, top, hashes[:place] + hashes[place + 1 :]))
                self.assertFalse(self.holds(leaf, index, size, top, hashes[:place] + [hash32("x")] + hashes[place + 1 :]))
            for other in range(size):
                self.assertEqual(self.holds(leaf, other, size, top, hashes), other == index)

    def test_sizes_of_64_bits(self) -> None:
        leaf = hash32("leaf")
        for size, index in ((2**64 - 1, 2**64 - 2), (2**64 - 1, 0), (2**63, 2**62 + 12345), (2**63 + 1, 2**63)):
            top, hashes = imagined(leaf, index, size)
            self.assertTrue(self.holds(leaf, index, size, top, hashes))
            self.assertFalse(self.holds(leaf, index - 1 if index else 1, size, top, hashes))

    def test_two_steps(self) -> None:
        ballots = [leaf_hash(bytes([number])) for number in range(11)]
        board = root(ballots)
        elections = [service_leaf(hash32(str(number)), number + 1, hash32("board")) for number in range(4)]
        elections[2] = service_leaf(ELECTION, 11, board)
        self.record("anchor", root(elections), 4)
        election = [1, ELECTION, 11, board, 2, path(2, elections)]
        ballot = [ballots[6], 6, path(6, ballots)]
        self.assertTrue(self.registry.read("verifyElection", *election))
        self.assertTrue(self.registry.read("verifyInclusion", *election, *ballot))
        wrong = {0: [0, 2], 1: [OTHER], 2: [10, 12], 3: [hash32("x")], 4: [1, 3, 4], 5: [[], path(1, elections)]}
        for place, values in wrong.items():
            for value in values:
                changed = election[:place] + [value] + election[place + 1 :]
                self.assertFalse(self.registry.read("verifyElection", *changed), (place, value))
                self.assertFalse(self.registry.read("verifyInclusion", *changed, *ballot), (place, value))
        for place, value in ((0, ballots[5]), (1, 5), (2, path(5, ballots))):
            self.assertFalse(self.registry.read("verifyInclusion", *election, *ballot[:place], value, *ballot[place + 1 :]))

    def test_the_example_of_the_specification(self) -> None:
        chapter = (ROOT / "docs/spec/12-anchors.md").read_text().split("## 12.9 Example")[1]
        lines = [bytes.fromhex(line) for line in re.findall("^[0-9a-f]{64}$", chapter, re.M)]
        entries = [leaf_hash(text) for text in (b"one", b"two", b"three")]
        elections = [bytes([number]) * 32 for number in (1, 2, 3)]
        leaves = [service_leaf(election, size, root(entries[:size])) for election, size in zip(elections, (1, 3, 2))]
        self.assertEqual(lines, [*leaves, root(leaves), *path(1, leaves), entries[2], *path(2, entries)])
        self.record("anchor", lines[3], 3)
        proof = (1, elections[1], 3, root(entries), 1, lines[4:6], lines[6], 2, lines[7:])
        self.assertTrue(self.registry.read("verifyInclusion", *proof))

    def test_an_anchor_that_does_not_exist_proves_nothing(self) -> None:
        leaf = service_leaf(ELECTION, 1, hash32("board"))
        self.assertFalse(self.registry.read("verifyElection", 1, ELECTION, 1, hash32("board"), 0, []))
        self.record("anchor", leaf, 1)
        self.assertTrue(self.registry.read("verifyElection", 1, ELECTION, 1, hash32("board"), 0, []))


if __name__ == "__main__":
    unittest.main()
