"""The record (spec 6): its files, the board's entries, the roll, the tally, the result, the draws and the certificate."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import group
import log
from codec import Malformed, Reader
from group import Point
from proofs import Equality
from randomness import PROOF_LENGTH, PartialEvaluation
from renewals import renewal_entries
from trustees import Ciphertext, Partial

OPENING, CAST, CHALLENGE, OPENED, CLOSING, PAUSE, RESUME, ABORT, REPLACEMENT, RENEWAL = KINDS = (*range(1, 10), 11)
PIECE = 10

REASON_LENGTH = 500
REPLACEMENT_LENGTH = 100
RENEWAL_LENGTH = 34
PIECE_LENGTH = 65_526
DIGEST_LENGTH = 32
MOST_TRUSTEES = 50

# What an aborted election has not: files of the end.
END = ("tally", "result", "draw-closing", "certificate")


class NotARecord(Exception):
    """A file is missing: the folder holds no record, and no check can be run (spec 7)."""


@dataclass(frozen=True)
class Record:
    """The bytes of all files. `tiles` is empty when the checkpoint does not say how many entries there are.

    `ending` has the files of `END` that are there: all of them, unless the last entry is an abort entry. `renewals` has what
    was handed over, by number: a file for each renewal entry; `renewal_checkpoints` what brought them into force.
    """

    manifest: bytes
    trustees: bytes
    roll: bytes
    draw_opening: bytes
    checkpoint: bytes
    ending: dict[str, bytes]
    tiles: dict[str, bytes]
    renewals: dict[int, bytes]
    renewal_checkpoints: dict[int, bytes]
    anchors: bytes | None
    anchor_solana: bytes | None


def load(folder: Path) -> Record:
    manifest, trustees, roll, draw, checkpoint = (
        _read(folder, name) for name in ("manifest", "trustees", "roll", "draw-opening", "checkpoint"))
    aborted = _ends_in_abort(folder)
    ending = {name: _read(folder, name) for name in END if not aborted or (folder / name).exists()}
    tiles: dict[str, bytes] = {}
    renewals: dict[int, bytes] = {}
    checkpoints: dict[int, bytes] = {}
    try:
        size = log.read_checkpoint(checkpoint).size
        paths = [path for path, _ in (*log.bundle_paths(size), *log.hash_tile_paths(size))]
        tiles = {path: _read(folder, path) for path in paths}
        renewals = {entry.number: _read(folder, f"renewal-{entry.number}") for entry in renewal_entries(size, tiles)}
        checkpoints = _renewal_checkpoints(folder, list(renewals))
    except Malformed:
        pass  # Check 5 fails on it.
    anchors, mark = (_read(folder, name) if (folder / name).exists() else None for name in ("anchors", "anchor-solana"))
    return Record(manifest, trustees, roll, draw, checkpoint, ending, tiles, renewals, checkpoints, anchors, mark)


def _renewal_checkpoints(folder: Path, numbers: list[int]) -> dict[int, bytes]:
    """What brought renewals into force: of an aborted election up to the first that is missing."""
    found: dict[int, bytes] = {}
    for number in numbers:
        path = f"renewal-{number}-checkpoint"
        if not (folder / path).is_file() and _ends_in_abort(folder):
            break
        found[number] = _read(folder, path)
    return found


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
    draw_hash: bytes
    draw: bytes


def read_opening(body: bytes) -> Opening:
    reader = Reader(body)
    reader.version()
    origin = reader.text(200, "the origin")
    if not all("!" <= c <= "~" and c != "+" for c in origin):
        raise Malformed("the origin is not printable ASCII without spaces and +")
    opening = Opening(origin, reader.b32(), reader.b32(), reader.b32(), reader.point(), reader.b32(), reader.u32(),
                      reader.u64(), reader.u8(), [reader.u8() for _ in range(reader.u8())],
                      reader.b32(), reader.b32())
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


# Draws and the certificate (spec 6.10, 6.11)

@dataclass(frozen=True)
class DrawPart:
    """What one trustee answered for a seed: its part of the beacon, and the proof of its own value."""

    partial: PartialEvaluation
    own: bytes

    @property
    def trustee(self) -> int:
        return self.partial.trustee


@dataclass(frozen=True)
class DrawFile:
    size: int
    root: bytes
    parts: list[DrawPart]


def read_draw(data: bytes) -> DrawFile:
    reader = Reader(data)
    reader.header(b"COMITIAW")
    size, root = reader.u64(), reader.b32()
    count = reader.count(1, 0, MOST_TRUSTEES, "parts of trustees")
    parts = [DrawPart(PartialEvaluation.read(reader), reader.take(PROOF_LENGTH)) for _ in range(count)]
    reader.end()
    if any(one.trustee >= next_.trustee for one, next_ in zip(parts, parts[1:])):
        raise Malformed("the parts do not stand in strictly ascending order of trustees")
    return DrawFile(size, root, parts)


@dataclass(frozen=True)
class Certificate:
    """What the trustees signed together; `message` is that, byte for byte."""

    election: bytes
    size: int
    root: bytes
    tally: bytes
    result: bytes
    draw: bytes
    signature: bytes
    message: bytes


def read_certificate(data: bytes) -> Certificate:
    reader = Reader(data)
    reader.header(b"COMITIAC")
    election, size, root, tally, result, draw = (
        reader.b32(), reader.u64(), reader.b32(), reader.b32(), reader.b32(), reader.b32())
    message = b"comitia result certificate/v1\n" + data[:reader.position]
    signature = reader.take(64)
    reader.end()
    return Certificate(election, size, root, tally, result, draw, signature, message)
