"""Blocks and states. py-evm executes; this keeps what is canonical, so that blocks can be taken back."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from eth.abc import ComputationAPI, SignedTransactionAPI
from eth.db.atomic import AtomicDB
from eth.db.trie import make_trie_root_and_nodes
from eth.vm.execution_context import ExecutionContext
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.blocks import PragueBlockHeader
from eth.vm.forks.prague.state import PragueState
from eth.vm.forks.prague.transactions import PragueTransactionBuilder
from eth.vm.spoof import SpoofTransaction
from eth_bloom import BloomFilter
from eth_utils import ValidationError

COINBASE = bytes.fromhex("c0") * 20
BLOCK_GAS_LIMIT = 30_000_000
PLAIN_TRANSFER = 21_000
LARGEST_CALL = 50_000_000
GENESIS_BASE_FEE = 30_000_000_000
SMALLEST_BASE_FEE = 7


@dataclass(frozen=True)
class Transaction:
    """A signed transaction as it was sent, and what is often asked of it."""

    raw: bytes
    signed: SignedTransactionAPI
    hash: bytes
    sender: bytes
    nonce: int
    fee_cap: int
    tip_cap: int
    type: int

    @property
    def least_gas(self) -> int:
        """What it costs before anything is executed, and the floor of EIP-7623. py-evm leaves checking to whoever builds blocks."""
        return max(self.signed.intrinsic_gas, floor_gas(self.signed.data))

    @property
    def cost(self) -> int:
        return self.signed.gas * self.fee_cap + self.signed.value

    def tip(self, base_fee: int) -> int:
        return min(self.tip_cap, self.fee_cap - base_fee)


def floor_gas(content: bytes) -> int:
    zeros = content.count(0)
    return PLAIN_TRANSFER + 10 * (zeros + 4 * (len(content) - zeros))


def read_transaction(raw: bytes) -> Transaction:
    """Throws what decoding and recovering throw, for there is no end of wrong bytes."""
    signed = PragueTransactionBuilder().decode(raw)
    signed.validate()
    if signed.encode() != raw:
        raise ValidationError("the transaction is not encoded canonically")
    return Transaction(
        raw=raw,
        signed=signed,
        hash=bytes(signed.hash),
        sender=bytes(signed.sender),
        nonce=signed.nonce,
        fee_cap=signed.max_fee_per_gas,
        tip_cap=signed.max_priority_fee_per_gas,
        type=raw[0] if raw[0] < 0x80 else 0,
    )


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction in its block."""

    success: bool
    gas_used: int
    cumulative_gas: int
    price: int
    contract: bytes | None
    logs: list[tuple[bytes, list[int], bytes]]
    bloom: int


@dataclass(frozen=True)
class Block:
    header: PragueBlockHeader
    transactions: list[Transaction] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.header.block_number


@dataclass(frozen=True)
class Call:
    """A message that is executed on a state without becoming part of the chain."""

    sender: bytes
    to: bytes
    value: int
    content: bytes
    gas: int
    price: int = 0


