"""Merkle trees as RFC 6962 defines them, by recursion: slow, short, and not as the contract does it."""
from __future__ import annotations

import hashlib


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _half(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return node(root(leaves[:half]), root(leaves[half:]))


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return path(index, leaves[:half]) + [root(leaves[half:])]
    return path(index - half, leaves[half:]) + [root(leaves[:half])]


def imagined(leaf: bytes, index: int, size: int) -> tuple[bytes, list[bytes]]:
    """Root and path of a leaf in a tree too large to make: every hash beside the path is made up."""
    if size == 1:
        return leaf, []
    half = _half(size)
    sibling = hashlib.sha256(f"{index} of {size}".encode()).digest()
    if index < half:
        below, hashes = imagined(leaf, index, half)
        return node(below, sibling), hashes + [sibling]
    below, hashes = imagined(leaf, index - half, size - half)
    return node(sibling, below), hashes + [sibling]


def service_leaf(election: bytes, size: int, board_root: bytes) -> bytes:
    """The leaf of an election in the service's tree."""
    return leaf_hash(election + size.to_bytes(8, "big") + board_root)
