"""The draws and the joint signature (spec 6.10, 6.11): whole records that fail checks 13 and 14, each for its reason."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

from prover import World, group, le, randomness, scalar, sign_with, u
from records import YES_NO, RecordTest

# pylint: disable=wrong-import-order
from findings import Cache
from trustees import BEACON, ELECTION, SIGNING


class EndTest(RecordTest):
    """An election with five trustees, of whom one was absent when it opened."""

    def setUp(self) -> None:
        super().setUp()
        self.cache = Cache()
        self.world = self.make()

    def make(self, **arguments) -> World:
        return World([YES_NO], **{"voter_weights": [1, 1], "n": 5, "t": 3, "quorum": 3, "absent": [4]} | arguments)

    def closed(self, by: Sequence[int] = (1, 2, 5)) -> World:
        self.world.cast(0, [[1, 0]])
        self.world.close()
        self.world.decryptors = list(by)
        self.world.publish(self.folder)
        return self.world

    def files(self) -> dict[str, bytes]:
        return {name: (self.folder / name).read_bytes() for name in ("tally", "result", "draw-closing", "certificate")}

    def check(self, number: int) -> dict:
        return next(check for check in self.verify()["checks"] if check["id"] == number)


class OpeningDraw(EndTest):
    def opened(self, check: int, detail: str, **fields: bytes) -> None:
        """An election opens with these fields in entry 0, or this file; it goes well but for that."""
        world = copy(self.world)
        world.entries = []
        world.open(**fields)
        world.close()
        world.publish(self.folder)
        self.assertFails(check, detail)

    def draw(self, trustees: list[int] | None = None, **parts: bytes) -> bytes:
        """`parts` are named after their places: _2 = … stands in the place of trustee 2's."""
        by_number = {int(name[1:]): part for name, part in parts.items()}
        return self.world.draw(self.world.opening_draw, trustees or self.world.present(), by_number)

    def test_good(self) -> None:
        self.closed()
        self.assertTrue(self.verify()["ok"])
        self.assertEqual(self.check(14)["name"], "draws")
        self.assertIn("opening: 4 parts; closing: 3 parts", self.check(14)["detail"])
        everybody = self.make(n=1, t=1, quorum=1, absent=[])
        everybody.close()
        self.assertPasses(everybody)

    def test_hash(self) -> None:
        self.opened(14, "its hash", draw_hash=bytes(32))
        self.closed()
        (self.folder / "draw-opening").write_bytes(self.draw())
        self.assertFails(14, "draw-opening: its hash is not that of the opening entry")

    def test_malformed(self) -> None:
        good = self.draw()
        for bad, detail in ((good + b"\0", "left over"), (good[:-1], "ends after"), (b"COMITIAA" + good[8:], "COMITIAW"),
                            (self.draw([2, 1, 3, 5]), "ascending"), (good[:50] + u(8, 51) + good[51:], "51 parts")):
            self.opened(14, "draw-opening: ", draw_opening=bad)
            self.assertFails(14, detail)

    def test_trustees(self) -> None:
        for trustees in ([1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 4], [2, 3, 5]):
            self.opened(14, f"parts of the trustees {trustees}, not [1, 2, 3, 5]", draw_opening=self.draw(trustees))
        for stranger in (0, 6):
            part = u(8, stranger) + self.world.draw_part(1, self.world.opening_draw.seed)[1:]
            places = {0: [0, 1, 2, 3, 5], 6: [1, 2, 3, 5, 6]}[stranger]
            self.opened(14, "parts of the trustees", draw_opening=self.draw(places, **{f"_{stranger}": part}))

    def test_parts(self) -> None:
        world, seed = self.world, self.world.opening_draw.seed
        evaluation = world.draw_part(2, seed)
        own = {j: world.draw_part(j, seed)[-80:] for j in (2, 3)}
        for part, detail in (
                (world.draw_part(2, seed, own=own[3]), "own value of trustee 2"),
                (world.draw_part(2, seed, own=world.draw_part(2, bytes(32))[-80:]), "own value of trustee 2"),
                (world.draw_part(2, seed, own=bytes(80)), "own value of trustee 2"),
                (world.draw_part(2, seed, share=world.secret(BEACON, 3)), "evaluation of trustee 2"),
                (world.draw_part(2, seed, share=world.secret(ELECTION, 2)), "evaluation of trustee 2"),
                (world.draw_part(2, bytes(32))[:129] + own[2], "evaluation of trustee 2"),
                (u(8, 2) + world.draw_part(3, seed)[1:129] + own[2], "evaluation of trustee 2"),
                (evaluation[:1] + group.add(evaluation[1:33], group.base(1)) + evaluation[33:], "evaluation of trustee 2"),
                (evaluation[:97] + le(int.from_bytes(evaluation[97:129], "little") + 1) + own[2], "evaluation of trustee 2")):
            self.opened(14, f"draw-opening: the {detail} is bad", draw_opening=self.draw(_2=part))

    def test_other_seeds(self) -> None:
        """Size and root are the file's own; but parts that were made for others are no parts for it."""
        good = self.draw()
        for bad in (good[:10] + u(64, 1) + good[18:], good[:18] + bytes(32) + good[50:]):
            self.opened(14, "evaluation of trustee 1 is bad", draw_opening=bad)
        place = self.world.opening_draw
        for make_seed in (lambda size, root: randomness.opening_seed(bytes(32), size, root),
                          lambda size, root: randomness.closing_seed(self.world.ceremony, size, root)):
            other = self.world.draw(replace(place, make_seed=make_seed), self.world.present())
            self.opened(14, "evaluation of trustee 1 is bad", draw_opening=other)

    def test_output(self) -> None:
        self.opened(14, "not what the opening entry says", draw=bytes(32))
        self.opened(14, "not what the opening entry says", draw=self.world.drawn(bytes(32)))

    def test_needs_check_3_only(self) -> None:
        self.closed()
        for name in ("tally", "roll", "tile/0/000.p/3"):
            path = self.folder / name
            kept = path.read_bytes()
            path.write_bytes(kept[:-1])
            failed = {"tally": 9, "roll": 4}.get(name, 5)
            self.assertFails(failed, "")
            self.assertTrue(self.check(14)["ok"])
            self.assertIn("closing: not looked at", self.check(14)["detail"])
            path.write_bytes(kept)
        (self.folder / "tally").write_bytes(self.files()["tally"] + b"\0")
        (self.folder / "draw-opening").write_bytes(self.draw())
        self.assertFails(9, "left over")
        self.assertFalse(self.check(14)["ok"])
        self.opened(3, "not the sum", joint_key=group.base(5), draw_opening=b"")
        self.assertIn(14, self.verify()["notRun"])
        self.assertIn(13, self.verify()["notRun"])

    def test_aborted(self) -> None:
        for bad in (False, True):
            world = self.make()
            if bad:
                world.entries = []
                world.open(draw=bytes(32))
            world.abort("Why")
            world.publish(self.folder)
            for name in self.files():
                (self.folder / name).unlink()
            if bad:
                self.assertFails(14, "not what the opening entry says")
            else:
                self.assertTrue(self.verify()["ok"])
                self.assertEqual(self.check(14)["detail"], "opening: 4 parts")
            self.assertEqual(self.verify()["notRun"], [9, 11, 12, 13])
            self.assertNotIn("contests", self.verify())


