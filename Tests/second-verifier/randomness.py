"""Verifiable randomness (spec 11): ECVRF of RFC 9381, the beacon, and what is drawn from it."""
from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import group
from codec import Reader
from edwards import BASE, NEUTRAL, Edwards, add_edwards, decode_edwards, encode_edwards, multiply_edwards, negated
from group import ORDER, Point
from proofs import Equality
from transcript import Transcript

# -- A trustee's own function (spec 11.1)

PROOF_LENGTH = 80


def vrf_point(key: bytes, data: bytes) -> Edwards | None:
    """H: the input hashed to the curve by try and increment."""
    for counter in range(256):
        found = decode_edwards(hashlib.sha512(b"\x03\x01" + key + data + bytes([counter, 0])).digest()[:32])
        point = None if found is None else multiply_edwards(8, found)
        if point is not None and point != NEUTRAL:
            return point
    return None


def vrf_value(key: bytes, data: bytes, proof: bytes) -> bytes | None:
    """The 64 bytes that the proof shows for key and input, or None where anything is wrong with proof or key."""
    if len(proof) != PROOF_LENGTH:
        return None
    public, gamma = decode_edwards(key), decode_edwards(proof[:32])
    c, s = int.from_bytes(proof[32:48], "little"), int.from_bytes(proof[48:], "little")
    if public is None or gamma is None or s >= ORDER or multiply_edwards(8, public) == NEUTRAL:
        return None
    base = vrf_point(key, data)
    if base is None:
        return None
    u = add_edwards(multiply_edwards(s, BASE), negated(multiply_edwards(c, public)))
    v = add_edwards(multiply_edwards(s, base), negated(multiply_edwards(c, gamma)))
    points = b"".join(encode_edwards(point) for point in (public, base, gamma, u, v))
    if hashlib.sha512(b"\x03\x02" + points + b"\x00").digest()[:16] != proof[32:48]:
        return None
    return hashlib.sha512(b"\x03\x03" + encode_edwards(multiply_edwards(8, gamma)) + b"\x00").digest()


# -- Seeds (spec 11.2)


def opening_seed(ceremony: bytes, size: int, root: bytes) -> bytes:
    return Transcript("draw", ceremony=ceremony, purpose=b"opening", size=size, root=root).digest("seed")


def closing_seed(election: bytes, size: int, root: bytes) -> bytes:
    return Transcript("draw", election=election, purpose=b"closing", size=size, root=root).digest("seed")


# -- The beacon (spec 11.3)


@dataclass(frozen=True)
class Beacon:
    """The beacon key of a ceremony: the share of trustee j is `shares[j - 1]`."""

    threshold: int
    key: Point
    shares: Sequence[Point]

    def point(self, seed: bytes) -> Point:
        return group.mapped(Transcript("beacon point", key=self.key, seed=seed).uniform("point"))

    def output(self, seed: bytes, partials: Sequence[PartialEvaluation]) -> bytes:
        """What any `threshold` good partial evaluations by distinct trustees give; the first ones are taken."""
        if len({partial.trustee for partial in partials}) != len(partials):
            raise ValueError("two partial evaluations by one trustee")
        for partial in partials:
            if not partial.verifies(self, seed):
                raise ValueError(f"the partial evaluation of trustee {partial.trustee} is bad")
        if len(partials) < self.threshold:
            raise ValueError(f"{len(partials)} partial evaluations, {self.threshold} are needed")
        chosen = partials[:self.threshold]
        point = group.combine(lagrange([partial.trustee for partial in chosen]), [partial.evaluation for partial in chosen])
        return Transcript("beacon output", seed=seed, point=point).digest("output")


@dataclass(frozen=True)
class PartialEvaluation:
    trustee: int
    evaluation: Point
    proof: Equality

    @classmethod
    def read(cls, reader: Reader) -> PartialEvaluation:
        return cls(reader.u8(), reader.point(), Equality.read(reader))

    def verifies(self, beacon: Beacon, seed: bytes) -> bool:
        if not 1 <= self.trustee <= len(beacon.shares):
            return False
        share, point = beacon.shares[self.trustee - 1], beacon.point(seed)
        transcript = Transcript("beacon evaluation", seed=seed, trustees=len(beacon.shares), threshold=beacon.threshold,
                                key=beacon.key, trustee=self.trustee, share=share, point=point,
                                evaluation=self.evaluation)
        return self.proof.verifies(transcript, share, point, self.evaluation)


def read_partial_evaluation(data: bytes) -> PartialEvaluation:
    reader = Reader(data)
    partial = PartialEvaluation.read(reader)
    reader.end()
    return partial


def lagrange(trustees: Sequence[int]) -> list[int]:
    """λ of each trustee (spec 4.4)."""
    factors = []
    for j in trustees:
        factor = 1
        for i in trustees:
            if i != j:
                factor = factor * i * pow(i - j, -1, ORDER) % ORDER
        factors.append(factor)
    return factors


# -- Draws (spec 11.4)


class Draw:
    """One draw of one output: a purpose, an index and a number of items."""

    def __init__(self, output: bytes, purpose: str, index: int, items: int) -> None:
        self.items = items
        self._words = _words(output, purpose.encode("ascii"), index, items)

    def below(self, bound: int) -> int:
        limit = 2**64 // bound * bound
        return next(word for word in self._words if word < limit) % bound

    def exchanges(self) -> Iterator[tuple[int, int]]:
        for i in range(self.items):
            yield i, i + self.below(self.items - i)


def order(output: bytes, purpose: str, index: int, items: int) -> list[int]:
    listed = list(range(items))
    for i, j in Draw(output, purpose, index, items).exchanges():
        listed[i], listed[j] = listed[j], listed[i]
    return listed


def sample(output: bytes, purpose: str, index: int, items: int, size: int) -> list[int]:
    """The first `size` items of the order, ascending, without making the rest of it."""
    if not 0 <= size <= items:
        raise ValueError(f"no {size} of {items} items can be drawn")
    elsewhere: dict[int, int] = {}
    taken = []
    for (i, j), _ in zip(Draw(output, purpose, index, items).exchanges(), range(size)):
        taken.append(elsewhere.get(j, j))
        elsewhere[j] = elsewhere.get(i, i)
    return sorted(taken)


def _words(output: bytes, purpose: bytes, index: int, items: int) -> Iterator[int]:
    block = 0
    while True:
        data = Transcript("draw numbers", output=output, purpose=purpose, index=index, items=items,
                          block=block).uniform("numbers")
        yield from (int.from_bytes(data[at:at + 8], "big") for at in range(0, 64, 8))
        block += 1
