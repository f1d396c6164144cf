"""Random calls by random senders, in whatever order, against a model in a few lines of Python."""
from __future__ import annotations

import os
import random
import unittest
from dataclasses import dataclass, field
from typing import Any

from contracts import Contract, Reverted, World, artefact, hash32
from trees import imagined, leaf_hash, path, root

LONG = os.environ.get("COMITIA_LONG") == "1"
SEED = int(os.environ.get("COMITIA_SEED", random.randrange(2**32)))
ELECTIONS = [hash32(f"election {number}") for number in range(3)]
# Few, so that duplicates are common.
HASHES = [bytes(32)] + [hash32(f"ballot {number}") for number in range(40)]


class Refusal(Exception):
    """What the model refuses."""


@dataclass
class Model:
    """VoteRegistry as it ought to be."""

    owner: bytes
    recorders: set[bytes]
    candidate: bytes = bytes(20)
    paused: bool = False
    anchors: list[tuple[bytes, int, int, int]] = field(default_factory=list)
    votes: dict[tuple[bytes, bytes], tuple[int, int, int]] = field(default_factory=dict)
    counts: dict[bytes, int] = field(default_factory=dict)

    def require(self, holds: bool, reason: str) -> None:
        if not holds:
            raise Refusal(reason)

    def recording(self, sender: bytes) -> None:
        self.require(sender in self.recorders, "roles: not a recorder")
        self.require(not self.paused, "roles: paused")

    def anchor(self, sender: bytes, now: tuple[int, int], top: bytes, leaves: int) -> None:
        self.recording(sender)
        self.require(top != bytes(32), "anchor: no root")
        self.require(leaves != 0, "anchor: no leaves")
        self.require(not self.anchors or self.anchors[-1][0] != top, "anchor: is the latest")
        self.anchors.append((top, leaves, *now))

    def recordVote(self, sender: bytes, now: tuple[int, int], election: bytes, leaf: bytes) -> None:
        self.recording(sender)
        self.keep(now, election, [leaf])

    def recordVoteBatch(self, sender: bytes, now: tuple[int, int], election: bytes, leaves: list[bytes]) -> None:
        self.require(len(leaves) <= 50, "")
        self.recording(sender)
        self.require(bool(leaves), "vote: none")
        self.keep(now, election, leaves)

    def keep(self, now: tuple[int, int], election: bytes, leaves: list[bytes]) -> None:
        seen: set[bytes] = set()
        for leaf in leaves:
            self.require(leaf != bytes(32), "vote: no hash")
            self.require(leaf not in seen and (election, leaf) not in self.votes, "vote: recorded already")
            seen.add(leaf)
        for leaf in leaves:
            self.counts[election] = self.counts.get(election, 0) + 1
            self.votes[election, leaf] = (self.counts[election], *now)

    def owning(self, sender: bytes) -> None:
        self.require(sender == self.owner, "roles: not the owner")

    def pause(self, sender: bytes, _: Any) -> None:
        self.owning(sender)
        self.require(not self.paused, "roles: paused")
        self.paused = True

    def unpause(self, sender: bytes, _: Any) -> None:
        self.owning(sender)
        self.require(self.paused, "roles: not paused")
        self.paused = False

    def setRecorder(self, sender: bytes, _: Any, recorder: bytes, allowed: bool) -> None:
        self.owning(sender)
        self.require(recorder != bytes(20), "roles: no recorder")
        (self.recorders.add if allowed else self.recorders.discard)(recorder)

    def transferOwnership(self, sender: bytes, _: Any, candidate: bytes) -> None:
        self.owning(sender)
        self.candidate = candidate

    def acceptOwnership(self, sender: bytes, _: Any) -> None:
        self.require(sender == self.candidate, "roles: not the candidate")
        self.owner, self.candidate = sender, bytes(20)


def some_call(chance: random.Random, people: list[bytes]) -> tuple[str, tuple[Any, ...]]:
    name = chance.choices(
        ["recordVote", "recordVoteBatch", "anchor", "setRecorder", "pause", "unpause", "transferOwnership", "acceptOwnership"],
        [30, 30, 15, 10, 3, 8, 2, 4],
    )[0]
    arguments: dict[str, Any] = {
        "recordVote": lambda: (chance.choice(ELECTIONS), chance.choice(HASHES)),
        "recordVoteBatch": lambda: (chance.choice(ELECTIONS), chance.choices(HASHES[chance.random() > 0.1 :], k=chance.choice([0, 1, 2, 3, 4, 51]))),
        "anchor": lambda: (chance.choice(HASHES[:6]), chance.choice([0, 1, 2**64 - 1])),
        "setRecorder": lambda: (chance.choice([*people, bytes(20)]), chance.random() < 0.7),
        "transferOwnership": lambda: (chance.choice([*people, bytes(20)]),),
    }
    return name, arguments.get(name, tuple)()