class ClosingDraw(EndTest):
    def published(self, detail: str, draw: bytes) -> None:
        """The certificate is about the draw as it is, so that check 13 passes."""
        self.world.publish(self.folder, **{"draw-closing": draw})
        self.assertFails(14, f"draw-closing: {detail}")

    def test_another_board(self) -> None:
        world = self.closed()
        place = world.closing_draw()
        for other, detail in ((replace(place, size=place.size + 1), "its size and root"),
                              (replace(place, root=bytes(32)), "its size and root"),
                              (world.opening_draw, "its size and root"),
                              (replace(place, make_seed=lambda size, root: randomness.closing_seed(
                                  bytes(32), size, root)), "the evaluation of trustee 1 is bad"),
                              (replace(place, make_seed=lambda size, root: randomness.opening_seed(
                                  world.id, size, root)), "the evaluation of trustee 1 is bad")):
            self.published(detail, world.draw(other, world.decryptors))
        good = world.draw_closing()
        self.published("it has parts of the trustees [], not [1, 2, 5]", good[:50] + b"\0")

    def test_trustees(self) -> None:
        """Those of the tally, be they present at the opening or not."""
        world = self.closed(by=[2, 4, 5])
        self.assertTrue(self.verify()["ok"])
        for trustees in ([2, 4], [1, 4, 5], [2, 3, 4, 5], [2, 5]):
            self.published(f"it has parts of the trustees {trustees}, not [2, 4, 5]", world.draw(world.closing_draw(), trustees))
        world.decryptors = [1, 2, 3, 4, 5]
        world.publish(self.folder)
        self.assertTrue(self.verify()["ok"])

    def test_parts(self) -> None:
        world = self.closed()
        place = world.closing_draw()
        other_own = world.draw_part(5, place.seed)[-80:]
        for part, detail in ((world.draw_part(2, place.seed, own=other_own), "own value of trustee 2"),
                             (world.draw_part(2, place.seed, own=world.draw_part(2, world.opening_draw.seed)[-80:]),
                              "own value of trustee 2"),
                             (world.draw_part(2, place.seed, share=scalar()), "evaluation of trustee 2"),
                             (world.draw_part(2, place.seed, share=world.secret(SIGNING, 2)), "evaluation of trustee 2"),
                             (world.draw_part(2, world.opening_draw.seed), "evaluation of trustee 2")):
            self.published(f"the {detail} is bad", world.draw(place, [1, 2, 5], {2: part}))

    def test_malformed(self) -> None:
        world = self.closed()
        good = self.files()["draw-closing"]
        for bad, detail in ((good + b"\0", "1 bytes left over"), (good[:-1], "ends after"), (b"-", "ends after"),
                            (world.draw(world.closing_draw(), [1, 5, 2]), "the parts do not stand in strictly ascending"),
                            (world.draw(world.closing_draw(), [1, 1, 2, 5]), "the parts do not stand in strictly ascending"),
                            (world.draw_opening[:8] + u(16, 2) + good[10:], "version 2")):
            self.published(detail, bad)

    def test_after_a_bad_decryption(self) -> None:
        """Checks 13 and 14 need check 9, not 11: they are run, but 11 is what a verifier says first."""
        world = self.closed(by=[1, 2])
        self.assertFails(11, "2 partial decryptions")
        self.assertEqual(self.verify()["notRun"], [12])
        self.assertTrue(self.check(13)["ok"] and self.check(14)["ok"])
        world.publish(self.folder, **{"draw-closing": b""})
        self.assertFails(11, "2 partial decryptions")
        self.assertFalse(self.check(14)["ok"])


