"""Hands over the shares of a `World` (spec 4.6), every step open to change."""
from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from prover import SigningKey, World, cosign, group, line, note_text, prove_knowledge, scalar, text, u

# pylint: disable=wrong-import-order
import log
from group import ORDER, Point
from randomness import lagrange
from transcript import Transcript
from trustees import PURPOSES


@dataclass
class Dealing:
    number: int
    key: SigningKey
    polynomials: dict[int, list[int]]


@dataclass
class HandOver:
    """What is about to be written; change it before `encoded`."""

    election: bytes
    before: bytes
    number: int
    names: list[str]
    signing_keys: list[SigningKey]
    draw_keys: list[SigningKey]
    dealings: list[Dealing]
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    transports: list[Point] = field(default_factory=list)
    # What stands in the place of the terms that follow from all this, and of honest deals.
    terms: bytes | None = None
    deals: list[bytes] | None = None

    def list_digest(self) -> bytes:
        members = b"".join(text(name) + key.public for name, key in zip(self.names, self.signing_keys))
        return Transcript("hand-over list", election=self.election, number=self.number, before=self.before,
                          trustees=len(self.names), members=members).digest("list")

    def real_terms(self) -> bytes:
        recipients = b"".join(point + key.public for point, key in zip(self.transports, self.draw_keys))
        return Transcript("hand-over", id=self.id, list=self.list_digest(), threshold=len(self.dealings[0].polynomials[1]),
                          dealers=bytes(dealing.number for dealing in self.dealings), recipients=recipients).digest("terms")

    def signed(self, kind: int, sender: int, body: bytes) -> bytes:
        return b"comitia hand-over message/v1\n" + self.list_digest() + bytes([kind]) + self.id + bytes([sender]) + body

    def deal(self, dealing: Dealing) -> bytes:
        terms, secret = self.terms or self.real_terms(), scalar()
        transcript = Transcript("hand-over deal", terms=terms, dealer=dealing.number)
        commitments = [b"".join(map(group.base, dealing.polynomials[purpose])) for purpose in PURPOSES]
        for points in commitments:
            transcript.absorb("commitments", points)
        transcript.absorb("ephemeral", group.base(secret))
        return terms + b"".join(commitments) + group.base(secret) + prove_knowledge(transcript, secret) + secrets.token_bytes(32)

    def encoded(self) -> bytes:
        deals = self.deals or [self.deal(dealing) for dealing in self.dealings]
        transcript = Transcript("hand-over confirmation", terms=self.real_terms())
        for dealing, deal in zip(self.dealings, deals):
            transcript.absorb("deal", hashlib.sha256(self.signed(2, dealing.number, deal)).digest())
        digest = transcript.digest("confirmation")
        out = b"COMITIAN" + u(16, 1) + u(16, self.number) + self.id + u(8, len(self.names))
        for j, (name, key) in enumerate(zip(self.names, self.signing_keys), 1):
            out += text(name) + key.public + self.transports[j - 1] + self.draw_keys[j - 1].public
            out += key.sign(self.signed(4, j, digest))
        out += u(8, len(deals))
        for dealing, deal in zip(self.dealings, deals):
            out += u(8, dealing.number) + deal + dealing.key.sign(self.signed(2, dealing.number, deal))
        return out


@dataclass
class InForce:
    """The checkpoint that brings a renewal into force: its size, and who cosigns it."""

    size: int
    keys: dict[int, SigningKey]

    def encoded(self, world: World, root: bytes | None = None) -> bytes:
        hashes = [log.leaf_hash(entry) for entry in world.entries][:self.size]
        body = note_text(world.origin, self.size, root or log.root(hashes))
        lines = line(world.origin, 1, world.log_key, world.log_key.sign(body.encode()))
        for number, key in self.keys.items():
            lines += cosign(body, f"{world.origin}/trustee/{number}", key)
        return f"{body}\n{lines}".encode()


def begin(world: World, files: list[bytes], replaced: list[int], by: list[int]) -> HandOver:
    """An honest hand-over that follows on the files so far."""
    names = getattr(world, "names", [f"Trustee {j}" for j in range(1, world.n + 1)])
    names = [f"{name}, {len(files)}" if j in replaced else name for j, name in enumerate(names, 1)]
    keys = [SigningKey() if j in replaced else key for j, key in enumerate(world.signing_keys, 1)]
    dealings = []
    for weight, number in zip(lagrange(by), by):
        polynomials = {purpose: [weight * world.secret(purpose, number) % ORDER] + [scalar() for _ in range(world.t - 1)]
                       for purpose in PURPOSES}
        dealings.append(Dealing(number, world.signing_keys[number - 1], polynomials))
    return HandOver(world.id, hashlib.sha256(files[-1] if files else world.trustees).digest(), len(files) + 1, names, keys,
                    [SigningKey() for _ in range(world.n)], dealings,
                    transports=[group.base(scalar()) for _ in range(world.n)])


def renew(world: World, files: list[bytes], replaced: list[int], by: list[int],
          change: Callable[[HandOver], None] = lambda _: None) -> None:
    """Hands over, appends the entry, and adds the file to `files`."""
    hand_over = begin(world, files, replaced, by)
    before = world.signing_keys
    change(hand_over)
    files.append(hand_over.encoded())
    world.add(11, u(16, hand_over.number) + hashlib.sha256(files[-1]).digest())
    world.in_force = [*getattr(world, "in_force", []), InForce(len(world.entries), dict(enumerate(before[:world.t], 1)))]
    world.names, world.signing_keys, world.draw_keys = hand_over.names, hand_over.signing_keys, hand_over.draw_keys
    sums = {purpose: [sum(column) % ORDER for column in zip(*(one.polynomials[purpose] for one in hand_over.dealings))]
            for purpose in PURPOSES}
    nothing = {purpose: [0] for purpose in PURPOSES}
    held = [sums] + [nothing] * (world.n - 1)
    world.polynomials, world.other_polynomials = [one[1] for one in held], held
