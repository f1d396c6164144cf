"""Renewals: who the trustees are at which size of the board, and how they changed (spec 4.6, 6.12)."""
from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import group
import log
from codec import Malformed, Reader
from group import IDENTITY, ORDER, Point, ed25519_verifies, is_edwards_point
from proofs import Knowledge
from randomness import lagrange
from transcript import Transcript
from trustees import PURPOSES, Trustees

RENEWAL = 11
ENTRY_LENGTH = 9 + 34
MOST_RENEWALS = 100
MOST_TRUSTEES = 50


@dataclass(frozen=True)
class Actor:
    """A trustee as long as it acts."""

    name: str
    signing_key: bytes
    draw_key: bytes


@dataclass(frozen=True)
class Acting:
    """The trustees that act from some size of the board on; `shares` by purpose, that of trustee j at j − 1."""

    threshold: int
    members: list[Actor]
    shares: dict[int, list[Point]]

    @staticmethod
    def at_first(trustees: Trustees) -> "Acting":
        numbers = range(1, len(trustees.members) + 1)
        return Acting(trustees.threshold, [Actor(one.name, one.signing_key, one.draw_key) for one in trustees.members],
                      {purpose: [trustees.public_share(number, purpose) for number in numbers] for purpose in PURPOSES})


@dataclass(frozen=True)
class Subject:
    """What signatures in a hand-over are for: the attempt, and the list of new trustees."""

    hand_over: bytes
    list: bytes

    def signed_text(self, kind: int, sender: int, body: bytes) -> bytes:
        return b"comitia hand-over message/v1\n" + self.list + bytes([kind]) + self.hand_over + bytes([sender]) + body


@dataclass(frozen=True)
class Deal:
    dealer: int
    terms: bytes
    commitments: dict[int, list[Point]]
    ephemeral: Point
    proof: Knowledge
    # What stands in the file from the terms to the hash of the shares, and the signature on it.
    encoded: bytes
    signature: bytes

    def signed_text(self, subject: "Subject") -> bytes:
        return subject.signed_text(2, self.dealer, self.encoded)


@dataclass(frozen=True)
class Member:
    name: str
    signing_key: bytes
    transport: Point
    draw_key: bytes
    confirmation: bytes


@dataclass(frozen=True)
class Renewal:
    number: int
    hand_over: bytes
    members: list[Member]
    deals: list[Deal]


@dataclass(frozen=True)
class RenewalEntry:
    """A renewal entry, and the leaf in which it stands."""

    index: int
    number: int
    hash: bytes


def renewal_entries(size: int, tiles: Mapping[str, bytes]) -> Iterator[RenewalEntry]:
    """The renewal entries as far as their numbers are 1, 2, … and bundles can be read; check 5 fails on the rest."""
    index, expected = -1, 1
    try:
        for path, count in log.bundle_paths(size):
            for leaf in log.read_bundle(tiles[path], count):
                index += 1
                if leaf[:1] != bytes([RENEWAL]) or len(leaf) != ENTRY_LENGTH:
                    continue
                if int.from_bytes(leaf[9:11], "big") != expected or expected > MOST_RENEWALS:
                    return
                yield RenewalEntry(index, expected, leaf[11:])
                expected += 1
    except Malformed:
        return


def read_renewal(data: bytes) -> Renewal:
    reader = Reader(data)
    reader.header(b"COMITIAN")
    number, hand_over = reader.u16(), reader.b32()
    count = reader.count(1, 1, MOST_TRUSTEES, "trustees")
    members = [Member(reader.text(200, "the name of a trustee"), reader.b32(), reader.point(), reader.b32(), reader.take(64))
               for _ in range(count)]
    threshold = reader.count(1, 1, count, "dealers")
    deals = [_read_deal(reader, threshold) for _ in range(threshold)]
    reader.end()
    return Renewal(number, hand_over, members, deals)


def _read_deal(reader: Reader, threshold: int) -> Deal:
    dealer, start = reader.u8(), reader.position
    terms, commitments = reader.b32(), {purpose: reader.points(threshold) for purpose in PURPOSES}
    ephemeral, proof = reader.point(), Knowledge.read(reader)
    reader.b32()
    encoded = reader.data[start:reader.position]
    return Deal(dealer, terms, commitments, ephemeral, proof, encoded, reader.take(64))


