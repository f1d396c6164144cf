"""The methods that no node has: what tests do to the chain."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from evmchain import forms
from evmchain.faults import Faults
from evmchain.methods import Methods
from evmchain.node import Node
from evmchain.values import RPCError, data, quantity, read_data, read_quantity


class Controls:
    """Those of the chain act on it whatever endpoint is asked; lag, faults and counts are an endpoint's own."""

    def __init__(self, node: Node, methods: Methods, faults: Faults, calls: Counter[str]) -> None:
        self.node = node
        self.methods = methods
        self.faults = faults
        self.calls = calls
        self.table: dict[str, Callable[..., Any]] = {
            "test_accounts": self.accounts,
            "test_mining": self.mining,
            "test_mine": lambda count=1: [data(block.header.hash) for block in node.mine(read_quantity(count, "count"))],
            "test_reorg": self.reorganise,
            "test_gasPrice": self.gas_price,
            "test_hold": self.hold,
            "test_release": self.release,
            "test_drop": self.drop,
            "test_congest": self.congest,
            "test_balance": self.balance,
            "test_storage": self.storage,
            "test_time": self.time,
            "test_lag": self.lag,
            "test_snapshot": lambda: quantity(node.snapshot()),
            "test_restore": lambda number: node.restore(read_quantity(number, "snapshot")),
            "test_fault": faults.add,
            "test_faults": faults.left,
            "test_clearFaults": faults.clear,
            "test_calls": lambda: dict(calls),
            "test_clearCalls": calls.clear,
        }

    def accounts(self) -> list[dict[str, str]]:
        return [{"address": forms.address(address), "key": data(key.to_bytes())} for address, key in self.node.accounts.keys.items()]

    def mining(self, mode: str, seconds: float = 2) -> None:
        self.node.set_mode(mode, seconds)

    def reorganise(self, wanted: dict[str, Any]) -> list[str]:
        depth = int(wanted.get("depth", 1))
        lost = self.node.reorganise(depth, wanted.get("transactions", "return"), int(wanted.get("blocks", depth + 1)))
        return [data(transaction.hash) for transaction in lost]

    def gas_price(self, wanted: dict[str, Any]) -> None:
        """`baseFee` of the coming blocks (null: by EIP-1559 again), `tip` that is suggested, `smallestTip` that is accepted."""
        if "baseFee" in wanted:
            fee = wanted["baseFee"]
            self.node.chain.pinned_base_fee = None if fee is None else read_quantity(fee, "baseFee")
        if "tip" in wanted:
            self.node.suggested_tip = read_quantity(wanted["tip"], "tip")
        if "smallestTip" in wanted:
            self.node.pool.smallest_tip = read_quantity(wanted["smallestTip"], "smallestTip")
        self.node.mine_if_automatic()

    def hold(self, transaction_hash: str | None = None) -> None:
        """Blocks take a transaction, or any, no more, until it is released."""
        if transaction_hash is None:
            self.node.holds_all = True
        else:
            self.node.pool.held.add(read_data(transaction_hash, "hash", 32))

    def release(self, transaction_hash: str | None = None) -> None:
        if transaction_hash is None:
            self.node.holds_all = False
            self.node.pool.held.clear()
        else:
            self.node.pool.held.discard(read_data(transaction_hash, "hash", 32))
        self.node.mine_if_automatic()

    def drop(self, transaction_hash: str) -> None:
        """Forgets a transaction that waits, as if pushed out by dearer ones."""
        waiting = self.node.pool.find(read_data(transaction_hash, "hash", 32))
        if waiting is None:
            raise RPCError("no such transaction waits")
        self.node.pool.remove(waiting)

    def congest(self, count: Any) -> None:
        self.node.pool.others = read_quantity(count, "count")

    def balance(self, address: str, amount: Any) -> None:
        self.node.chain.mine([], {read_data(address, "address", 20): read_quantity(amount, "amount")})

    def storage(self, address: str, slot: Any, value: Any) -> None:
        self.node.chain.write_storage(read_data(address, "address", 20), read_quantity(slot, "slot"), read_quantity(value, "value"))

    def lag(self, blocks: Any) -> None:
        """This endpoint has not heard of the last blocks."""
        self.methods.lag = read_quantity(blocks, "blocks")

    def time(self, seconds: int) -> None:
        """Moves the clock of the coming blocks."""
        self.node.chain.clock_offset += int(seconds)
