"""The record (spec 6): its files, the board's entries, the roll, the tally and the result."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import group
import log
from codec import Malformed, Reader
from group import Point
from proofs import Equality
from trustees import Ciphertext, Partial

OPENING, CAST, CHALLENGE, OPENED, CLOSING, PAUSE, RESUME, ABORT, REPLACEMENT = KINDS = tuple(range(1, 10))
PIECE = 10

REASON_LENGTH = 500
REPLACEMENT_LENGTH = 100
PIECE_LENGTH = 65_526
DIGEST_LENGTH = 32


class NotARecord(Exception):
    """A file is missing: the folder holds no record, and no check can be run (spec 7)."""


@dataclass(frozen=True)
class Record:
    """The bytes of all files. `tiles` is empty when the checkpoint does not say how many entries there are.

    An aborted election has no tally and no result: only where the last entry is an abort entry they may be None.
    """

    manifest: bytes
    trustees: bytes
    roll: bytes
    checkpoint: bytes
    tally: bytes | None
    result: bytes | None
    tiles: dict[str, bytes]


def load(folder: Path) -> Record:
    files: dict[str, bytes | None] = {
        name: _read(folder, name) for name in ("manifest", "trustees", "roll", "checkpoint")}
    aborted = _ends_in_abort(folder)
    for name in ("tally", "result"):
        files[name] = None if aborted and not (folder / name).exists() else _read(folder, name)
    tiles: dict[str, bytes] = {}
    try:
        size = log.read_checkpoint(files["checkpoint"]).size
    except Malformed:
        return Record(**files, tiles=tiles)
    for paths in (log.bundle_paths(size), log.hash_tile_paths(size)):
        for path, _ in paths:
            tiles[path] = _read(folder, path)
    return Record(**files, tiles=tiles)


def _ends_in_abort(folder: Path) -> bool:
    """Whether the last entry is an abort entry, as far as can be told before anything is verified (spec 7)."""
    try:
        size = log.read_checkpoint((folder / "checkpoint").read_bytes()).size
        if size == 0:
            return False
        path, count = log.last_bundle_path(size)
        return log.read_bundle((folder / path).read_bytes(), count)[-1][:1] == bytes([ABORT])
    except (OSError, Malformed):
        return False


def _read(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise NotARecord(f"{path}: {error.strerror}") from None


# The board's entries (spec 6.3)

@dataclass(frozen=True)
class Entry:
    """One entry of the board; what its body means is decided by the checks."""

    kind: int
    time: int
    body: bytes


def read_entry(data: bytes) -> Entry:
    reader = Reader(data)
    kind, time = reader.one_of(KINDS, "the kind"), reader.u64()
    return Entry(kind, time, data[reader.position:])


def read_entries(leaves: list[bytes], most_pieces: int) -> list[Entry]:
    """One entry for each leaf; ballots that are too long for a leaf are joined in their last one (spec 6.9).

    A piece has the kind `PIECE`, and what it holds of the body is left to the entry that it belongs to.
    """
    entries: list[Entry] = []
    pieces: list[bytes] = []
    for i, leaf in enumerate(leaves):
        try:
            if leaf[:1] == bytes([PIECE]):
                entries.append(_piece(leaf, entries[-1].time if pieces else None))
                pieces.append(leaf[9:])
                if len(pieces) > most_pieces:
                    raise Malformed("more pieces than any entry of this election has")
            else:
                entries.append(_joined(read_entry(leaf), pieces, entries[-1].time) if pieces else read_entry(leaf))
                pieces = []
        except Malformed as fault:
            raise Malformed(f"entry {i}: {fault}") from None
    if pieces:
        raise Malformed(f"entry {len(leaves) - 1}: a piece of an entry that does not end")
    return entries


def _piece(leaf: bytes, time_before: int | None) -> Entry:
    reader = Reader(leaf)
    reader.u8()
    time = reader.u64()
    reader.take(PIECE_LENGTH)
    reader.end()
    if time_before not in (None, time):
        raise Malformed("its time is not that of the piece before")
    return Entry(PIECE, time, b"")


def _joined(last: Entry, pieces: list[bytes], time: int) -> Entry:
    if last.kind not in (CAST, OPENED):
        raise Malformed("the pieces before it are not ended")
    if last.time != time:
        raise Malformed("its time is not that of the piece before")
    held = b"".join(pieces)
    reader = Reader(last.body)
    if reader.take(DIGEST_LENGTH) != hashlib.sha256(held).digest():
        raise Malformed("its hash is not that of the pieces before")
    body = held + last.body[DIGEST_LENGTH:]
    if pieces_of(len(body)) != len(pieces):
        raise Malformed(f"a body of {len(body)} bytes in {len(pieces)} pieces")
    return Entry(last.kind, time, body)


def pieces_of(length: int) -> int:
    """How many pieces stand before the last leaf of an entry with a body of this length."""
    pieces = 0
    if length > PIECE_LENGTH:
        while length - pieces * PIECE_LENGTH > PIECE_LENGTH - DIGEST_LENGTH:
            pieces += 1
    return pieces


@dataclass(frozen=True)
class Opening:
    """The body of entry 0, which fixes the election."""

    origin: str
    log_key: bytes
    manifest_hash: bytes
    trustees_hash: bytes
    joint_key: Point
    roll_root: bytes
    roll_count: int
    roll_weight: int
    quorum: int
    absent: list[int]


def read_opening(body: bytes) -> Opening:
    reader = Reader(body)
    reader.version()
    origin = reader.text(200, "the origin")
    if not all("!" <= c <= "~" and c != "+" for c in origin):
        raise Malformed("the origin is not printable ASCII without spaces and +")
    opening = Opening(origin, reader.b32(), reader.b32(), reader.b32(), reader.point(), reader.b32(), reader.u32(),
                      reader.u64(), reader.u8(), [reader.u8() for _ in range(reader.u8())])
    for _ in range(reader.count(2, 0, 1000, "files of software")):
        reader.text(200, "the path of a file")
        reader.b32()
    reader.end()
    return opening


def read_reason(body: bytes) -> str:
    """The body of a pause or an abort entry."""
    reader = Reader(body)
    reason = reader.text(REASON_LENGTH, "the reason")
    reader.end()
    return reason


@dataclass(frozen=True)
class Replacement:
    """The body of a replacement entry: a lost credential, and what takes its place."""

    revoked: bytes
    credential: bytes
    weight: int


def read_replacement(body: bytes) -> Replacement:
    reader = Reader(body)
    revoked, credential, weight = reader.b32(), reader.point(), reader.u32()
    reader.b32()
    reader.end()
    return Replacement(revoked, credential, weight)


# The roll (spec 6.4)

@dataclass(frozen=True)
class Roll:
    weights: dict[bytes, int]
    root: bytes

    @property
    def weight(self) -> int:
        return sum(self.weights.values())


def read_roll(data: bytes) -> Roll:
    reader = Reader(data)
    reader.header(b"COMITIAR")
    voters: dict[bytes, int] = {}
    leaves: list[bytes] = []
    previous = bytes(group.IDENTITY)
    for number in range(reader.u32()):
        start = reader.position
        credential, weight = reader.point(), reader.u32()
        reader.b32()
        if credential <= previous:
            # The identity is all zeroes, so that this refuses it as the first voter, too.
            raise Malformed(f"voter {number} does not stand in strictly ascending order")
        if weight == 0:
            raise Malformed(f"voter {number} has no weight")
        voters[credential] = weight
        leaves.append(log.leaf_hash(data[start:reader.position]))
        previous = credential
    reader.end()
    return Roll(voters, log.root(leaves))


# The tally and the result (spec 6.7, 6.8)

@dataclass(frozen=True)
class Tally:
    size: int
    root: bytes
    totals: list[Ciphertext]
    partials: list[Partial]


def read_tally(data: bytes, options: int) -> Tally:
    reader = Reader(data)
    reader.header(b"COMITIAA")
    size, root = reader.u64(), reader.b32()
    count = reader.count(2, options, options, "totals")
    totals = [(reader.point(), reader.point()) for _ in range(count)]
    partials = [Partial(reader.u8(), reader.points(count), Equality.read(reader)) for _ in range(reader.u8())]
    reader.end()
    return Tally(size, root, totals, partials)


@dataclass(frozen=True)
class Result:
    cast: int
    counted: int
    counted_weight: int
    challenged: int
    replaced: int
    totals: list[int]


def read_result(data: bytes, options: int) -> Result:
    reader = Reader(data)
    reader.header(b"COMITIAS")
    cast, counted, weight = reader.u32(), reader.u32(), reader.u64()
    challenged, replaced = reader.u32(), reader.u32()
    totals = [reader.u64() for _ in range(reader.count(2, options, options, "totals"))]
    reader.end()
    return Result(cast, counted, weight, challenged, replaced, totals)
