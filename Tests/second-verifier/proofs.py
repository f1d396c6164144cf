"""The two proofs about discrete logarithms: Schnorr (spec 2.5) and Chaum–Pedersen (spec 2.6)."""
from __future__ import annotations

from dataclasses import dataclass

import group
from codec import Reader
from group import Point
from transcript import Transcript


@dataclass(frozen=True)
class Knowledge:
    """Proof of knowledge of y in Y = y·G."""

    commitment: Point
    response: int

    @classmethod
    def read(cls, reader: Reader) -> Knowledge:
        return cls(reader.point(), reader.scalar())

    def verifies(self, transcript: Transcript, public: Point) -> bool:
        transcript.absorb("commitment", self.commitment)
        e = transcript.challenge("e")
        return group.base(self.response) == group.add(self.commitment, group.multiply(e, public))


@dataclass(frozen=True)
class Equality:
    """Proof that Y = y·G and D = y·A have the same y. The two equations stay apart."""

    on_generator: Point
    on_base: Point
    response: int

    @classmethod
    def read(cls, reader: Reader) -> Equality:
        return cls(reader.point(), reader.point(), reader.scalar())

    def verifies(self, transcript: Transcript, public: Point, base: Point, image: Point) -> bool:
        transcript.absorb("commitments", self.on_generator + self.on_base)
        e = transcript.challenge("e")
        on_generator = group.add(self.on_generator, group.multiply(e, public))
        on_base = group.add(self.on_base, group.multiply(e, image))
        return group.base(self.response) == on_generator and group.multiply(self.response, base) == on_base