class RandomTest(unittest.TestCase):
    def setUp(self) -> None:
        self.chance = random.Random(SEED)
        self.enterContext(self.subTest(f"COMITIA_SEED={SEED}"))

    def test_sequences(self) -> None:
        for _ in range(20 if LONG else 2):
            self._one_sequence(400 if LONG else 150)

    def _one_sequence(self, steps: int) -> None:
        world = World()
        people = world.accounts.addresses[:4]
        registry = Contract(world, artefact("VoteRegistry"), people[0], people[1])
        model = Model(people[0], {people[1]})
        outcomes = set()
        for step in range(steps):
            name, arguments = some_call(self.chance, people)
            # Mostly somebody who may, for else little would ever happen.
            able = model.recorders if name[0] in "ra" and name != "acceptOwnership" else {model.owner, model.candidate} & set(people)
            sender = self.chance.choice(sorted(able)) if able and self.chance.random() < 0.8 else self.chance.choice(people)
            outcomes.add((name, self._compare(registry, model, sender, name, arguments, step)))
            if step % 75 == 74:
                self._compare_all(registry, model)
        self._compare_all(registry, model)
        self.assertIn(("recordVoteBatch", ""), outcomes)
        self.assertIn(("anchor", ""), outcomes)
        self.assertGreater(len(outcomes), 12)

    def _compare(self, registry: Contract, model: Model, sender: bytes, name: str, arguments: tuple[Any, ...], step: int) -> str:
        try:
            registry.send(sender, name, *arguments)
            refused = None
        except Reverted as reverted:
            refused = str(reverted)
        head = registry.world.chain.head
        try:
            getattr(model, name)(sender, (head.number, head.header.timestamp), *arguments)
            expected = None
        except Refusal as refusal:
            expected = str(refusal)
        self.assertEqual(refused, expected, (step, name, arguments))
        return refused or ""

    def _compare_all(self, registry: Contract, model: Model) -> None:
        self.assertEqual(registry.read("owner"), f"0x{model.owner.hex()}")
        self.assertEqual(registry.read("paused"), model.paused)
        self.assertEqual(registry.read("anchorCount"), len(model.anchors))
        for number, anchor in enumerate(model.anchors):
            self.assertEqual(registry.read("anchorOf", number + 1), anchor)
        for election in ELECTIONS:
            self.assertEqual(registry.read("voteCount", election), model.counts.get(election, 0))
            for leaf in HASHES:
                self.assertEqual(registry.read("getVote", election, leaf), model.votes.get((election, leaf), (0, 0, 0)))

    def test_proofs(self) -> None:
        world = World()
        owner = world.accounts.addresses[0]
        registry = Contract(world, artefact("VoteRegistry"), owner, owner)
        for _ in range(600 if LONG else 60):
            size, index, leaf, top, hashes = self._some_proof()
            self.assertTrue(registry.read("verifyBallot", leaf, index, size, top, hashes), (index, size))
            changed = self._changed([leaf, index, size, top, hashes])
            if changed is not None:
                self.assertFalse(registry.read("verifyBallot", *changed), (index, size, changed))

    def _some_proof(self) -> tuple[int, int, bytes, bytes, list[bytes]]:
        if self.chance.random() < 0.5:
            size = self.chance.randrange(1, 60)
            index = self.chance.randrange(size)
            leaves = [leaf_hash(self.chance.randbytes(4)) for _ in range(size)]
            return size, index, leaves[index], root(leaves), path(index, leaves)
        size = self.chance.randrange(1, 2 ** self.chance.randrange(1, 65))
        index = self.chance.randrange(size)
        leaf = self.chance.randbytes(32)
        return size, index, leaf, *imagined(leaf, index, size)

    def _changed(self, proof: list[Any]) -> list[Any] | None:
        """One bit flipped in a hash, or one hash too many or too few. Sizes are left: some have proofs of one shape."""
        hashes = list(proof[4])
        kind = self.chance.choice(["leaf", "root", "path", "longer", "shorter"])
        if kind in ("path", "shorter") and not hashes:
            return None
        if kind == "longer":
            hashes.insert(self.chance.randrange(len(hashes) + 1), self.chance.randbytes(32))
            return None if len(hashes) > 64 else [*proof[:4], hashes]
        if kind == "shorter":
            hashes.pop(self.chance.randrange(len(hashes)))
            return [*proof[:4], hashes]
        place = self.chance.randrange(256)
        if kind == "path":
            number = self.chance.randrange(len(hashes))
            hashes[number] = _flipped(hashes[number], place)
            return [*proof[:4], hashes]
        which = 0 if kind == "leaf" else 3
        return [*proof[:which], _flipped(proof[which], place), *proof[which + 1 :]]


def _flipped(content: bytes, place: int) -> bytes:
    return (int.from_bytes(content, "big") ^ (1 << place)).to_bytes(32, "big")


if __name__ == "__main__":
    unittest.main()
