"""The manifest (spec 6.1) and its contests as bits (spec 3.1)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from codec import Malformed, Reader

MOST_BITS = 1024
YES_NO, SINGLE, APPROVAL, SCORE = 1, 2, 3, 4


def weights(most: int) -> list[int]:
    """Weights whose partial sums are exactly 0 … most: powers of two, and what remains."""
    k = (most + 1).bit_length() - 1
    rest = most - (2**k - 1)
    return [2**i for i in range(k)] + ([rest] if rest else [])


@dataclass(frozen=True)
class Contest:
    """One contest, placed among the ballot's bits: its first bit has the number `offset`."""

    index: int
    offset: int
    title: str
    kind: int
    range: int
    min: int
    max: int
    options: tuple[str, ...]
    drawn: bool = False

    @cached_property
    def value_bits(self) -> list[tuple[int, int, int]]:
        """(bit, option, weight) of every value bit."""
        each = weights(self.range)
        return [(self.offset + option * len(each) + place, option, weight)
                for option in range(len(self.options)) for place, weight in enumerate(each)]

    @property
    def limited(self) -> bool:
        return not (self.min == 0 and self.max == len(self.options) * self.range)

    @property
    def slack_weights(self) -> list[int]:
        """The residue stands for the first slack bit, so that one is not sent."""
        return weights(self.max - self.min)[1:] if self.limited and self.max > self.min else []

    @cached_property
    def bits(self) -> int:
        return len(self.options) * len(weights(self.range)) + len(self.slack_weights)

    @cached_property
    def linear(self) -> list[tuple[int, int]]:
        """The form `lin` of spec 3.1 as (bit, coefficient)."""
        values = [(bit, weight) for bit, _, weight in self.value_bits]
        first_slack = self.offset + len(values)
        return values + [(first_slack + place, -weight) for place, weight in enumerate(self.slack_weights)]

    @cached_property
    def layout(self) -> bytes:
        """What the ballot's proof absorbs of the contest (spec 3.3)."""
        return (self.index.to_bytes(2, "big") + len(self.options).to_bytes(2, "big") + self.range.to_bytes(2, "big")
                + self.min.to_bytes(4, "big") + self.max.to_bytes(4, "big"))


@dataclass(frozen=True)
class Anchoring:
    """On which chain the board is anchored, and by which contract."""

    mode: int
    chain: int
    contract: bytes


@dataclass(frozen=True)
class Manifest:
    title: str
    opens: int
    closes: int
    revoting: bool
    small_acknowledged: bool
    anchoring: Anchoring | None
    contests: tuple[Contest, ...]

    @cached_property
    def bits(self) -> int:
        return sum(contest.bits for contest in self.contests)

    @property
    def options(self) -> int:
        return sum(len(contest.options) for contest in self.contests)

    @cached_property
    def layout(self) -> bytes:
        return b"".join(contest.layout for contest in self.contests)

    def in_time(self, time: int) -> bool:
        return (not self.opens or self.opens <= time) and (not self.closes or time < self.closes)


def read_manifest(data: bytes) -> Manifest:
    reader = Reader(data)
    reader.header(b"COMITIAM")
    title = reader.text(200, "the title")
    reader.description()
    opens, closes = reader.u64(), reader.u64()
    if opens and closes and opens >= closes:
        raise Malformed("voting closes before it opens")
    revoting = reader.one_of((0, 1), "revoting") == 1
    reader.one_of((0, 1, 2), "the issuer of credentials")
    small_acknowledged = reader.bool("smallAcknowledged")
    anchoring = _read_anchoring(reader)
    contests: list[Contest] = []
    bits = 0
    for index in range(reader.count(1, 1, 50, "contests")):
        contest = _read_contest(reader, index, bits)
        contests.append(contest)
        bits += contest.bits
    reader.end()
    if bits > MOST_BITS:
        raise Malformed(f"the contests have {bits} bits together")
    return Manifest(title, opens, closes, revoting, small_acknowledged, anchoring, tuple(contests))


def _read_anchoring(reader: Reader) -> Anchoring | None:
    mode = reader.one_of((0, 1, 2, 3), "anchoring")
    if mode == 0:
        return None
    chain, contract = reader.u64(), reader.take(20)
    if not 1 <= chain < 2**53:
        raise Malformed(f"chain {chain} is not possible")
    if contract == bytes(20):
        raise Malformed("the address of the contract is zero")
    return Anchoring(mode, chain, contract)


def _read_contest(reader: Reader, index: int, offset: int) -> Contest:
    kind = reader.one_of((YES_NO, SINGLE, APPROVAL, SCORE), "the kind of a contest")
    title = reader.text(200, "the title of a contest")
    reader.description()
    range_, least, most = reader.u16(), reader.u32(), reader.u32()
    drawn = reader.one_of((0, 1), "the order of options") == 1
    options: list[str] = []
    for _ in range(reader.count(2, 1, 250, "options")):
        options.append(reader.text(200, "the name of an option"))
        reader.description()
        reader.b32()  # The hash of a picture, which is no part of the record.
    if len(set(options)) != len(options):
        raise Malformed(f"contest “{title}” has two options of one name")
    contest = Contest(index, offset, title, kind, range_, least, most, tuple(options), drawn)
    if not _obeys_table(contest):
        raise Malformed(f"contest “{title}” is not one that its kind allows")
    return contest


def _obeys_table(contest: Contest) -> bool:
    """The table of spec 3.1."""
    n: int = len(contest.options)
    limits: tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]] = {
        # kind: options, range, min, max
        YES_NO: ((2,), (1,), (0, 1), (1,)),
        SINGLE: (range(2, 251), (1,), (0, 1), (1,)),
        APPROVAL: (range(1, 251), (1,), range(contest.max + 1), range(1, n + 1)),
        SCORE: (range(1, 251), range(2, 1001), (0, 1), (n * contest.range,)),
    }[contest.kind]
    actual = (n, contest.range, contest.min, contest.max)
    return all(value in allowed for value, allowed in zip(actual, limits))