class Chain:
    """One line of blocks over one store of states; a block that is taken back leaves its state in the store."""

    def __init__(self, chain_id: int, balances: dict[bytes, int], started: int | None = None) -> None:
        self.chain_id = chain_id
        # Is told of every block that was made.
        self.made: Callable[[Block, dict[bytes, int]], None] | None = None
        self.pinned_base_fee: int | None = None
        self.clock_offset = 0
        self._store = AtomicDB()
        self._made = 0
        self.blocks: list[Block] = []
        self.places: dict[bytes, tuple[int, int]] = {}
        genesis = PragueBlockHeader(
            difficulty=0, block_number=0, gas_limit=BLOCK_GAS_LIMIT, timestamp=started or int(time.time()) - 1, base_fee_per_gas=GENESIS_BASE_FEE
        )
        state = self._state(genesis)
        for address, balance in balances.items():
            state.set_balance(address, balance)
        self.blocks.append(Block(genesis.copy(state_root=_written(state))))

    @property
    def head(self) -> Block:
        return self.blocks[-1]

    @property
    def next_base_fee(self) -> int:
        """EIP-1559, or what was pinned."""
        if self.pinned_base_fee is not None:
            return self.pinned_base_fee
        parent = self.head.header
        target = parent.gas_limit // 2
        change = parent.base_fee_per_gas * abs(parent.gas_used - target) // target // 8
        if parent.gas_used > target:
            return parent.base_fee_per_gas + max(change, 1)
        return max(parent.base_fee_per_gas - change, SMALLEST_BASE_FEE)

    def state(self, block: Block) -> PragueState:
        """The state after a block, for reading."""
        return self._state(block.header)

    def _state(self, header: PragueBlockHeader) -> PragueState:
        context = ExecutionContext(
            coinbase=COINBASE,
            timestamp=header.timestamp,
            block_number=header.block_number,
            difficulty=0,
            mix_hash=header.mix_hash,
            gas_limit=header.gas_limit,
            prev_hashes=self._hashes_before(header.block_number),
            chain_id=self.chain_id,
            base_fee_per_gas=header.base_fee_per_gas,
            excess_blob_gas=0,
        )
        return PragueState(self._store, context, header.state_root)

    def _hashes_before(self, number: int) -> Iterable[bytes]:
        return [block.header.hash for block in reversed(self.blocks[max(0, number - 256) : number])]

    # Blocks

    def next_header(self, timestamp: int | None = None) -> PragueBlockHeader:
        parent = self.head.header
        self._made += 1
        return PragueBlockHeader(
            difficulty=0,
            block_number=parent.block_number + 1,
            gas_limit=BLOCK_GAS_LIMIT,
            timestamp=timestamp or max(parent.timestamp + 1, int(time.time()) + self.clock_offset),
            coinbase=COINBASE,
            parent_hash=parent.hash,
            state_root=parent.state_root,
            # A block that replaces another has another hash, even with the same content in the same second.
            extra_data=self._made.to_bytes(8, "big"),
            mix_hash=self._made.to_bytes(32, "big"),
            base_fee_per_gas=self.next_base_fee,
        )

    def mine(
        self, transactions: Iterable[Transaction], changes: dict[bytes, int] | None = None, timestamp: int | None = None
    ) -> tuple[Block, list[Transaction]]:
        """Appends a block of what can be executed; the second part of the answer is what cannot, ever. `changes` sets balances."""
        header = self.next_header(timestamp)
        state = self._state(header)
        taken: list[Transaction] = []
        receipts: list[Receipt] = []
        encoded: list[Any] = []
        refused: list[Transaction] = []
        gas_used = 0
        for transaction in transactions:
            if gas_used + transaction.signed.gas > header.gas_limit:
                continue
            state.lock_changes()
            try:
                computation = state.apply_transaction(transaction.signed)
            except ValidationError:
                refused.append(transaction)
                continue
            used = PragueVM.finalize_gas_used(transaction.signed, computation)
            gas_used += used
            receipt = _receipt(transaction, computation, used, gas_used, header.base_fee_per_gas)
            encoded.append(transaction.signed.make_receipt(b"\x01" if receipt.success else b"", gas_used, _entries(computation)))
            receipts.append(receipt)
            taken.append(transaction)
        for address, balance in (changes or {}).items():
            state.set_balance(address, balance)
        header = header.copy(
            state_root=_written(state),
            gas_used=gas_used,
            bloom=_union(receipt.bloom for receipt in receipts),
            transaction_root=make_trie_root_and_nodes([transaction.signed for transaction in taken])[0],
            receipt_root=make_trie_root_and_nodes(encoded)[0],
        )
        block = Block(header, taken, receipts)
        self._append(block)
        if self.made:
            self.made(block, changes or {})
        return block, refused

    def _append(self, block: Block) -> None:
        self.blocks.append(block)
        for index, transaction in enumerate(block.transactions):
            self.places[transaction.hash] = (block.number, index)

    def take_back(self, count: int) -> list[Transaction]:
        """Forgets the last blocks; the answer is what was in them, oldest first."""
        count = min(count, len(self.blocks) - 1)
        lost: list[Transaction] = []
        for block in self.blocks[len(self.blocks) - count :]:
            lost.extend(block.transactions)
        del self.blocks[len(self.blocks) - count :]
        for transaction in lost:
            del self.places[transaction.hash]
        return lost

    def write_storage(self, address: bytes, slot: int, value: int) -> None:
        """Changes a contract's storage by decree, in an empty block."""
        header = self.next_header()
        state = self._state(header)
        state.set_storage(address, slot, value)
        self._append(Block(header.copy(state_root=_written(state))))

    # Calls

    def execute(self, call: Call, block: Block) -> tuple[ComputationAPI, int]:
        """Runs a call after a block, for nothing; answers what happened and the gas used."""
        header = block.header.copy(base_fee_per_gas=0, gas_limit=LARGEST_CALL)
        state = self._state(header)
        unsigned = PragueTransactionBuilder.create_unsigned_transaction(
            nonce=state.get_nonce(call.sender), gas_price=call.price, gas=call.gas, to=call.to, value=call.value, data=call.content
        )
        spoofed = SpoofTransaction(unsigned, from_=call.sender)
        if call.gas < max(spoofed.intrinsic_gas, floor_gas(call.content)):
            raise ValidationError("Insufficient gas")
        computation = state.costless_execute_transaction(spoofed)
        return computation, PragueVM.finalize_gas_used(spoofed, computation)

    # Places

    def block_of_hash(self, block_hash: bytes) -> Block | None:
        return next((block for block in reversed(self.blocks) if block.header.hash == block_hash), None)

    def find(self, transaction_hash: bytes) -> tuple[Block, int] | None:
        place = self.places.get(transaction_hash)
        return (self.blocks[place[0]], place[1]) if place else None


def _written(state: PragueState) -> bytes:
    """Makes a state's root and stores what it is made of."""
    state.lock_changes()
    root = state.make_state_root()
    state.persist()
    return bytes(root)


def _entries(computation: ComputationAPI) -> tuple[tuple[bytes, tuple[int, ...], bytes], ...]:
    return () if computation.is_error else tuple(computation.get_log_entries())


def _receipt(transaction: Transaction, computation: ComputationAPI, used: int, cumulative: int, base_fee: int) -> Receipt:
    logs = [(bytes(address), list(topics), bytes(content)) for address, topics, content in _entries(computation)]
    created = not transaction.signed.to and not computation.is_error
    return Receipt(
        success=not computation.is_error,
        gas_used=used,
        cumulative_gas=cumulative,
        price=base_fee + transaction.tip(base_fee),
        contract=bytes(computation.msg.storage_address) if created else None,
        logs=logs,
        bloom=_bloom(logs),
    )


def _bloom(logs: list[tuple[bytes, list[int], bytes]]) -> int:
    bloom = BloomFilter()
    for address, topics, _ in logs:
        bloom.add(address)
        for topic in topics:
            bloom.add(topic.to_bytes(32, "big"))
    return int(bloom)


def _union(blooms: Iterable[int]) -> int:
    union = 0
    for bloom in blooms:
        union |= bloom
    return union
