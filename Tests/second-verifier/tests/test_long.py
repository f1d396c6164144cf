"""Ballots that are too long for one leaf of the log (spec 6.9): records that are good, and what can be done to pieces."""
from __future__ import annotations

import hashlib
import unittest
from collections.abc import Callable

from prover import World, ballot_hash, leaves, u
from records import RecordTest, small_world

# pylint: disable=wrong-import-order
from record import PIECE_LENGTH, pieces_of


def options(count: int) -> list[str]:
    return [f"Option {number}" for number in range(count)]


def long_world(sizes: list[int], voters: int = 2) -> World:
    """Contests of so many options each, of which any number may be chosen: an option is a bit. All but the last voter have cast."""
    world = World([(3, 1, 0, size, options(size)) for size in sizes], voter_weights=[1] * voters)
    for voter in range(voters - 1):
        world.cast(voter, choice(sizes))
    return world


def choice(sizes: list[int]) -> list[list[int]]:
    return [[number % 3 % 2 for number in range(size)] for size in sizes]


class GoodLongRecords(RecordTest):
    def test_cast_and_opened(self) -> None:
        for sizes, cast, opened in (([250, 250, 250, 50], 3, 3), ([250, 91], 2, 2), ([250, 90], 1, 2), ([250, 40], 1, 1)):
            world = long_world(sizes)
            self.assertEqual(len(world.entries), 1 + cast)
            ballot, randomness, bits = world.encrypt(1, choice(sizes))
            world.challenge(1, ballot_hash(ballot))
            before = len(world.entries)
            world.publish_opening(1, ballot, bits, randomness)
            self.assertEqual(len(world.entries) - before, opened)
            world.close()
            result = self.assertPasses(world)
            votes = [option["votes"] for contest in result["contests"] for option in contest["options"]]
            self.assertEqual(votes, world.totals())
            self.assertPasses(world, receipt=self.file(world.receipt(cast)))
            self.assertPasses(world, checkpoint=self.file(world.checkpoint(1 + cast, cosigned=False)))

    def test_forms(self) -> None:
        for length, pieces in ((0, 0), (PIECE_LENGTH, 0), (PIECE_LENGTH + 1, 1), (2 * PIECE_LENGTH - 32, 1),
                               (2 * PIECE_LENGTH, 2), (230 + 192 * 1024, 3)):
            self.assertEqual(pieces_of(length), pieces)
            self.assertEqual(len(leaves(2, bytes(8), bytes(length))), pieces + 1)


class BadPieces(RecordTest):
    sizes = [250, 91]

    def fails(self, detail: str, change: Callable[[World], object], close: bool = True) -> None:
        """Two have cast, each a piece and a last leaf, when something is done: leaves 1 to 4."""
        world = long_world(self.sizes, voters=3)
        change(world)
        if close:
            world.close()
        # Totals of what is no ballot any more are not looked at.
        world.publish(self.folder, tally=b"-", result=b"-")
        self.assertFails(5, detail)

    def replace(self, index: int, change: Callable[[bytes], bytes]) -> Callable[[World], None]:
        def act(world: World) -> None:
            world.entries[index] = change(world.entries[index])
        return act

    def test_pieces(self) -> None:
        self.fails("entry 3: its body has", lambda w: w.entries.pop(3))
        self.fails("entry 4: its hash", self.replace(3, lambda leaf: leaf[:100] + bytes([leaf[100] ^ 1]) + leaf[101:]))
        self.fails("entry 4: its hash", self.replace(4, lambda leaf: leaf[:9] + bytes(32) + leaf[41:]))
        self.fails("entry 4: the pieces before it are not ended", lambda w: w.entries.pop(4))
        self.fails("entry 3: a piece of an entry that does not end", lambda w: w.entries.pop(4), close=False)
        self.fails("entry 4: more pieces", lambda w: w.entries.insert(3, w.entries[3]))
        self.fails("entry 4: its time", self.replace(3, lambda leaf: leaf[:8] + bytes([leaf[8] ^ 1]) + leaf[9:]))
        self.fails("entry 3: ends after", self.replace(3, lambda leaf: leaf[:-1]))
        self.fails("entry 4: ends after", self.replace(4, lambda leaf: leaf[:40]))
        self.fails("entry 4: its body has", self.replace(4, lambda leaf: leaf[:-1]))
        self.fails("entry 4: the pieces before it are not ended", self.replace(4, lambda leaf: b"\3" + leaf[1:169]))

    def test_swapped(self) -> None:
        def swap(world: World, same: bool) -> None:
            pieces = world.entries[1], world.entries[3]
            world.entries[3], world.entries[1] = pieces
            if same:
                for index in range(1, 5):
                    world.entries[index] = world.entries[index][:1] + u(64, world.time) + world.entries[index][9:]
        self.fails("entry 2: its time", lambda w: swap(w, False))
        self.fails("entry 2: its hash", lambda w: swap(w, True))

    def test_needless(self) -> None:
        body = bytes(PIECE_LENGTH)

        def act(world: World) -> None:
            time = u(64, world.time)
            world.entries += [b"\x0a" + time + body, b"\4" + time + hashlib.sha256(body).digest()]
        self.fails("entry 6: a body of 65526 bytes", act)

    def test_short_ballots(self) -> None:
        world = small_world()
        world.entries.append(b"\x0a" + u(64, world.time) + bytes(PIECE_LENGTH))
        world.close()
        world.publish(self.folder)
        self.assertFails(5, "more pieces")

    def test_outside(self) -> None:
        world = long_world(self.sizes)
        world.close()
        world.publish(self.folder)
        self.assertFails(5, "ends within an entry", checkpoint=self.file(world.checkpoint(2, cosigned=False)))
        self.assertFails(5, "not for a cast ballot", receipt=self.file(world.receipt(1, extra=bytes(32))))


if __name__ == "__main__":
    unittest.main()
