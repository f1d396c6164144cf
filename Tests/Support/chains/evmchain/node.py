"""A chain with a pool before it and a miner behind: what one node is."""
from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import Any

from eth.exceptions import VMError
from eth_utils import ValidationError

from evmchain.accounts import Accounts
from evmchain.chain import Block, Chain, Transaction, read_transaction
from evmchain.pool import Pool
from evmchain.values import RPCError

COIN = 10**18
SUGGESTED_TIP = 1_000_000_000
MODES = ("automatic", "interval", "manual")


@dataclass
class Snapshot:
    blocks: list[Block]
    places: dict[bytes, tuple[int, int]]
    waiting: dict[bytes, dict[int, Transaction]]
    held: set[bytes]
    settings: dict[str, Any]


class Node:
    """Everything that requests and the clock do to it happens under `lock`."""

    def __init__(self, chain: Chain, mode: str = "automatic", seconds: float = 2, rests_after: int | None = None) -> None:
        """`rests_after`: in the mode `interval` no more is mined after so many blocks with nothing in them."""
        self.lock = threading.RLock()
        self.accounts = Accounts()
        self.chain = chain
        self.rests_after = rests_after
        self.pool = Pool(self.chain)
        self.suggested_tip = SUGGESTED_TIP
        self.holds_all = False
        self.mode = mode
        self.seconds = seconds
        self._snapshots: list[Snapshot] = []
        self._woken = threading.Event()
        threading.Thread(target=self._keep_mining, daemon=True).start()

    # Transactions

    def submit(self, raw: bytes) -> Transaction:
        try:
            transaction = read_transaction(raw)
        except (ValidationError, VMError, ValueError, TypeError, IndexError) as error:
            raise RPCError(f"invalid transaction: {error}") from None
        except Exception as error:  # decoding has errors of many libraries
            raise RPCError(f"rlp: {error}") from None
        self._check_chain(transaction)
        # What is in a block already is refused for its nonce, as go-ethereum does: its pool has forgotten it.
        self.pool.add(transaction)
        self.mine_if_automatic()
        return transaction

    def _check_chain(self, transaction: Transaction) -> None:
        chain_id = transaction.signed.chain_id
        if chain_id is None:
            raise RPCError("only replay-protected (EIP-155) transactions allowed over RPC")
        if chain_id != self.chain.chain_id:
            raise RPCError(f"invalid chain id for signer: have {chain_id} want {self.chain.chain_id}")

    # Mining

    def mine(self, count: int = 1) -> list[Block]:
        return [self._mine_one() for _ in range(count)]

    def mine_if_automatic(self) -> None:
        while self.mode == "automatic" and self._choose():
            self._mine_one()

    def _choose(self) -> list[Transaction]:
        return [] if self.holds_all else self.pool.choose()

    def _mine_one(self) -> Block:
        block, refused = self.chain.mine(self._choose())
        for transaction in block.transactions + refused:
            self.pool.remove(transaction)
        self.pool.forget_used()
        return block

    def set_mode(self, mode: str, seconds: float) -> None:
        if mode not in MODES or seconds <= 0:
            raise RPCError(f"mode is one of {', '.join(MODES)}, seconds more than none", code=-32602)
        self.mode = mode
        self.seconds = seconds
        self._woken.set()
        self.mine_if_automatic()

    def _keep_mining(self) -> None:
        while True:
            woken = self._woken.wait(self.seconds if self.mode == "interval" else None)
            self._woken.clear()
            with self.lock:
                if not woken and self.mode == "interval" and not self._is_resting():
                    self._mine_one()

    def _is_resting(self) -> bool:
        if self.rests_after is None or self._choose():
            return False
        latest = self.chain.blocks[1:][-self.rests_after :]
        return len(latest) == self.rests_after and not any(block.transactions for block in latest)

    # What tests do to it

    def reorganise(self, depth: int, fate: str, blocks: int) -> list[Transaction]:
        """Replaces the last blocks. What was in them is mined again (`keep`), waits again (`return`) or is gone (`drop`)."""
        if fate not in ("keep", "return", "drop"):
            raise RPCError("transactions is keep, return or drop", code=-32602)
        lost = self.chain.take_back(depth)
        if fate == "return":
            for _ in range(blocks):
                self.chain.mine([])
            self.pool.put_back(lost)
            self.mine_if_automatic()
        else:
            block, _ = self.chain.mine(lost if fate == "keep" else [])
            if fate == "keep":
                # What one block cannot hold waits for the next.
                self.pool.put_back([transaction for transaction in lost if transaction not in block.transactions])
            for _ in range(blocks - 1):
                self.chain.mine([])
            self.pool.forget_used()
            self.mine_if_automatic()
        return lost

    def snapshot(self) -> int:
        settings = {
            "mode": self.mode,
            "suggested_tip": self.suggested_tip,
            "holds_all": self.holds_all,
            "pinned": self.chain.pinned_base_fee,
            "smallest_tip": self.pool.smallest_tip,
            "others": self.pool.others,
        }
        waiting = {address: dict(queue) for address, queue in self.pool.waiting.items()}
        self._snapshots.append(Snapshot(list(self.chain.blocks), dict(self.chain.places), waiting, set(self.pool.held), settings))
        return len(self._snapshots) - 1

    def restore(self, number: int) -> None:
        if not 0 <= number < len(self._snapshots):
            raise RPCError("there is no such snapshot", code=-32602)
        kept = copy.copy(self._snapshots[number])
        self.chain.blocks = list(kept.blocks)
        self.chain.places = dict(kept.places)
        self.pool.waiting = {address: dict(queue) for address, queue in kept.waiting.items()}
        self.pool.held = set(kept.held)
        self.pool.smallest_tip = kept.settings["smallest_tip"]
        self.pool.others = kept.settings["others"]
        self.chain.pinned_base_fee = kept.settings["pinned"]
        self.suggested_tip = kept.settings["suggested_tip"]
        self.holds_all = kept.settings["holds_all"]
        self.mode = kept.settings["mode"]
        self._woken.set()
