"""Check 15: anchors on a public chain, and the mark on Solana."""
from __future__ import annotations

import unittest

from prover import World, inclusion_proof, log, on_curve, sign_with, u
# pylint: disable=wrong-import-order
from anchors import MEMO, MOST_PRICE, mark_message, read_anchors
from records import YES_NO, BadRecordTest, RecordTest, small_world
from trustees import SIGNING

CHAIN, CONTRACT = 31337, bytes(range(1, 21))
ANCHORED = {"anchoring": u(8, 1) + u(64, CHAIN) + CONTRACT}


def anchor(world: World, size: int | None = None, block: int = 7, *, root: bytes | None = None, election: bytes | None = None,
           others: int = 4) -> bytes:
    hashes = [log.leaf_hash(entry) for entry in world.entries][:size]
    board = root or log.root(hashes)
    leaves = [bytes([number]) * 32 + u(64, 1) + bytes(32) for number in range(40, 40 + 50 * others, 50)]
    own = (election or world.id) + u(64, size or len(hashes)) + board
    leaves = sorted([*leaves, own])
    tree, index = [log.leaf_hash(leaf) for leaf in leaves], leaves.index(own)
    path = inclusion_proof(tree, index)
    return (bytes(32) + u(64, block) + u(64, 1_000 + block) + log.root(tree) + u(64, len(tree)) + u(64, size or len(hashes)) + board
            + u(64, index) + u(8, len(path)) + b"".join(path))


def anchors(*parts: bytes, chain: int = CHAIN, contract: bytes = CONTRACT, first: int = 1) -> bytes:
    return b"COMITIAL" + u(16, 1) + u(64, chain) + contract + u(64, first) + u(16, len(parts)) + b"".join(parts)


class GoodAnchors(RecordTest):
    def published(self, world: World) -> dict:
        world.close()
        world.publish(self.folder)
        return self.verify()

    def check(self, result: dict) -> str:
        return next(check["detail"] for check in result["checks"] if check["id"] == 15)

    def test_none(self) -> None:
        self.assertIn("there are none", self.check(self.published(small_world())))

    def test_not_said(self) -> None:
        result = self.published(small_world(options=ANCHORED))
        self.assertTrue(result["ok"])
        self.assertEqual(result["notRun"], [15])

    def test_anchors(self) -> None:
        for others in (0, 1, 4):
            world = small_world(options=ANCHORED)
            world.close()
            world.publish(self.folder, anchors=anchors(anchor(world, 2, others=others), anchor(world, block=8)))
            result = self.verify()
            self.assertTrue(result["ok"], result)
            self.assertIn("2 anchors on chain 31337", self.check(result))

    def test_aborted(self) -> None:
        world = World([YES_NO], options=ANCHORED)
        world.abort("Why")
        world.publish(self.folder, anchors=anchors(anchor(world)))
        for name in ("tally", "result", "draw-closing", "certificate"):
            (self.folder / name).unlink()
        self.assertTrue(self.verify()["ok"])


class BadAnchors(BadRecordTest):
    def bad(self, detail: str, files) -> None:
        self.fails(15, detail, files=lambda world: {"anchors": files(world)}, options=ANCHORED)

    def test_place(self) -> None:
        self.fails(15, "there are none", files=lambda world: {"anchors": anchors(anchor(world))})
        self.bad("chain is not", lambda w: anchors(anchor(w), chain=1))
        self.bad("contract is not", lambda w: anchors(anchor(w), contract=bytes(range(20))))
        self.bad("does not lead", lambda w: anchors(anchor(w, election=bytes(31) + b"1")))
        self.bad("forked", lambda w: anchors(anchor(w, 2, root=bytes(range(32))), anchor(w)))
        self.bad("does not cover", lambda w: anchors(anchor(w, 2)))
        self.bad("more entries", lambda w: anchors(anchor(w, 99)))

    def test_form(self) -> None:
        self.bad("before its time", lambda w: anchors(anchor(w), first=8))
        self.bad("does not cover more", lambda w: anchors(anchor(w), anchor(w)))
        self.bad("before its time", lambda w: anchors(anchor(w, 2, 9), anchor(w, block=8)))
        self.bad("0 anchors", lambda w: anchors())
        self.bad("left over", lambda w: anchors(anchor(w)) + b"1")
        self.bad("ends after", lambda w: anchors(anchor(w))[:-1])
        self.assertEqual(len(read_anchors(anchors(anchor(small_world()))).anchors), 1)


class Marks(RecordTest):
    def setUp(self) -> None:
        super().setUp()
        self.world = small_world()
        self.world.close()
        self.world.publish(self.folder)
        self.certificate = (self.folder / "certificate").read_bytes()
        self.secret = self.world.secret(SIGNING)

    def mark(self, *, certificate: bytes | None = None, account: bytes = b"n" * 32, price: int = 5, secret: int | None = None,
             count: int = 1, end: bytes = b"") -> None:
        message = mark_message(self.world.id, certificate or self.certificate, on_curve(self.secret), account, b"b" * 32, price)
        transaction = bytes([count]) + sign_with(secret or self.secret, message) + message
        (self.folder / "anchor-solana").write_bytes(
            b"COMITIAX" + u(16, 1) + bytes(32) + u(64, 9) + u(16, len(transaction)) + transaction + end)

    def test_good(self) -> None:
        self.mark()
        result = self.verify()
        self.assertTrue(result["ok"], result)
        self.assertIn("marked on Solana in slot 9", result["checks"][-1]["detail"])

    def test_bad(self) -> None:
        for detail, change in (("not the mark", {"certificate": b"another"}), ("a price", {"price": MOST_PRICE + 1}),
                               ("an account", {"account": MEMO}), ("not signed", {"secret": 5}), ("one signature", {"count": 2}),
                               ("left over", {"end": b"1"})):
            self.mark(**change)
            self.assertFails(15, detail)

    def test_aborted(self) -> None:
        world = World([YES_NO])
        world.abort("Why")
        world.publish(self.folder)
        for name in ("tally", "result", "draw-closing", "certificate"):
            (self.folder / name).unlink()
        self.mark()
        self.assertFails(15, "no certificate")


if __name__ == "__main__":
    unittest.main()
