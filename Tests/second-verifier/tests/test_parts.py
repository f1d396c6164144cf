"""The parts on their own: what they must read, and what they must refuse."""
from __future__ import annotations

import hashlib
import itertools
import unittest

from prover import SigningKey, World, cosign, encode_manifest, group, inclusion_proof, line, log, scalar, text, u
from ballots import Election, proof_fault, read_cast_ballot
from codec import Malformed, Reader
from group import FIELD, ORDER
from manifest import read_manifest, weights
from record import read_certificate, read_draw
from transcript import Transcript


class GroupTest(unittest.TestCase):
    def test_only_canonical_points(self) -> None:
        point = group.base(scalar())
        self.assertTrue(group.is_point(point))
        self.assertTrue(group.is_point(group.IDENTITY))
        value = int.from_bytes(point, "little")
        for other in (value | 1 << 255, FIELD - value, value + FIELD, FIELD, 1, 1 << 255, 2**256 - 1):
            self.assertFalse(group.is_point((other % 2**256).to_bytes(32, "little")))

    def test_zero_and_identity(self) -> None:
        point = group.base(5)
        self.assertEqual(group.multiply(0, point), group.IDENTITY)
        self.assertEqual(group.multiply(ORDER, point), group.IDENTITY)
        self.assertEqual(group.multiply(3, group.IDENTITY), group.IDENTITY)
        self.assertEqual(group.base(0), group.IDENTITY)
        self.assertEqual(group.subtract(point, point), group.IDENTITY)
        self.assertEqual(group.combine([2, ORDER - 1], [point, group.base(10)]), group.IDENTITY)

    def test_scalars_are_reduced(self) -> None:
        self.assertEqual(Reader((ORDER - 1).to_bytes(32, "little")).scalar(), ORDER - 1)
        with self.assertRaises(Malformed):
            Reader(ORDER.to_bytes(32, "little")).scalar()