class Succession:
    """The trustees of each size of the board, renewal after renewal."""

    def __init__(self, trustees: Trustees, file: bytes) -> None:
        self.terms = [(0, Acting.at_first(trustees))]
        self._last = hashlib.sha256(file).digest()

    def at(self, size: int) -> Acting:
        return [acting for first, acting in self.terms if first <= size][-1]

    def renew(self, file: bytes, entry: RenewalEntry, election: bytes, log_key: bytes) -> None:
        """Takes a renewal over, or raises `Malformed`."""
        if hashlib.sha256(file).digest() != entry.hash:
            raise Malformed(f"its hash is not that of entry {entry.index}")
        renewal, before = read_renewal(file), self.terms[-1][1]
        if renewal.number != entry.number:
            raise Malformed(f"it is number {renewal.number}")
        if (len(renewal.members), len(renewal.deals)) != (len(before.members), before.threshold):
            raise Malformed("it has not as many trustees and dealers as before")
        self._check_members(renewal.members, before, log_key)
        dealers = [deal.dealer for deal in renewal.deals]
        if dealers != sorted(set(dealers)) or not 1 <= dealers[0] <= dealers[-1] <= len(before.members):
            raise Malformed(f"its dealers are {dealers}")
        subject = Subject(renewal.hand_over, self._list(renewal, election))
        terms = _terms(renewal, dealers, subject.list)
        for weight, deal in zip(lagrange(dealers), renewal.deals):
            _check_deal(deal, weight, terms, before, subject)
        _check_confirmations(renewal, terms, subject)
        self.terms.append((entry.index + 1, _acting(renewal)))
        self._last = entry.hash

    def _check_members(self, members: list[Member], before: Acting, log_key: bytes) -> None:
        for what in ("name", "signing_key", "draw_key"):
            if len({getattr(one, what) for one in members}) != len(members):
                raise Malformed(f"two trustees have one {what}")
        known = {actor.signing_key for _, acting in self.terms for actor in acting.members} | {log_key}
        for number, (one, old) in enumerate(zip(members, before.members), 1):
            if one.signing_key == old.signing_key:
                if one.name != old.name:
                    raise Malformed(f"trustee {number} has another name")
            elif one.signing_key in known:
                raise Malformed(f"the signing key of trustee {number} was one before")
            if one.transport == IDENTITY or not is_edwards_point(one.draw_key):
                raise Malformed(f"the transport or draw key of trustee {number} is no point, or zero")

    def _list(self, renewal: Renewal, election: bytes) -> bytes:
        members = b"".join(_text(one.name) + one.signing_key for one in renewal.members)
        return Transcript("hand-over list", election=election, number=renewal.number, before=self._last,
                          trustees=len(renewal.members), members=members).digest("list")


def _terms(renewal: Renewal, dealers: list[int], list_: bytes) -> bytes:
    recipients = b"".join(one.transport + one.draw_key for one in renewal.members)
    return Transcript("hand-over", id=renewal.hand_over, list=list_, threshold=len(dealers), dealers=bytes(dealers),
                      recipients=recipients).digest("terms")


def _check_deal(deal: Deal, weight: int, terms: bytes, before: Acting, subject: Subject) -> None:
    if deal.terms != terms:
        raise Malformed(f"trustee {deal.dealer} dealt on other terms")
    transcript = Transcript("hand-over deal", terms=terms, dealer=deal.dealer)
    for purpose in PURPOSES:
        share = before.shares[purpose][deal.dealer - 1]
        if deal.commitments[purpose][0] != group.multiply(weight, share):
            raise Malformed(f"trustee {deal.dealer} dealt something else than its part of key {purpose}")
        transcript.absorb("commitments", b"".join(deal.commitments[purpose]))
    transcript.absorb("ephemeral", deal.ephemeral)
    if not deal.proof.verifies(transcript, deal.ephemeral):
        raise Malformed(f"the proof of the ephemeral key of trustee {deal.dealer} is bad")
    if not ed25519_verifies(before.members[deal.dealer - 1].signing_key, deal.signed_text(subject), deal.signature):
        raise Malformed(f"trustee {deal.dealer} has not signed its deal")


def _check_confirmations(renewal: Renewal, terms: bytes, subject: Subject) -> None:
    transcript = Transcript("hand-over confirmation", terms=terms)
    for deal in renewal.deals:
        transcript.absorb("deal", hashlib.sha256(deal.signed_text(subject)).digest())
    digest = transcript.digest("confirmation")
    for number, one in enumerate(renewal.members, 1):
        if not ed25519_verifies(one.signing_key, subject.signed_text(4, number, digest), one.confirmation):
            raise Malformed(f"trustee {number} has not confirmed")


def _acting(renewal: Renewal) -> Acting:
    """Y′ⱼ = Σᵢ Σₖ jᵏ·Cᵢₖ (spec 4.5)."""
    def share(purpose: int, number: int) -> Point:
        return group.total(group.multiply(pow(number, k, ORDER), commitment) for deal in renewal.deals
                           for k, commitment in enumerate(deal.commitments[purpose]))
    numbers = range(1, len(renewal.members) + 1)
    return Acting(len(renewal.deals), [Actor(one.name, one.signing_key, one.draw_key) for one in renewal.members],
                  {purpose: [share(purpose, number) for number in numbers] for purpose in PURPOSES})


def _text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(2, "big") + data
