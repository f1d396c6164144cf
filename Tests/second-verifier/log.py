"""The bulletin board's Merkle log, its signed notes and receipts (spec 5)."""
from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codec import Malformed, Reader
from group import ed25519_verifies

TILE = 256
LOG_KEY, WITNESS_KEY = 1, 4
EMPTY_ROOT = hashlib.sha256(b"").digest()


# The tree (spec 5.1, 5.2)

def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes (or, alike, over the hashes of a full tile)."""
    stack: list[tuple[int, bytes]] = []
    for hash_ in hashes:
        height = 0
        while stack and stack[-1][0] == height:
            hash_ = node_hash(stack.pop()[1], hash_)
            height += 1
        stack.append((height, hash_))
    if not stack:
        return EMPTY_ROOT
    result = stack.pop()[1]
    while stack:
        result = node_hash(stack.pop()[1], result)
    return result


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to ; the proof must have exactly the length it needs."""
    if index >= size:
        raise Malformed(f"index {index} lies outside a log of {size} entries")
    first, last, result = index, size - 1, leaf
    steps = iter(proof)
    while last:
        if first % 2 or first < last:
            step = next(steps, None)
            if step is None:
                raise Malformed("the inclusion proof is too short")
            result = node_hash(step, result) if first % 2 else node_hash(result, step)
        first, last = first >> 1, last >> 1
    if next(steps, None) is not None:
        raise Malformed("the inclusion proof is too long")
    return result


# Tiles (spec 5.3, 5.4)

