"""Renewals (spec 6.12): whole records whose shares were handed over, good ones and such as fail, each for its reason."""
from __future__ import annotations

import hashlib
from collections.abc import Callable

from handing_over import HandOver, renew
from prover import SigningKey, World, group
from records import YES_NO, RecordTest

# pylint: disable=wrong-import-order
from record import NotARecord


class RenewalTest(RecordTest):
    def setUp(self) -> None:
        super().setUp()
        self.world = World([YES_NO], voter_weights=[1, 1], n=5, t=3, quorum=3)
        self.files: list[bytes] = []
        self.world.cast(0, [[1, 0]])

    def renew(self, *replaced: int, by: tuple[int, ...] = (1, 2, 5), change: Callable[[HandOver], None] = lambda _: None) -> None:
        renew(self.world, self.files, list(replaced), list(by), change)

    def publish(self, **changed: bytes) -> None:
        if self.world.entries[-1][0] != 5:
            self.world.cast(1, [[0, 1]])
            self.world.close()
        self.world.publish(self.folder, **changed)
        for number, file in enumerate(self.files, 1):
            (self.folder / f"renewal-{number}").write_bytes(file)
        for number, one in enumerate(getattr(self.world, "in_force", []), 1):
            (self.folder / f"renewal-{number}-checkpoint").write_bytes(one.encoded(self.world))

    def fails(self, detail: str, *replaced: int, change: Callable[[HandOver], None]) -> None:
        self.renew(*replaced, change=change)
        self.publish()
        self.assertFails(3, detail)


class Good(RenewalTest):
    def test_refreshed_twice(self) -> None:
        self.renew()
        self.renew(by=(3, 4, 5))
        self.publish()
        self.assertTrue(self.verify()["ok"])

    def test_replaced(self) -> None:
        self.renew(2, 4)
        self.world.decryptors = [2, 3, 4]
        self.publish()
        self.assertTrue(self.verify()["ok"])

    def test_checkpoints_of_every_time(self) -> None:
        """Those given from outside have the cosignatures of the trustees of their size."""
        early, old = self.world.checkpoint(), self.world.signing_keys
        self.renew(2)
        late = self.world.checkpoint()
        self.publish()
        for given in (early, late):
            self.assertTrue(self.verify(checkpoint=self.file(given))["ok"])
        # A line by a key that is nobody's at that size is passed over, like any unknown one (spec 5.7).
        self.world.signing_keys = old
        self.assertTrue(self.verify(checkpoint=self.file(self.world.checkpoint()))["ok"])


