"""Ballots, their proof and signature, challenges and openings (spec 3)."""
from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import group
from codec import Malformed, Reader
from group import ORDER, Point
from manifest import Manifest
from proofs import Knowledge
from transcript import Transcript

CAST, CHALLENGE, OPEN = 1, 2, 3


def ballot_length(bits: int) -> int:
    return 166 + 192 * bits


def cast_length(bits: int) -> int:
    return ballot_length(bits) + 64


CHALLENGE_LENGTH = 160


def opened_length(bits: int) -> int:
    return count_width(bits) + ballot_length(bits) + 33 * bits + 64


def count_width(bits: int) -> int:
    """Bytes of the count before an opened ballot: two, or four where the ballot has more bytes than two can say."""
    return 2 if ballot_length(bits) < 2**16 else 4


@dataclass(frozen=True)
class Election:
    """What every ballot of an election is bound to."""

    id: bytes
    key: Point
    manifest: Manifest


@dataclass(frozen=True)
class Ballot:
    """An encrypted ballot (spec 3.2)."""

    encoded: bytes
    election: bytes
    credential: Point
    number: int
    alphas: list[Point]
    betas: list[Point]
    alpha_commitments: list[Point]
    beta_commitments: list[Point]
    product: tuple[Point, Point]
    openings: list[int]
    responses: list[int]
    product_response: int

    @cached_property
    def hash(self) -> bytes:
        return Transcript("ballot hash", ballot=self.encoded).digest("hash")


def read_ballot(reader: Reader, bits: int) -> Ballot:
    start = reader.position
    election, credential = reader.b32(), reader.point()
    number = reader.count(4, 1, 2**32 - 1, "as the number of a ballot")
    count = reader.count(2, bits, bits, "ciphertexts")
    ciphertexts, commitments = reader.points(2 * count), reader.points(2 * count)
    product = (reader.point(), reader.point())
    openings, responses, product_response = reader.scalars(count), reader.scalars(count), reader.scalar()
    return Ballot(reader.data[start:reader.position], election, credential, number, ciphertexts[::2], ciphertexts[1::2],
                  commitments[::2], commitments[1::2], product, openings, responses, product_response)


def proof_fault(ballot: Ballot, election: Election) -> str | None:
    """What is wrong with the proof that every value is a bit (spec 3.3), or None."""
    transcript = Transcript("ballot", election=election.id, key=election.key, credential=ballot.credential,
                            number=ballot.number.to_bytes(4, "big"), layout=election.manifest.layout, ciphertexts=_interleave(ballot.alphas, ballot.betas),
                            commitments=_interleave(ballot.alpha_commitments, ballot.beta_commitments))
    y = transcript.challenge("y")
    transcript.absorb("product", b"".join(ballot.product))
    x = transcript.challenge("x")

    # Equation 1: every ciphertext opens to f = m·x + a with the randomness z.
    for i, (f, z) in enumerate(zip(ballot.openings, ballot.responses)):
        on_alpha = group.add(group.multiply(x, ballot.alphas[i]), ballot.alpha_commitments[i])
        on_beta = group.add(group.multiply(x, ballot.betas[i]), ballot.beta_commitments[i])
        if group.base(z) != on_alpha or group.add(group.base(f), group.multiply(z, election.key)) != on_beta:
            return f"bit {i} does not open"

    # Equation 2: the sum over bits and residues. A residue is a linear form of the bits, so that its coefficient
    # yʲ·(x − f) is spread over their ciphertexts, and its constant gathered in `constant`.
    coefficients = [pow(y, j, ORDER) * (x - f) % ORDER for j, f in enumerate(ballot.openings)]
    power, constant = pow(y, len(coefficients), ORDER), 0
    for contest in election.manifest.contests:
        if not contest.limited:
            continue
        f = sum(weight * ballot.openings[bit] for bit, weight in contest.linear) - contest.min * x
        if contest.min == contest.max:
            # Equation 3: a residue without a slack bit is zero.
            if f % ORDER != 0:
                return f"contest {contest.index} has a sum outside its limits"
            continue
        coefficient = power * (x - f) % ORDER
        for bit, weight in contest.linear:
            coefficients[bit] += coefficient * weight
        constant += coefficient * contest.min
        power = power * y % ORDER
    on_alpha = group.add(group.combine(coefficients, ballot.alphas), ballot.product[0])
    on_beta = group.add(group.combine(coefficients, ballot.betas), ballot.product[1])
    on_beta = group.subtract(on_beta, group.base(constant))
    z = ballot.product_response
    if group.base(z) != on_alpha or group.multiply(z, election.key) != on_beta:
        return "a value is not a bit, or a sum is outside its limits"
    return None


def is_signed(proof: Knowledge, election: bytes, credential: Point, intent: int, ballot_hash: bytes) -> bool:
    """The voter's signature over a ballot (spec 3.4)."""
    transcript = Transcript("signature", election=election, credential=credential, intent=bytes([intent]),
                            ballot=ballot_hash)
    return proof.verifies(transcript, credential)


@dataclass(frozen=True)
class CastBallot:
    """A cast ballot (spec 3.5)."""

    ballot: Ballot
    signature: Knowledge


def read_cast_ballot(data: bytes, bits: int) -> CastBallot:
    reader = Reader(data)
    cast = CastBallot(read_ballot(reader, bits), Knowledge.read(reader))
    reader.end()
    return cast


def tracker(cast_ballot: bytes) -> bytes:
    return Transcript("tracker", ballot=cast_ballot).digest("tracker")


@dataclass(frozen=True)
class Challenge:
    """A voter's word that a ballot is to be opened and not cast (spec 3.7)."""

    election: bytes
    credential: Point
    ballot_hash: bytes
    signature: Knowledge


def read_challenge(data: bytes) -> Challenge:
    reader = Reader(data)
    challenge = Challenge(reader.b32(), reader.point(), reader.b32(), Knowledge.read(reader))
    reader.end()
    return challenge


@dataclass(frozen=True)
class OpenedBallot:
    """A challenged ballot with the bits and randomness it was made of (spec 3.7)."""

    ballot: Ballot
    bits: list[tuple[int, int]]
    signature: Knowledge

    def re_encrypts(self, key: Point) -> bool:
        for (bit, r), alpha, beta in zip(self.bits, self.ballot.alphas, self.ballot.betas, strict=True):
            if group.base(r) != alpha or group.add(group.base(bit), group.multiply(r, key)) != beta:
                return False
        return True


def read_opened_ballot(data: bytes, bits: int) -> OpenedBallot:
    reader = Reader(data)
    length = reader.number(count_width(bits))
    if length != ballot_length(bits):
        raise Malformed(f"the ballot has {length} bytes, not {ballot_length(bits)}")
    ballot = read_ballot(reader, bits)
    values = [(reader.one_of((0, 1), "a bit"), reader.scalar()) for _ in range(bits)]
    opened = OpenedBallot(ballot, values, Knowledge.read(reader))
    reader.end()
    return opened


def _interleave(left: list[Point], right: list[Point]) -> bytes:
    return b"".join(a + b for a, b in zip(left, right, strict=True))
