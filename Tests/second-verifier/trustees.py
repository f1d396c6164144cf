"""The trustees: their file, keys, partial decryptions and how these combine (spec 4, 6.2)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import group
from codec import Malformed, Reader
from group import ORDER, Point
from proofs import Equality, Knowledge
from transcript import Transcript

Ciphertext = tuple[Point, Point]


# What a joint key is for, by number (spec 4.1).
ELECTION, BEACON, SIGNING = PURPOSES = 1, 2, 3


@dataclass(frozen=True)
class Dealer:
    """What a trustee committed to for one key."""

    commitments: list[Point]
    proof: Knowledge

    @staticmethod
    def read(reader: Reader, threshold: int) -> "Dealer":
        return Dealer(reader.points(threshold), Knowledge.read(reader))


@dataclass(frozen=True)
class Trustee:
    name: str
    signing_key: bytes
    dealers: dict[int, Dealer]
    draw_key: bytes


@dataclass(frozen=True)
class Trustees:
    """All trustees; the number of a trustee is its place in `members` plus one."""

    ceremony: bytes
    threshold: int
    members: list[Trustee]

    def joint_key(self, purpose: int = ELECTION) -> Point:
        return group.total(trustee.dealers[purpose].commitments[0] for trustee in self.members)

    def public_share(self, index: int, purpose: int = ELECTION) -> Point:
        """Y of trustee `index` (spec 4.1): every dealer's polynomial in the exponent, at that number."""
        return group.total(group.multiply(pow(index, k, ORDER), commitment)
                           for trustee in self.members
                           for k, commitment in enumerate(trustee.dealers[purpose].commitments))

    def knows_coefficient(self, index: int, purpose: int) -> bool:
        """Whether the dealer's proof of knowledge of its constant coefficient is good."""
        dealer = self.members[index - 1].dealers[purpose]
        transcript = Transcript("dealer", ceremony=self.ceremony, trustees=len(self.members), threshold=self.threshold,
                                index=index, purpose=purpose, commitments=b"".join(dealer.commitments))
        return dealer.proof.verifies(transcript, dealer.commitments[0])


def read_trustees(data: bytes) -> Trustees:
    reader = Reader(data)
    reader.header(b"COMITIAT")
    ceremony = reader.b32()
    count = reader.count(1, 1, 50, "trustees")
    threshold = reader.count(1, 1, count, "trustees as the threshold")
    members = [Trustee(reader.text(200, "the name of a trustee"), reader.b32(),
                       {purpose: Dealer.read(reader, threshold) for purpose in PURPOSES}, reader.b32())
               for _ in range(count)]
    reader.end()
    if len({trustee.name for trustee in members}) != count:
        raise Malformed("two trustees have one name")
    if len({trustee.signing_key for trustee in members}) != count:
        raise Malformed("two trustees have one signing key")
    if len({trustee.draw_key for trustee in members}) != count:
        raise Malformed("two trustees have one draw key")
    return Trustees(ceremony, threshold, members)


@dataclass(frozen=True)
class Partial:
    """One trustee's part of the decryption of all totals (spec 4.3)."""

    trustee: int
    parts: list[Point]
    proof: Equality

    def verifies(self, election: bytes, size: int, root: bytes, share: Point, totals: Sequence[Ciphertext]) -> bool:
        transcript = Transcript("partial decryption", election=election, size=size, root=root, trustee=self.trustee,
                                share=share, ciphertexts=b"".join(a + b for a, b in totals),
                                partials=b"".join(self.parts))
        w = transcript.challenge("weight")
        powers = [pow(w, k, ORDER) for k in range(len(totals))]
        base = group.combine(powers, [a for a, _ in totals])
        image = group.combine(powers, self.parts)
        return self.proof.verifies(transcript, share, base, image)


def decrypted(totals: Sequence[Ciphertext], partials: Sequence[Partial]) -> list[Point]:
    """total·G for every encrypted total, from `threshold` partial decryptions by distinct trustees (spec 4.4)."""
    indices = [partial.trustee for partial in partials]
    factors = []
    for j in indices:
        factor = 1
        for i in indices:
            if i != j:
                factor = factor * i * pow(i - j, -1, ORDER) % ORDER
        factors.append(factor)
    return [group.subtract(b, group.combine(factors, [partial.parts[k] for partial in partials]))
            for k, (_, b) in enumerate(totals)]
