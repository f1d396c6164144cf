"""Checks 6 to 8 fail on what they are for."""
from __future__ import annotations

import unittest
from collections.abc import Callable

from prover import World, ballot_hash, encrypt, group, scalar, sign
from records import BadRecordTest


class BadBallots(BadRecordTest):
    # 6

    def test_ballots(self) -> None:
        def values(bits: list[int], **arguments: bool) -> Callable[[World], None]:
            return lambda w: w.cast_ballot(2, encrypt(w.id, w.key, w.manifest, w.voters[2], bits, **arguments)[0]) and None

        def flip(at: int, mask: int = 1) -> Callable[[World], None]:
            def change(world: World) -> None:
                entry = bytearray(world.entries[1])
                entry[at] ^= mask
                world.entries[1] = bytes(entry)
            return change
        # The bits of small_world: Yes, No, then 2 + 2 value bits and slack bits of weights 2 and 2 for L = 5.
        good = [1, 0, 1, 1, 1, 1, 1, 1]
        for bits, detail in (([2, -1] + good[2:], "not a bit"), ([1, 1] + good[2:], "outside its limits"),
                             ([0, 0] + good[2:], "outside its limits"), (good[:2] + [0] * 6, "not a bit"),
                             (good[:6] + [0, 0], "not a bit"), (good[:6] + [2, 0], "not a bit")):
            self.fails(6, detail, values(bits))
        self.fails(6, "outside its limits", values(good, constrain=False))
        last = 9 + 230 + 192 * 8
        self.fails(6, "another election", flip(9))
        self.fails(6, "not reduced", flip(last - 1, 0xe0))
        for at, detail in ((76, "not 1 …"), (78, "ciphertexts"), (79, "group element"), (79 + 64 * 16, "group element"),
                           (last - 64 - 32, "proof"), (last - 64 - 32 * 10, "does not open"), (last - 32, "signature")):
            self.fails(6, detail, flip(at))
        self.fails(6, "not on the roll", lambda w: (w.voters.append(scalar()), w.cast_ballot(
            3, encrypt(w.id, w.key, w.manifest, w.voters[3], good)[0])) and None)
        self.fails(6, "signature", lambda w: w.add(2, (b := w.encrypt(2, [[1, 0], [1, 1]])[0]) + sign(
            w.id, w.voters[2], 2, ballot_hash(b))) and None)
        self.fails(6, "another election", lambda w: w.cast_ballot(2, encrypt(
            bytes(32), w.key, w.manifest, w.voters[2], good)[0]) and None)
        self.fails(6, "does not open", lambda w: w.cast_ballot(2, encrypt(
            w.id, group.base(7), w.manifest, w.voters[2], good)[0]) and None)

    # 7

    def test_one_vote(self) -> None:
        self.fails(7, "re-voting is not allowed", options={"revoting": 0})
        def older(world: World) -> None:
            ballot = world.encrypt(2, [[1, 0], [1, 1]])[0]
            world.cast(2, [[1, 0], [1, 1]])
            world.cast_ballot(2, ballot)
        self.fails(7, "the number 1 is not above 2", older)
        self.fails(7, "the number 2 is not above 2", lambda w: w.cast_ballot(
            0, w.encrypt(0, [[1, 0], [1, 1]], number=2)[0]) and None)
        self.fails(7, "a ciphertext stands", lambda w: w.add(2, w.entries[1][9:]) and None)
        self.fails(7, "a ciphertext stands in entry 3", lambda w: w.add(4, w.entries[3][9:]) and None)

    # 8

    def test_challenges(self) -> None:
        def signed(intent: int, election: bytes | None = None) -> Callable[[World], None]:
            return lambda w: w.add(3, (election or w.id) + group.base(w.voters[0]) + bytes(32) + sign(
                election or w.id, w.voters[0], intent, bytes(32))) and None

        def open_(values: list[list[int]] = [[1, 0], [1, 1]], by: int = 2, change: int = 0, first: bool = False,
                  challenged: bool = True) -> Callable[[World], None]:
            def add(world: World) -> None:
                ballot, randomness, bits = world.encrypt(2, values)
                if challenged and not first:
                    world.challenge(by, ballot_hash(ballot))
                world.publish_opening(2, ballot, bits[:change] + [1 - bits[change]] + bits[change + 1:]
                                      if change else bits, randomness)
                if first:
                    world.challenge(by, ballot_hash(ballot))
            return add
        self.fails(8, "another election", signed(2, bytes(32)))
        self.fails(8, "signature", signed(1))
        self.fails(8, "challenged twice", lambda w: w.challenge(0, w.entries[2][73:105]) and None)
        self.fails(8, "both challenged and cast", lambda w: w.challenge(0, ballot_hash(w.entries[1][9:-64])) and None)
        self.fails(8, "more than 20", lambda w: [w.challenge(0, bytes([i]) * 32) for i in range(21)] and None)
        self.fails(8, "was not challenged", open_(challenged=False))
        self.fails(8, "was not challenged", open_(first=True))
        self.fails(8, "another credential", open_(by=1))
        self.fails(8, "re-encrypt", open_(change=3))
        self.fails(8, "not on the roll", lambda w: (w.voters.append(scalar()), w.challenge(3, bytes(32))) and None)
        self.fails(8, "entry 6", lambda w: w.add(4, w.entries[3][9:-1]) and None)
        self.fails(8, "left over", lambda w: w.entries.__setitem__(3, w.entries[3] + b"\0"))
        self.fails(8, "the ballot has", lambda w: w.entries.__setitem__(3, w.entries[3][:10] + b"\0" + w.entries[3][11:]))


if __name__ == "__main__":
    unittest.main()