class Bad(RenewalTest):
    def test_missing_file(self) -> None:
        self.renew()
        self.publish()
        (self.folder / "renewal-1").unlink()
        with self.assertRaises(NotARecord):
            self.verify()

    def test_hash(self) -> None:
        self.renew()
        self.files[0] = self.files[0][:-1] + bytes([self.files[0][-1] ^ 1])
        self.publish()
        self.assertFails(3, "renewal-1: its hash is not that of entry 2")

    def test_wrong_part_of_a_key(self) -> None:
        for purpose in (1, 2, 3):
            with self.subTest(purpose=purpose):
                self.setUp()

                def change(hand_over: HandOver, purpose: int = purpose) -> None:
                    hand_over.dealings[1].polynomials[purpose][0] += 1
                self.fails(f"trustee 2 dealt something else than its part of key {purpose}", change=change)

    def test_signature(self) -> None:
        def change(hand_over: HandOver) -> None:
            hand_over.dealings[0].key = SigningKey()
        self.fails("trustee 1 has not signed its deal", change=change)

    def test_terms(self) -> None:
        def change(hand_over: HandOver) -> None:
            keys, hand_over.signing_keys = hand_over.signing_keys, [SigningKey() for _ in hand_over.signing_keys]
            hand_over.terms = hand_over.real_terms()
            hand_over.signing_keys = keys
        self.fails("trustee 1 dealt on other terms", 3, change=change)

    def test_copied_ephemeral_key(self) -> None:
        def change(hand_over: HandOver) -> None:
            deals = [hand_over.deal(dealing) for dealing in hand_over.dealings]
            deals[1] = deals[1][:-128] + deals[0][-128:]
            hand_over.deals = deals
        self.fails("the proof of the ephemeral key of trustee 2 is bad", change=change)

    def test_confirmation(self) -> None:
        self.renew(4)
        key = self.world.signing_keys[3].public
        at = self.files[0].index(key) + 96
        self.files[0] = self.files[0][:at] + bytes(64) + self.files[0][at + 64:]
        self._rewrite_entry()
        self.assertFails(3, "renewal-1: trustee 4 has not confirmed")

    def test_dealers(self) -> None:
        def twice(hand_over: HandOver) -> None:
            hand_over.dealings[1] = hand_over.dealings[0]
        self.fails("its dealers are [1, 1, 5]", change=twice)

    def test_members(self) -> None:
        def one_key(hand_over: HandOver) -> None:
            hand_over.signing_keys[3] = hand_over.signing_keys[0]

        def other_name(hand_over: HandOver) -> None:
            hand_over.names[0] = "Somebody"

        def one_name(hand_over: HandOver) -> None:
            hand_over.names[3] = hand_over.names[0]

        def log_key(hand_over: HandOver) -> None:
            hand_over.signing_keys[3] = self.world.log_key

        def one_draw_key(hand_over: HandOver) -> None:
            hand_over.draw_keys[1] = hand_over.draw_keys[0]

        def no_transport(hand_over: HandOver) -> None:
            hand_over.transports[1] = group.IDENTITY
        for change, detail in ((one_key, "two trustees have one signing_key"), (other_name, "trustee 1 has another name"),
                               (one_name, "two trustees have one name"), (log_key, "the signing key of trustee 4 was one before"),
                               (one_draw_key, "two trustees have one draw_key"), (no_transport, "of trustee 2 is no point")):
            with self.subTest(detail=detail):
                self.setUp()
                self.fails(detail, 4, change=change)

    def test_one_who_was_replaced_comes_back(self) -> None:
        old = self.world.signing_keys[2]
        self.renew(3)

        def change(hand_over: HandOver) -> None:
            hand_over.signing_keys[2] = old
        self.fails("renewal-2: the signing key of trustee 3 was one before", 3, change=change)

    def test_numbers(self) -> None:
        def second(hand_over: HandOver) -> None:
            hand_over.number = 2
        self.renew(change=second)
        self.publish()
        self.assertFails(5, "entry 2: it is not renewal 1")

    def test_not_in_force(self) -> None:
        """The trustees before must have cosigned a checkpoint that contains the renewal."""
        def too_few(world: World) -> None:
            world.in_force[0].keys.pop(2)

        def successors(world: World) -> None:
            world.in_force[0].keys = dict(enumerate(world.signing_keys[:3], 1))

        def beside(world: World) -> None:
            world.in_force[0].keys[4] = world.signing_keys[3]

        def order(world: World) -> None:
            world.in_force[0].keys = dict(reversed(world.in_force[0].keys.items()))

        def too_early(world: World) -> None:
            world.in_force[0].size -= 1

        def too_large(world: World) -> None:
            world.in_force[0].size = len(world.entries) + 1
        for change, detail in ((too_few, "2 cosignatures, and 3 are needed"), (successors, "the cosignature of trustee 1 is bad"),
                               (beside, "the cosignature of trustee 4 is bad"), (order, "not stand in ascending order"),
                               (too_early, "it does not contain the renewal"), (too_large, "entries, the record")):
            with self.subTest(detail=detail):
                self.setUp()
                self.renew(1, 4)
                self.world.cast(1, [[0, 1]])
                self.world.close()
                change(self.world)
                self.publish()
                self.assertFails(5, detail)

    def test_in_force_elsewhere(self) -> None:
        self.renew(1)
        self.publish()
        path = self.folder / "renewal-1-checkpoint"
        path.write_bytes(self.world.in_force[0].encoded(self.world, root=bytes(32)))
        self.assertFails(5, "renewal-1-checkpoint: forked")
        path.unlink()
        with self.assertRaises(NotARecord):
            self.verify()

    def test_given_up_before_it_is_in_force(self) -> None:
        self.renew(1)
        self.world.abort("A reason.")
        self.world.publish(self.folder)
        (self.folder / "renewal-1").write_bytes(self.files[0])
        for name in ("tally", "result", "draw-closing", "certificate"):
            (self.folder / name).unlink()
        self.assertTrue(self.verify()["ok"])

    def test_old_share(self) -> None:
        held = self.world.polynomials
        self.renew()
        new, self.world.polynomials = self.world.polynomials, held
        self.world.cast(1, [[0, 1]])
        self.world.close()
        tally = self.world.tally()
        self.world.polynomials = new
        self.publish(tally=tally)
        self.assertFails(11, "tally: the proof of trustee 1 is bad")

    def test_old_cosigner(self) -> None:
        old = self.world.signing_keys
        self.renew(3)
        self.world.signing_keys = old
        self.publish()
        self.assertFails(5, "checkpoint: the cosignature of trustee 3 is bad")

    def test_old_draw_key(self) -> None:
        old = self.world.draw_keys
        self.renew()
        self.world.draw_keys = old
        self.publish()
        self.assertFails(14, "draw-closing: the own value of trustee 1 is bad")

    def test_bytes(self) -> None:
        """No byte of the file can change, whoever writes the entry."""
        self.renew(3)
        good = self.files[0]
        for at in range(0, len(good), 37):
            self.files[0] = good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1:]
            self._rewrite_entry()
            self.assertEqual(next(check["id"] for check in self.verify()["checks"] if not check["ok"]), 3, f"byte {at}")

    def _rewrite_entry(self) -> None:
        self.world.entries[2] = self.world.entries[2][:11] + hashlib.sha256(self.files[0]).digest()
        self.publish()
