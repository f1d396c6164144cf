"""Randomness (spec 11): the published vectors, and what must be refused."""
from __future__ import annotations

import hashlib
import itertools
import json
import unittest
from collections.abc import Callable
from pathlib import Path

import prover  # it makes the verifier's modules importable
import edwards
import group
import randomness
from codec import Malformed, Reader
from randomness import Beacon, PartialEvaluation

VECTORS = Path(__file__).resolve().parents[2] / "Vectors"


def flips(data: bytes) -> list[bytes]:
    """The bytes with one bit of each changed, another in each."""
    return [data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:] for at in range(len(data))]


class CurveTest(unittest.TestCase):
    def test_base_and_order(self) -> None:
        self.assertEqual(edwards.encode_edwards(edwards.BASE).hex(), "58" + "66" * 31)
        self.assertEqual(edwards.multiply_edwards(group.ORDER, edwards.BASE), edwards.NEUTRAL)

    def test_only_canonical_encodings(self) -> None:
        for y in (1, group.FIELD - 1):
            self.assertIsNotNone(edwards.decode_edwards(y.to_bytes(32, "little")))
            self.assertIsNone(edwards.decode_edwards((y | 1 << 255).to_bytes(32, "little")))
        for y in (group.FIELD, group.FIELD + 1, 2**255 - 1):
            self.assertIsNone(edwards.decode_edwards(y.to_bytes(32, "little")))
        found = [y for y in range(100) if edwards.decode_edwards(y.to_bytes(32, "little")) is not None]
        self.assertTrue(20 < len(found) < 80)


class RistrettoTest(unittest.TestCase):
    def test_multiples_of_the_generator(self) -> None:
        """ρ(a·G) = a·B; of the identity it is the neutral point."""
        self.assertEqual(edwards.torsion_free(group.base(1)), edwards.encode_edwards(edwards.BASE))
        self.assertEqual(edwards.torsion_free(group.IDENTITY), edwards.encode_edwards(edwards.NEUTRAL))
        for _ in range(40):
            a = prover.scalar()
            self.assertEqual(edwards.torsion_free(group.base(a)), prover.on_curve(a))

    def test_elements_that_no_scalar_is_known_of(self) -> None:
        """ρ(P) lies in P's coset: it differs from the point decoded by one of order 4 at most; and it has no torsion."""
        torsion = set()
        for number in range(40):
            element = group.mapped(hashlib.sha512(bytes([number])).digest())
            encoded, decoded = edwards.torsion_free(element), edwards.decode_ristretto(element)
            self.assertTrue(group.is_edwards_point(encoded))
            point = edwards.decode_edwards(encoded)
            between = edwards.add_edwards(point, edwards.negated(decoded))
            self.assertEqual(edwards.multiply_edwards(4, between), edwards.NEUTRAL)
            torsion.add(between)
        self.assertEqual(len(torsion), 4)

    def test_only_canonical_encodings(self) -> None:
        found = 0
        for number in range(200):
            data = hashlib.sha256(bytes([number])).digest()
            for encoded in (data, bytes([data[0] & 254]) + data[1:31] + bytes([data[31] & 127])):
                self.assertEqual(edwards.decode_ristretto(encoded) is not None, group.is_point(encoded))
                found += group.is_point(encoded)
        self.assertGreater(found, 20)
        element = group.base(5)
        value = int.from_bytes(element, "little")
        for other in (value | 1 << 255, group.FIELD - value, group.FIELD, group.FIELD - 1, 1):
            with self.assertRaises(ValueError):
                edwards.torsion_free(group.Point(other.to_bytes(32, "little")))
        for wrong in (element[:31], element + b"\0", b""):
            self.assertIsNone(edwards.decode_ristretto(wrong))


class FunctionTest(unittest.TestCase):
    def setUp(self) -> None:
        self.vectors = json.loads((VECTORS / "ecvrf.json").read_text())

    def test_examples(self) -> None:
        self.assertEqual([vector["example"] for vector in self.vectors], [16, 17, 18])
        for vector in self.vectors:
            key, data, proof = (bytes.fromhex(vector[name]) for name in ("pk", "alpha", "pi"))
            point = randomness.vrf_point(key, data)
            self.assertIsNotNone(point)
            self.assertEqual(edwards.encode_edwards(point).hex(), vector["h"])
            self.assertEqual(randomness.vrf_value(key, data, proof), bytes.fromhex(vector["beta"]))

    def test_changes_are_refused(self) -> None:
        vector = self.vectors[2]
        key, data, proof = (bytes.fromhex(vector[name]) for name in ("pk", "alpha", "pi"))
        for changed in flips(proof) + [proof[:-1], proof + b"\0", b""]:
            self.assertIsNone(randomness.vrf_value(key, data, changed))
        for changed in flips(key) + [key[:-1]]:
            self.assertIsNone(randomness.vrf_value(changed, data, proof))
        for changed in flips(data) + [b"", data + b"\0"]:
            self.assertIsNone(randomness.vrf_value(key, changed, proof))
        response = int.from_bytes(proof[48:], "little") + group.ORDER
        self.assertIsNone(randomness.vrf_value(key, data, proof[:48] + response.to_bytes(32, "little")))

    def test_key_of_small_order(self) -> None:
        # With the neutral element as key and as Γ both equations hold for any c: s = k.
        key = edwards.encode_edwards(edwards.NEUTRAL)
        base = randomness.vrf_point(key, b"x")
        points = [edwards.NEUTRAL, base, edwards.NEUTRAL, edwards.multiply_edwards(9, edwards.BASE),
                  edwards.multiply_edwards(9, base)]
        c = hashlib.sha512(b"\x03\x02" + b"".join(map(edwards.encode_edwards, points)) + b"\0").digest()[:16]
        self.assertIsNone(randomness.vrf_value(key, b"x", key + c + (9).to_bytes(32, "little")))


