"""Where a board stands on a public chain (spec 6.13), and the mark of a certificate on Solana (spec 13)."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass

import log
from codec import Malformed, Reader
from group import ed25519_verifies

LONGEST_PATH = 64


@dataclass(frozen=True)
class Anchor:
    block: int
    root: bytes
    leaves: int
    size: int
    board_root: bytes
    index: int
    path: list[bytes]

    def demand_place(self, election: bytes) -> None:
        """The election's leaf is at its place under the anchored root (spec 12.1)."""
        leaf = log.leaf_hash(election + self.size.to_bytes(8, "big") + self.board_root)
        if log.root_of_inclusion(leaf, self.index, self.leaves, self.path) != self.root:
            raise Malformed("the path does not lead to the anchored root")


@dataclass(frozen=True)
class AnchorFile:
    chain: int
    contract: bytes
    anchors: list[Anchor]


def read_anchors(data: bytes) -> AnchorFile:
    reader = Reader(data)
    reader.header(b"COMITIAL")
    chain, contract, first_block = reader.u64(), reader.take(20), reader.u64()
    anchors = [_read_anchor(reader) for _ in range(reader.count(2, 1, 65_535, "anchors"))]
    reader.end()
    before, size = first_block, 0
    for number, anchor in enumerate(anchors, 1):
        if anchor.size <= size:
            raise Malformed(f"anchor {number} does not cover more than the one before")
        if anchor.block < before:
            raise Malformed(f"anchor {number} is in a block before its time")
        before, size = anchor.block, anchor.size
    return AnchorFile(chain, contract, anchors)


def _read_anchor(reader: Reader) -> Anchor:
    reader.b32()  # The transaction, and below the time of its block: of them only the chain knows.
    block, _time, root, leaves = reader.u64(), reader.u64(), reader.b32(), reader.u64()
    size, board_root, index = reader.u64(), reader.b32(), reader.u64()
    path = [reader.b32() for _ in range(reader.count(1, 0, LONGEST_PATH, "hashes of a path"))]
    return Anchor(block, root, leaves, size, board_root, index, path)


# Solana (spec 13)

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MOST_PRICE = 10_000_000


def _address(text: str) -> bytes:
    value = 0
    for digit in text:
        value = value * 58 + _DIGITS.index(digit)
    return value.to_bytes(32, "big")


SYSTEM = _address("1" * 32)
BUDGET = _address("ComputeBudget111111111111111111111111111111")
MEMO = _address("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
BLOCKHASHES = _address("SysvarRecentB1ockHashes11111111111111111111")


def _length(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def mark_message(election: bytes, certificate: bytes, key: bytes, account: bytes, nonce: bytes, price: int) -> bytes:
    """What the trustees sign (spec 13.2): a function of all that it is about."""
    rest = sorted([SYSTEM, BUDGET, MEMO, BLOCKHASHES])
    addresses = [key, account, *rest]
    memo = f"comitia:result:v1:{election.hex()}:{hashlib.sha256(certificate).hexdigest()}".encode()
    instructions = [
        (SYSTEM, [account, BLOCKHASHES, key], (4).to_bytes(4, "little")),
        (BUDGET, [], bytes([2]) + (100_000).to_bytes(4, "little")),
        (BUDGET, [], bytes([3]) + price.to_bytes(8, "little")),
        (MEMO, [key], memo)]
    out = bytes([1, 0, len(rest)]) + _length(len(addresses)) + b"".join(addresses) + nonce + _length(len(instructions))
    for program, accounts, data in instructions:
        places = bytes(map(addresses.index, accounts))
        out += bytes([addresses.index(program)]) + _length(len(places)) + places + _length(len(data)) + data
    return out


def read_mark(data: bytes) -> tuple[int, bytes]:
    """Slot and transaction."""
    reader = Reader(data)
    reader.header(b"COMITIAX")
    reader.b32()  # The network, which only it can show.
    slot, transaction = reader.u64(), reader.take(reader.count(2, 0, 1232, "bytes of a transaction"))
    reader.end()
    return slot, transaction


def demand_mark(transaction: bytes, election: bytes, certificate: bytes, key: bytes) -> None:
    """The transaction is the mark of this certificate, signed by the joint key (spec 13.5)."""
    reader = Reader(transaction)
    if reader.u8() != 1:
        raise Malformed("the transaction has not one signature")
    signature, message = reader.take(64), transaction[65:]
    # Where the message is the one that is expected, payer, nonce account and nonce stand here, and the price where it is taken from.
    account, nonce = message[36:68], message[196:228]
    instructions = 229
    price_at = instructions + 10 + 8 + 4
    price = int.from_bytes(message[price_at:price_at + 8], "little")
    if account in (key, SYSTEM, BUDGET, MEMO, BLOCKHASHES) or price > MOST_PRICE:
        raise Malformed("an account or a price that no mark has")
    if message != mark_message(election, certificate, key, account, nonce, price):
        raise Malformed("the transaction is not the mark of this certificate")
    if not ed25519_verifies(key, message, signature):
        raise Malformed("the mark is not signed by the joint key")