def tile_paths(prefix: str, count: int) -> Iterator[tuple[str, int]]:
    """The files for `count` hashes or entries, and how many of them each holds."""
    for index in range((count + TILE - 1) // TILE):
        yield _tile_path(prefix, index, count)


def _tile_path(prefix: str, index: int, count: int) -> tuple[str, int]:
    digits = str(index).rjust((len(str(index)) + 2) // 3 * 3, "0")
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    path = "/".join([prefix] + [f"x{group}" for group in groups[:-1]] + groups[-1:])
    width = min(TILE, count - index * TILE)
    return (path if width == TILE else f"{path}.p/{width}", width)


def bundle_paths(size: int) -> Iterator[tuple[str, int]]:
    return tile_paths("tile/entries", size)


def last_bundle_path(size: int) -> tuple[str, int]:
    """The bundle that holds the last entry; the log is not empty."""
    return _tile_path("tile/entries", (size - 1) // TILE, size)


def hash_tile_paths(size: int) -> Iterator[tuple[str, int]]:
    for level in range(8):
        yield from tile_paths(f"tile/{level}", size >> (8 * level))


def hash_tiles(hashes: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Every hash tile of a log with these leaf hashes, path and content."""
    level = 0
    while hashes:
        at = 0
        for path, width in tile_paths(f"tile/{level}", len(hashes)):
            yield path, b"".join(hashes[at:at + width])
            at += width
        hashes = [root(hashes[i:i + TILE]) for i in range(0, len(hashes) - TILE + 1, TILE)]
        level += 1


def read_bundle(data: bytes, count: int) -> list[bytes]:
    reader = Reader(data)
    entries = [reader.take(reader.u16()) for _ in range(count)]
    reader.end()
    return entries


# Signed notes (spec 5.5 … 5.8)

@dataclass(frozen=True)
class SignatureLine:
    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Checkpoint:
    """A signed note that states a log's size and root. `text` is what is signed."""

    text: bytes
    origin: str
    size: int
    root: bytes
    signatures: list[SignatureLine]

    def log_verifies(self, line: SignatureLine, key: bytes) -> bool:
        return is_by(line, self.origin, LOG_KEY, key) and ed25519_verifies(key, self.text, line.signature)

    def cosigner_verifies(self, line: SignatureLine, name: str, key: bytes) -> bool:
        """A cosignature/v1: 8 bytes of POSIX time, then the signature over that time and the note's text."""
        time = int.from_bytes(line.signature[:8], "big")
        if not is_by(line, name, WITNESS_KEY, key) or time >= 2**63:
            return False
        return ed25519_verifies(key, b"cosignature/v1\ntime %d\n" % time + self.text, line.signature[8:])

    def demand_good(self, key: bytes, cosigners: Mapping[str, bytes]) -> None:
        """For a checkpoint from outside: lines of unknown keys are passed over, those of known keys must be good, and
        one by the log must be there (spec 5.7)."""
        by_log = [line for line in self.signatures if is_by(line, self.origin, LOG_KEY, key)]
        if not by_log or not all(self.log_verifies(line, key) for line in by_log):
            raise Malformed("it has no good signature by the log")
        for line in self.signatures:
            cosigner = cosigners.get(line.name)
            if cosigner and is_by(line, line.name, WITNESS_KEY, cosigner):
                if not self.cosigner_verifies(line, line.name, cosigner):
                    raise Malformed(f"the signature of {line.name} is bad")


def key_id(name: str, kind: int, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def is_by(line: SignatureLine, name: str, kind: int, key: bytes) -> bool:
    return line.name == name and line.key_id == key_id(name, kind, key)


def read_checkpoint(data: bytes) -> Checkpoint:
    if len(data) > 2**20:
        raise Malformed("it is too long")
    note = _note_text(data)
    text, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise Malformed("it has no blank line before its signatures")
    lines = text.split("\n")
    if len(lines) != 3 or not lines[0] or len(text.encode()) >= 2**16:
        raise Malformed("its text is not an origin, a size and a root")
    if not signatures.endswith("\n"):
        raise Malformed("it does not end with a line feed")
    signature_lines = signatures[:-1].split("\n")
    if len(signature_lines) > 64:
        raise Malformed("it has more than 64 signatures")
    checkpoint = Checkpoint(text=(text + "\n").encode(), origin=lines[0], size=_decimal(lines[1], "its size"),
                            root=_hash(lines[2]), signatures=[_signature_line(line) for line in signature_lines])
    if len({(line.name, line.key_id) for line in checkpoint.signatures}) != len(signature_lines):
        raise Malformed("two signatures are by one key")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Malformed("its root is not that of an empty log")
    return checkpoint


def _note_text(data: bytes) -> str:
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("it is not UTF-8") from None
    if any(c < " " and c != "\n" for c in note):
        raise Malformed("it contains a control character")
    return note


def _signature_line(line: str) -> SignatureLine:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1] or any(c.isspace() for c in parts[1]) \
            or len(parts[1].encode()) > 255:
        raise Malformed("a signature line is not formed as it must be")
    blob = _base64(parts[2])
    if not 5 <= len(blob) <= 4 + 6144:
        raise Malformed(f"a signature has {len(blob)} bytes")
    return SignatureLine(parts[1], blob[:4], blob[4:])


def _base64(text: str) -> bytes:
    """The one encoding of RFC 4648, section 4: with padding, and without stray bits."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("base64 is malformed") from None
    if base64.b64encode(data).decode() != text:
        raise Malformed("base64 is not canonical")
    return data


def _hash(text: str) -> bytes:
    data = _base64(text)
    if len(data) != 32:
        raise Malformed(f"a hash has {len(data)} bytes")
    return data


def _decimal(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or len(text) > 20:
        raise Malformed(f"{what} is not a decimal number without leading zeroes")
    if int(text) >= 2**63:
        raise Malformed(f"{what} is too large")
    return int(text)


# Receipts (spec 5.9)

@dataclass(frozen=True)
class Receipt:
    """A tlog-proof: that the entry at `index` is in the log of `checkpoint`. Nothing authenticates `extra`."""

    extra: bytes
    index: int
    proof: list[bytes]
    checkpoint: Checkpoint


def read_receipt(data: bytes) -> Receipt:
    head, separator, checkpoint = data.partition(b"\n\n")
    lines = _note_text(head).split("\n")
    if not separator or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Malformed("it is not a tlog-proof")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = _base64(lines.pop(0)[6:])
        if not 1 <= len(extra) <= 65_536:
            raise Malformed(f"its extra data has {len(extra)} bytes")
    if not lines or not lines[0].startswith("index "):
        raise Malformed("it has no index")
    index = _decimal(lines.pop(0)[6:], "its index")
    if len(lines) > 64:
        raise Malformed("its proof is too long")
    receipt = Receipt(extra, index, [_hash(line) for line in lines], read_checkpoint(checkpoint))
    if index >= receipt.checkpoint.size:
        raise Malformed("its index lies outside its checkpoint")
    return receipt
