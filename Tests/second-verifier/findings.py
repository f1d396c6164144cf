"""What the checks share: how they end, and what is known of a record so far."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import log
from ballots import CastBallot, Election
from codec import Malformed
from manifest import Manifest
from randomness import PartialEvaluation
from record import Entry, Opening, Record, Roll, Tally
from renewals import Acting, Succession
from trustees import Trustees

Input = TypeVar("Input")
Output = TypeVar("Output")


class Failed(Exception):
    """The record does not pass a check; says why."""


@dataclass(frozen=True)
class Outside:
    """What the verifier was given besides the record (spec 7.2)."""

    election_id: bytes | None = None
    checkpoint: bytes | None = None
    receipt: bytes | None = None

    @property
    def nothing(self) -> bool:
        return self == Outside()


@dataclass(frozen=True)
class Outcome:
    id: int
    name: str
    ok: bool
    detail: str


@dataclass
class Cache:
    """What is known to be good, by a hash of all that decides it. Lets many variants of a record share the work."""

    cast: dict[bytes, CastBallot] = field(default_factory=dict)
    draw_parts: set[bytes] = field(default_factory=set)


class Findings:
    """A record, and what checks read well in it: kept for those that need it."""

    first: bytes
    manifest: Manifest
    opening: Opening
    trustees: Trustees
    succession: Succession
    roll: Roll
    entries: list[Entry]
    leaves: list[bytes]
    closing: log.Checkpoint
    cosigners: set[int]
    # Weights of all credentials that ever stood on the roll, and the entries that added or revoked some of them.
    weights: dict[bytes, int]
    added: dict[bytes, int]
    revoked: dict[bytes, int]
    casts: dict[int, CastBallot]
    opening_seed: bytes
    closing_seed: bytes
    closing_parts: list[PartialEvaluation]
    counted: dict[bytes, CastBallot]
    tally: Tally
    votes: list[int]

    def __init__(self, record: Record, outside: Outside, cache: Cache | None = None) -> None:
        self.record = record
        self.outside = outside
        self.cache = cache or Cache()
        self.election_id: bytes | None = None
        self.aborted: str | None = None
        self.passed: set[int] = set()

    @property
    def election(self) -> Election:
        assert self.election_id is not None
        return Election(self.election_id, self.opening.joint_key, self.manifest)

    @cached_property
    def acting(self) -> Acting:
        """The trustees of the closing checkpoint."""
        return self.succession.at(self.closing.size)

    @property
    def counted_entries(self) -> list[int]:
        """Of the ballots that count, ascending: of each credential the last."""
        return sorted({cast.ballot.credential: i for i, cast in self.casts.items()}.values())

    def may_vote(self, credential: bytes, i: int) -> bool:
        """Whether the credential stands on the roll as it is at entry i."""
        if credential not in self.weights or self.added.get(credential, 0) > i:
            return False
        return i < self.revoked.get(credential, len(self.entries))

    def of_kind(self, kind: int) -> list[tuple[int, Entry]]:
        return [(i, entry) for i, entry in enumerate(self.entries) if entry.kind == kind]


def demand(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Failed(otherwise)


def within(where: str, read: Callable[[Input], Output], data: Input) -> Output:
    """Reads, and says in which file or entry when the bytes are malformed."""
    try:
        return read(data)
    except Malformed as fault:
        raise Malformed(f"{where}: {fault}") from None