class JointSignature(EndTest):
    def setUp(self) -> None:
        super().setUp()
        self.closed()
        self.good = self.files()
        self.assertTrue(self.verify()["ok"])

    def certified(self, detail: str, certificate: bytes) -> None:
        (self.folder / "certificate").write_bytes(certificate)
        self.assertFails(13, f"certificate: {detail}")
        self.assertTrue(self.check(14)["ok"])

    def test_any_nonce_will_do(self) -> None:
        self.assertEqual(self.check(13)["name"], "joint signature")
        (self.folder / "certificate").write_bytes(self.world.certificate(self.good))
        self.assertTrue(self.verify()["ok"])

    def test_about_something_else(self) -> None:
        """The trustees' own good signature, on what is not in this folder."""
        make: Callable[..., bytes] = self.world.certificate
        self.certified("it is of another election", make(self.good, election=bytes(32)))
        self.certified("its size and root", make(self.good, size=u(64, 2)))
        self.certified("its size and root", make(self.good, root=bytes(32)))
        other = self.world.result(cast=2)
        self.assertNotEqual(other, self.good["result"])
        self.certified("its hash of result", make(self.good | {"result": other}))
        self.certified("its hash of tally", make(self.good | {"tally": self.world.tally()}))
        self.certified("its hash of draw-closing", make(self.good | {"draw-closing": self.world.draw_closing()}))
        self.certified("its hash of draw-closing", make(self.good | {"draw-closing": self.world.draw_opening}))

    def test_files_changed_afterwards(self) -> None:
        (self.folder / "draw-closing").write_bytes(self.world.draw_closing())
        self.assertFails(13, "its hash of draw-closing")
        (self.folder / "draw-closing").write_bytes(self.good["draw-closing"])
        (self.folder / "tally").write_bytes(self.world.tally())  # As good as the one before, with other nonces.
        self.assertFails(13, "its hash of tally")
        (self.folder / "result").write_bytes(self.world.result(cast=2))
        self.assertFails(12, "the number of cast")

    def test_signed_by_others(self) -> None:
        world, make = self.world, self.world.certificate
        for secret in (world.secret(SIGNING, 1), world.secret(SIGNING) + 1, world.secret(ELECTION), world.secret(BEACON),
                       world.other_polynomials[0][SIGNING][0], -world.secret(SIGNING), scalar()):
            self.certified("the joint signature is bad", make(self.good, secret=secret))
        head = self.good["certificate"][:-64]
        message = b"comitia result certificate/v1\n" + head
        for key in (world.signing_keys[0], world.log_key, world.draw_keys[1]):
            self.certified("the joint signature is bad", head + key.sign(message))

    def test_signatures_on_other_texts(self) -> None:
        head, secret = self.good["certificate"][:-64], self.world.secret(SIGNING)
        for message in (head, b"comitia result certificate/v1" + head, b"comitia result certificate/v2\n" + head,
                        b"comitia ceremony message/v1\n" + head, b"comitia result certificate/v1\n" + head[10:],
                        b"comitia result certificate/v1\n" + head + bytes(64)):
            self.certified("the joint signature is bad", head + sign_with(secret, message))
        signature = self.good["certificate"][-64:]
        response = int.from_bytes(signature[32:], "little") + group.ORDER
        for bad in (bytes(64), signature[32:] + signature[:32], bytes([signature[0] ^ 1]) + signature[1:],
                    signature[:32] + response.to_bytes(32, "little")):
            self.certified("the joint signature is bad", head + bad)

    def test_malformed(self) -> None:
        good = self.good["certificate"]
        for bad, detail in ((good + b"\0", "1 bytes left over"), (good[:-1], "ends after"), (b"", "ends after"),
                            (b"COMITIAW" + good[8:], "does not begin with COMITIAC"),
                            (good[:8] + u(16, 2) + good[10:], "version 2")):
            self.certified(detail, bad)