class CodecTest(unittest.TestCase):
    def test_text(self) -> None:
        self.assertEqual(Reader(text("Zoë 🗳")).text(200, "it"), "Zoë 🗳")
        self.assertEqual(Reader(text("a\nb")).description(), "a\nb")
        self.assertEqual(Reader(text("")).description(), "")
        self.assertEqual(Reader(text("x" * 200)).text(200, "it"), "x" * 200)
        for bad in (b"", b"a\nb", b"a\tb", b"\x7f", b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82", b"x" * 201):
            with self.assertRaises(Malformed):
                Reader(u(16, len(bad)) + bad).text(200, "it")
        for bad in (b"\r\n", b"\x7f", b"\x1f", b"x" * 4001):
            with self.assertRaises(Malformed):
                Reader(u(16, len(bad)) + bad).description()

    def test_transcript_is_framed_as_specified(self) -> None:
        frame = b"\0\0\0\x0acomitia/v1\0\0\0\4test" + b"\0\0\0\1a\0\0\0\2xy" + b"\0\0\0\1n\0\0\0\x08" + u(64, 7)
        transcript = Transcript("test", a=b"xy", n=7)
        frame += b"\0\0\0\1c\0\0\0\0"
        self.assertEqual(transcript.challenge("c"), int.from_bytes(hashlib.sha512(frame).digest(), "little") % ORDER)
        frame += b"\0\0\0\1d\0\0\0\0"
        self.assertEqual(transcript.digest("d"), hashlib.sha512(frame).digest()[:32])


class ManifestTest(unittest.TestCase):
    def test_weights_reach_every_number_and_no_other(self) -> None:
        for most in range(1, 40):
            sums = {sum(chosen) for k in range(len(weights(most)) + 1) for chosen in itertools.combinations(weights(most), k)}
            self.assertEqual(sums, set(range(most + 1)))
            self.assertEqual(weights(most)[0], 1)
        self.assertEqual(weights(10), [1, 2, 4, 3])
        self.assertEqual(weights(2), [1, 1])

    def test_bits(self) -> None:
        for contest, bits in (((1, 1, 0, 1, "ab"), 2), ((2, 1, 1, 1, "abc"), 3), ((3, 1, 1, 3, "abcd"), 5),
                              ((3, 1, 0, 3, "abcd"), 5), ((3, 1, 0, 4, "abcd"), 4), ((3, 1, 2, 2, "abcd"), 4),
                              ((4, 10, 0, 20, "ab"), 8), ((4, 10, 1, 20, "ab"), 8 + 4)):
            self.assertEqual(read_manifest(encode_manifest([contest])).bits, bits, contest)

    def test_refused(self) -> None:
        names = [str(i) for i in range(251)]
        for contest in ((1, 1, 0, 1, "abc"), (1, 2, 0, 1, "ab"), (1, 1, 2, 1, "ab"), (1, 1, 0, 2, "ab"), (2, 1, 0, 1, "a"),
                        (2, 1, 0, 1, names), (2, 1, 0, 2, "abc"), (3, 1, 3, 2, "abc"), (3, 1, 0, 4, "abc"),
                        (3, 1, 0, 0, "abc"), (3, 2, 0, 2, "abc"), (4, 1, 0, 2, "ab"), (4, 1001, 0, 2002, "ab"),
                        (4, 5, 0, 9, "ab"), (4, 5, 2, 10, "ab"), (0, 1, 0, 1, "ab"), (5, 1, 0, 1, "ab"), (2, 1, 0, 1, "aa"),
                        (2, 1, 0, 1, ["a", ""]), (3, 1, 0, 1, "")):
            with self.assertRaises(Malformed, msg=contest):
                read_manifest(encode_manifest([contest]))
        good = (1, 1, 1, 1, "ab")
        for wrong in ({"opens": 5, "closes": 5}, {"revoting": 2}, {"issuer": 3}, {"small": 2}, {"title": ""}):
            with self.assertRaises(Malformed):
                read_manifest(encode_manifest([good], **wrong))
        for wrong in (u(8, 4), u(8, 1) + u(64, 0) + b"c" * 20, u(8, 1) + u(64, 2**53) + b"c" * 20, u(8, 3) + u(64, 1) + bytes(20)):
            with self.assertRaises(Malformed):
                read_manifest(encode_manifest([good], anchoring=wrong))
        anchoring = read_manifest(encode_manifest([good], anchoring=u(8, 2) + u(64, 137) + b"c" * 20)).anchoring
        self.assertEqual((anchoring.mode, anchoring.chain, anchoring.contract), (2, 137, b"c" * 20))
        thousand = [(3, 1, 0, 250, names[:250])] * 4
        for contests in ([], [good] * 51, [*thousand, (3, 1, 0, 25, names[:25])]):
            with self.assertRaises(Malformed):
                read_manifest(encode_manifest(contests))
        read_manifest(encode_manifest([*thousand, (3, 1, 0, 24, names[:24])]))
        read_manifest(encode_manifest([good] * 50, opens=5, closes=6))


class BallotTest(unittest.TestCase):
    def test_every_byte_counts(self) -> None:
        """No byte of a cast ballot can change without the proof or the signature going bad."""
        world = World([(2, 1, 0, 1, "ab"), (3, 1, 1, 1, "a")])
        at = world.cast(0, [[0, 1], [1]])
        body, election = world.entries[at][9:], Election(world.id, world.key, world.manifest)
        self.assertIsNone(proof_fault(read_cast_ballot(body, 3).ballot, election))
        for i in range(64 + 32, len(body) - 64):
            changed = body[:i] + bytes([body[i] ^ 2]) + body[i + 1:]
            try:
                self.assertIsNotNone(proof_fault(read_cast_ballot(changed, 3).ballot, election), i)
            except Malformed:
                pass


class DrawFileTest(unittest.TestCase):
    def test_draws(self) -> None:
        world = World([(1, 1, 1, 1, "ab")])
        good = world.draw_opening
        parts = [good[51 + 209 * i:51 + 209 * (i + 1)] for i in range(3)]
        self.assertEqual(good, good[:50] + b"\3" + b"".join(parts))
        draw = read_draw(good)
        self.assertEqual((draw.size, draw.root), (world.opening_draw.size, world.opening_draw.root))
        self.assertEqual([part.trustee for part in draw.parts], [1, 2, 3])
        self.assertEqual([part.own for part in draw.parts], [part[-80:] for part in parts])
        self.assertEqual(read_draw(good[:50] + b"\0").parts, [])
        fifty = [bytes([i]) + parts[0][1:] for i in range(1, 52)]
        self.assertEqual(len(read_draw(good[:50] + u(8, 50) + b"".join(fifty[:50])).parts), 50)
        for bad, detail in ((good[:50] + u(8, 51) + b"".join(fifty), "51 parts"), (good[:-1], "ends after"),
                            (good + b"\0", "left over"), (b"COMITIAA" + good[8:], "COMITIAW"),
                            (good[:8] + u(16, 2) + good[10:], "version"), (b"", "ends after"),
                            (good[:50] + b"\2" + parts[1] + parts[0], "ascending"),
                            (good[:50] + b"\2" + parts[0] * 2, "ascending"),
                            *((good[:at] + b"\xff" * 32 + good[at + 32:], "group element") for at in (52, 84, 116)),
                            (good[:148] + b"\xff" * 32 + good[180:], "not reduced")):
            with self.assertRaisesRegex(Malformed, detail):
                read_draw(bad)

    def test_certificates(self) -> None:
        """The file is read as written; what is signed is all before the signature, after a line of its own."""
        values = [bytes([i]) * 32 for i in range(1, 6)]
        head = b"COMITIAC" + u(16, 1) + values[0] + u(64, 7) + b"".join(values[1:])
        good = head + bytes(range(64))
        read = read_certificate(good)
        self.assertEqual([read.election, read.root, read.tally, read.result, read.draw], values)
        self.assertEqual((read.size, read.signature), (7, bytes(range(64))))
        self.assertEqual(read.message, b"comitia result certificate/v1\n" + head)
        self.assertEqual(len(good), 242)
        for bad in (good[:-1], good + b"\0", b"COMITIAA" + good[8:], good[:8] + u(16, 2) + good[10:], b""):
            with self.assertRaises(Malformed):
                read_certificate(bad)


class LogTest(unittest.TestCase):
    def test_paths(self) -> None:
        self.assertEqual(list(log.bundle_paths(257)), [("tile/entries/000", 256), ("tile/entries/001.p/1", 1)])
        paths = [path for path, _ in log.hash_tile_paths(70_000)]
        self.assertEqual(len(paths), 273 + 1 + 1 + 1 + 1)
        self.assertEqual(paths[-4:], ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"])
        self.assertEqual([path for path, _ in log.hash_tile_paths(256)], ["tile/0/000", "tile/1/000.p/1"])
        self.assertIn("tile/0/x001/x234/067", itertools.islice((p for p, _ in log.tile_paths("tile/0", 2**30)), 1234067, 1234068))

    def test_roots_and_inclusion(self) -> None:
        hashes = [log.leaf_hash(bytes([i])) for i in range(40)]
        self.assertEqual(log.root([]), hashlib.sha256(b"").digest())
        for size in range(1, 41):
            root = self.definition(hashes[:size])
            self.assertEqual(log.root(hashes[:size]), root)
            for index in range(size):
                proof = inclusion_proof(hashes[:size], index)
                self.assertEqual(log.root_of_inclusion(hashes[index], index, size, proof), root)
                for wrong in (proof[1:], proof + [root]):
                    if wrong != proof:
                        with self.assertRaises(Malformed):
                            log.root_of_inclusion(hashes[index], index, size, wrong)
        with self.assertRaises(Malformed):
            log.root_of_inclusion(hashes[0], 5, 5, [])

    def definition(self, hashes: list[bytes]) -> bytes:
        if len(hashes) == 1:
            return hashes[0]
        k = 1 << (len(hashes) - 1).bit_length() - 1
        return log.node_hash(self.definition(hashes[:k]), self.definition(hashes[k:]))

    def test_tiles_of_a_large_log(self) -> None:
        hashes = [hashlib.sha256(i.to_bytes(4, "big")).digest() for i in range(256 * 256 + 300)]
        tiles = dict(log.hash_tiles(hashes))
        self.assertEqual(list(tiles), [path for path, _ in log.hash_tile_paths(len(hashes))])
        self.assertEqual(tiles["tile/2/000.p/1"], log.root(hashes[:65536]))

    def test_example(self) -> None:
        """The example of spec 5.10."""
        log_key, trustee = SigningKey(bytes(range(32))), SigningKey(bytes(range(32, 64)))
        origin = "vote.example/a1b2"
        self.assertEqual(log.key_id(origin, 1, log_key.public).hex(), "baf66ca9")
        self.assertEqual(log.key_id(origin + "/trustee/1", 4, trustee.public).hex(), "3adc4ecc")
        entries = [b"one", b"two", b"three"]
        self.assertEqual(log.read_bundle(bytes.fromhex("00036f6e65000374776f00057468726565"), 3), entries)
        hashes = [log.leaf_hash(entry) for entry in entries]
        self.assertEqual(dict(log.hash_tiles(hashes)), {"tile/0/000.p/3": bytes.fromhex(
            "d0d7360ab79f58ab1e1e3fe64ad77e2ea0bc07e36b5f46ed2223edd9298df9e9ab1ab7f07c7c8fe0eff4ba6faa53c7e4412e91a599153e8a"
            "a4e01beece5b7825671f146c5e471e8a1a83a3c214ce4ba907b8f3a5888d14cc8cd3ce75bb12ef94")})
        data = """c2sp.org/tlog-proof@v1
extra dHJhY2tlcg==
index 2
T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=

vote.example/a1b2
3
Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=

— vote.example/a1b2 uvZsqeiB6G/3ienGwh9q/pGa5YMUPuUT6R0xBDcrdlY4eEcNKP8FZQc2ptY2SIjq5/rLLr3jCIVuswBb5gmu3cpXHwU=
— vote.example/a1b2/trustee/1 OtxOzAAAAABlU/EApTLQ8Mm8x7y1rhNktCftv4tIquwNYyqlhkac9TAvzUIT5KaCy/fn3MPXuP0RTdqeNa+gsVGk9oPUqf10xYePDw==
""".encode()
        receipt = log.read_receipt(data)
        self.assertEqual((receipt.extra, receipt.index), (b"tracker", 2))
        self.assertEqual(log.root_of_inclusion(hashes[2], 2, 3, receipt.proof), receipt.checkpoint.root)
        receipt.checkpoint.demand_good(log_key.public, {origin + "/trustee/1": trustee.public})
        text_ = receipt.checkpoint.text.decode()
        self.assertTrue(data.decode().endswith(
            line(origin, 1, log_key, log_key.sign(text_.encode())) + cosign(text_, origin + "/trustee/1", trustee)))
        log.read_receipt(data.replace(b"extra dHJhY2tlcg==\n", b""))
        for old, new in ((b"dHJhY2tlcg==", b""), (b"dHJhY2tlcg==", b"dHJhY2tlch=="), (b"index 2", b"index 3"),
                         (b"index 2", b"index -1"), (b"v1\n", b"v2\n"), (b"ci4=\n\n", b"ci4=\n"), (b"index 2\n", b"")):
            with self.assertRaises(Malformed, msg=(old, new)):
                log.read_receipt(data.replace(old, new, 1))

    def test_notes_refused(self) -> None:
        world = World([(1, 1, 1, 1, "ab")])
        good = world.checkpoint()
        self.assertEqual(log.read_checkpoint(good).size, 1)
        for old, new in ((b"\n1\n", b"\n01\n"), (b"\n1\n", b"\n+1\n"), (b"\n1\n", b"\n9223372036854775808\n"),
                         (b"\n1\n", "\n١\n".encode()), (b"\n1\n", b"\n0\n"),
                         (b"board/trustee/2", b"b" * 256), (b"board/trustee/2", "bo\u2003ard".encode()), (b"=\n", b"\n"), (b"=\n", b"=\r\n"), (b"=\n\n", b"=\n"),
                         (b"=\n\n", b"=\nmore\n\n"), ("— ".encode(), b"- "), ("— ".encode(), "—  ".encode()),
                         (b"\xe2", b"\xff"), (b"board ", b"bo+rd "), (b"board ", b"board"), (b"comitia", b"\0comitia")):
            self.assertIn(old, good)
            with self.assertRaises(Malformed, msg=(old, new)):
                log.read_checkpoint(good.replace(old, new))
        last = good.split(b"\n")[-2] + b"\n"
        unknown = "".join(f"— witness{i} {'A' * 8}\n" for i in range(60)).encode()
        log.read_checkpoint(good + unknown)
        self.assertEqual(len(log.read_checkpoint(good + "— witness b2xkIHNpZ25hdHVyZQ==\n".encode()).signatures), 5)
        for wrong in (good + last, good + unknown + "— w AAAAAAAA\n".encode(), good + "— w AAAAAA==\n".encode(), good[:-1], good + b"\n", b"\n" + good, good[:good.index(b"\n\n") + 2], b""):
            with self.assertRaises(Malformed):
                log.read_checkpoint(wrong)


if __name__ == "__main__":
    unittest.main()