class BeaconTest(unittest.TestCase):
    def setUp(self) -> None:
        self.vectors = json.loads((VECTORS / "randomness.json").read_text())["beacons"]

    @staticmethod
    def parts(vector: dict) -> tuple[Beacon, bytes, list[PartialEvaluation]]:
        make: Callable[[bytes, int, bytes], bytes] = {
            "opening": randomness.opening_seed, "closing": randomness.closing_seed}[vector["purpose"]]
        seed = make(bytes.fromhex(vector["id"]), vector["size"], bytes.fromhex(vector["root"]))
        beacon = Beacon(vector["threshold"], group.Point(bytes.fromhex(vector["key"])),
                        [group.Point(bytes.fromhex(share)) for share in vector["shares"]])
        return beacon, seed, [randomness.read_partial_evaluation(bytes.fromhex(text)) for text in vector["partials"]]

    def test_vectors(self) -> None:
        self.assertEqual([(len(v["shares"]), v["threshold"]) for v in self.vectors], [(1, 1), (3, 2), (5, 3)])
        for vector in self.vectors:
            beacon, seed, partials = self.parts(vector)
            self.assertEqual(seed.hex(), vector["seed"])
            self.assertEqual(beacon.point(seed).hex(), vector["point"])
            for chosen in itertools.permutations(partials, beacon.threshold):
                self.assertEqual(beacon.output(seed, chosen).hex(), vector["output"])
            self.assertEqual(beacon.output(seed, partials).hex(), vector["output"])
            with self.assertRaisesRegex(ValueError, "are needed"):
                beacon.output(seed, partials[:beacon.threshold - 1])

    def test_wrong_ones_are_named(self) -> None:
        beacon, seed, partials = self.parts(self.vectors[1])
        for changed in flips(bytes.fromhex(self.vectors[1]["partials"][1])):
            try:
                bad = randomness.read_partial_evaluation(changed)
            except Malformed:
                continue
            self.assertFalse(bad.verifies(beacon, seed))
        self.assertFalse(partials[1].verifies(beacon, bytes(32)))
        for other in (Beacon(1, beacon.key, beacon.shares), Beacon(2, beacon.shares[0], beacon.shares),
                      Beacon(2, beacon.key, [*beacon.shares, beacon.key])):
            self.assertFalse(partials[1].verifies(other, seed))
        moved = PartialEvaluation(2, group.add(partials[1].evaluation, group.base(1)), partials[1].proof)
        with self.assertRaisesRegex(ValueError, "trustee 2 is bad"):
            beacon.output(seed, [partials[0], partials[2], moved])
        with self.assertRaisesRegex(ValueError, "by one trustee"):
            beacon.output(seed, [partials[0], partials[0]])
        with self.assertRaisesRegex(ValueError, "trustee 9 is bad"):
            beacon.output(seed, [partials[0], PartialEvaluation(9, partials[1].evaluation, partials[1].proof)])

    def test_length(self) -> None:
        data = bytes.fromhex(self.vectors[1]["partials"][0])
        self.assertEqual(len(data), 129)
        for bad in (data[:-1], data + b"\0"):
            with self.assertRaises(Malformed):
                randomness.read_partial_evaluation(bad)
        self.assertEqual(PartialEvaluation.read(Reader(data)).trustee, 1)


class DrawTest(unittest.TestCase):
    def test_vectors(self) -> None:
        draws = json.loads((VECTORS / "randomness.json").read_text())["draws"]
        self.assertEqual({draw["purpose"] for draw in draws}, {"option order", "duty order", "lot order", "audit sample"})
        for draw in draws:
            given = bytes.fromhex(draw["output"]), draw["purpose"], draw["index"], draw["items"]
            if "permutation" in draw:
                self.assertEqual(randomness.order(*given), draw["permutation"])
            else:
                self.assertEqual(randomness.sample(*given, len(draw["sample"])), draw["sample"])

    def test_sample_is_the_beginning_of_the_order(self) -> None:
        for items in range(12):
            order = randomness.order(bytes(32), "audit sample", 0, items)
            self.assertEqual(sorted(order), list(range(items)))
            for size in range(items + 1):
                self.assertEqual(randomness.sample(bytes(32), "audit sample", 0, items, size), sorted(order[:size]))
        with self.assertRaises(ValueError):
            randomness.sample(bytes(32), "audit sample", 0, 3, 4)

    def test_numbers_are_below_their_bound(self) -> None:
        draw = randomness.Draw(bytes(32), "duty order", 0, 1)
        for bound in (1, 2, 3, 2**63 + 1, 2**64):
            self.assertTrue(all(draw.below(bound) < bound for _ in range(20)))


if __name__ == "__main__":
    unittest.main()
