"""Checks 9, 11 and 12 fail on what they are for."""
from __future__ import annotations

import unittest
from collections.abc import Callable

from prover import World, u
from records import BadRecordTest


class BadEndings(BadRecordTest):
    # 9

    def test_tally(self) -> None:
        def replaced(at: int, data: bytes) -> Callable[[World], dict[str, bytes]]:
            return lambda w: {"tally": (t := w.tally())[:at] + data + t[at + len(data):]}
        self.fails(9, "its size", files=replaced(10, u(64, 5)))
        self.fails(9, "its root", files=replaced(18, bytes(32)))
        self.fails(9, "totals, not", files=replaced(50, u(16, 5)))
        self.fails(9, "total 0 is not", files=replaced(52, bytes(32)))
        self.fails(9, "left over", files=lambda w: {"tally": w.tally() + b"\0"})

    # 11

    def test_decryption(self) -> None:
        self.fails(11, "1 partial decryptions", lambda w: setattr(w, "decryptors", [2]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [2, 1]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [2, 2]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [1, 4]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [0, 1]))
        self.fails(11, "did not cosign", lambda w: setattr(w, "cosigners", [1, 2]))
        self.fails(11, "proof of trustee 3", lambda w: w.__setattr__("partial", lambda j, root, totals: World.partial(
            w, j, root, totals, share=5 if j == 3 else None)))

    # 12

    def test_result(self) -> None:
        for what in ("cast", "counted", "weight", "challenged", "replaced"):
            self.fails(12, "the number of", files=lambda w, what=what: {"result": w.result(**{what: 9})})
        self.fails(12, "not what the decryption gives", lambda w: w.votes[1][0].reverse())
        self.fails(12, "above what", files=lambda w: {"result": w.result()[:-8] + u(64, 7)})
        self.fails(12, "left over", files=lambda w: {"result": w.result() + b"\0"})
