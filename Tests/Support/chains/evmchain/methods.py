"""The methods that any Ethereum node has."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evmchain import calls, forms
from evmchain.chain import Block, Transaction
from evmchain.node import Node
from evmchain.values import RPCError, data, invalid, quantity, read_data, read_quantity, word

SAFE_DISTANCE = 16
FINAL_DISTANCE = 32
LARGEST_LOG_RANGE = 10_000


class Methods:
    """`node.lock` is held while one of them runs."""

    def __init__(self, node: Node, signer_style: str = "geth") -> None:
        self.node = node
        self.chain = node.chain
        self.signer_style = signer_style
        # How many blocks behind the others this endpoint is.
        self.lag = 0
        self.table: dict[str, Callable[..., Any]] = {
            "web3_clientVersion": lambda: "comitia-test-chain/1 (py-evm; a test tool, not a network)",
            "net_version": lambda: str(self.chain.chain_id),
            "net_listening": lambda: True,
            "eth_chainId": lambda: quantity(self.chain.chain_id),
            "eth_syncing": lambda: False,
            "eth_blockNumber": lambda: quantity(self.head.number),
            "eth_accounts": lambda: [forms.address(address) for address in node.accounts.addresses],
            "eth_gasPrice": lambda: quantity(self.chain.next_base_fee + node.suggested_tip),
            "eth_maxPriorityFeePerGas": lambda: quantity(node.suggested_tip),
            "eth_feeHistory": self.fee_history,
            "eth_getBalance": self.balance,
            "eth_getCode": self.code,
            "eth_getStorageAt": self.storage,
            "eth_getTransactionCount": self.transaction_count,
            "eth_call": self.call,
            "eth_estimateGas": self.estimate,
            "eth_sendRawTransaction": self.send_raw,
            "eth_signTransaction": self.sign,
            "eth_sendTransaction": self.send,
            "eth_getTransactionByHash": self.transaction,
            "eth_getTransactionReceipt": self.receipt,
            "eth_getBlockReceipts": self.block_receipts,
            "eth_getBlockByNumber": lambda tag, full=False: self._form(self.block(tag, missing_is_none=True), full),
            "eth_getBlockByHash": lambda block, full=False: self._form(self._seen(read_data(block, "hash", 32)), full),
            "eth_getLogs": self.logs,
            "txpool_status": self.pool_status,
        }

    # Blocks

    @property
    def head(self) -> Block:
        return self.chain.blocks[max(0, self.chain.head.number - self.lag)]

    def _seen(self, block_hash: bytes) -> Block | None:
        block = self.chain.block_of_hash(block_hash)
        return block if block and block.number <= self.head.number else None

    def block(self, tag: Any, missing_is_none: bool = False) -> Block | None:
        if isinstance(tag, dict):
            return self._block_of(tag)
        head = self.head.number
        named = {"latest": head, "pending": head, "earliest": 0, "safe": head - SAFE_DISTANCE, "finalized": head - FINAL_DISTANCE}
        number = max(0, named[tag]) if tag in named else read_quantity(tag, "block")
        if number <= head:
            return self.chain.blocks[number]
        if missing_is_none:
            return None
        raise RPCError("header not found")

    def _block_of(self, tag: dict[str, Any]) -> Block:
        if "blockNumber" in tag:
            return self.block(tag["blockNumber"])
        block = self._seen(read_data(tag.get("blockHash"), "blockHash", 32))
        if block is None:
            raise RPCError("header for hash not found")
        return block

    def _form(self, block: Block | None, full: bool) -> dict[str, Any] | None:
        return forms.block_form(block, full) if block else None

    def fee_history(self, count: Any, newest: Any, percentiles: list[float] | None = None) -> dict[str, Any]:
        last = self.block(newest).number
        count = min(read_quantity(count, "blockCount"), 1024, last + 1)
        blocks = self.chain.blocks[last + 1 - count : last + 1]
        following = self.chain.blocks[last + 1].header.base_fee_per_gas if last < self.chain.head.number else self.chain.next_base_fee
        history: dict[str, Any] = {
            "oldestBlock": quantity(last + 1 - count),
            "baseFeePerGas": [quantity(block.header.base_fee_per_gas) for block in blocks] + [quantity(following)],
            "gasUsedRatio": [block.header.gas_used / block.header.gas_limit for block in blocks],
        }
        if percentiles:
            history["reward"] = [[quantity(_tip_at(block, percentile)) for percentile in percentiles] for block in blocks]
        return history

    # State

    def _state(self, tag: Any) -> Any:
        return self.chain.state(self.block(tag))

    def balance(self, address: Any, tag: Any = "latest") -> str:
        return quantity(self._state(tag).get_balance(read_data(address, "address", 20)))

    def code(self, address: Any, tag: Any = "latest") -> str:
        return data(self._state(tag).get_code(read_data(address, "address", 20)))

    def storage(self, address: Any, slot: Any, tag: Any = "latest") -> str:
        return word(self._state(tag).get_storage(read_data(address, "address", 20), read_quantity(slot, "slot")))

    def transaction_count(self, address: Any, tag: Any = "latest") -> str:
        account = read_data(address, "address", 20)
        if tag == "pending":
            return quantity(self.node.pool.next_nonce(account))
        return quantity(self._state(tag).get_nonce(account))

    # Calls

    def call(self, fields: dict[str, Any], tag: Any = "latest") -> str:
        return data(calls.call(self.chain, calls.read_call(fields), self.block(tag)))

    def estimate(self, fields: dict[str, Any], tag: Any = "latest") -> str:
        return quantity(calls.estimate(self.chain, calls.read_call(fields), self.block(tag)))

    # Transactions

    def send_raw(self, raw: Any) -> str:
        return data(self.node.submit(read_data(raw, "transaction")).hash)

    def sign(self, fields: dict[str, Any]) -> Any:
        """As an external signer: web3signer answers the bytes, go-ethereum an object around them."""
        signed = calls.signed(self.node, fields)
        if self.signer_style == "web3signer":
            return data(signed.raw)
        return {"raw": data(signed.raw), "tx": forms.transaction_form(signed, None, None)}

    def send(self, fields: dict[str, Any]) -> str:
        return self.send_raw(data(calls.signed(self.node, fields).raw))

    def _found(self, transaction_hash: Any) -> tuple[Transaction, Block, int] | None:
        place = self.chain.find(read_data(transaction_hash, "hash", 32))
        if place is None or place[0].number > self.head.number:
            return None
        return place[0].transactions[place[1]], *place

    def transaction(self, transaction_hash: Any) -> dict[str, Any] | None:
        found = self._found(transaction_hash)
        if found:
            return forms.transaction_form(*found)
        waiting = self.node.pool.find(read_data(transaction_hash, "hash", 32))
        return forms.transaction_form(waiting, None, None) if waiting else None

    def receipt(self, transaction_hash: Any) -> dict[str, Any] | None:
        found = self._found(transaction_hash)
        return forms.receipt_form(found[1], found[2]) if found else None

    def block_receipts(self, tag: Any) -> list[dict[str, Any]] | None:
        block = self.block(tag, missing_is_none=True)
        return [forms.receipt_form(block, index) for index in range(len(block.transactions))] if block else None

    def pool_status(self) -> dict[str, str]:
        pending, queued = self.node.pool.counts()
        return {"pending": quantity(pending), "queued": quantity(queued)}

    # Logs

    def logs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        addresses = wanted.get("address") or []
        addresses = {read_data(each, "address", 20) for each in ([addresses] if isinstance(addresses, str) else addresses)}
        topics = [_topics(each) for each in wanted.get("topics") or []]
        found = []
        for block in self._log_blocks(wanted):
            for index, receipt in enumerate(block.receipts):
                shown = forms.log_forms(block, index)
                found += [
                    form for form, log in zip(shown, receipt.logs) if (not addresses or log[0] in addresses) and _matches(log[1], topics)
                ]
        return found

    def _log_blocks(self, wanted: dict[str, Any]) -> list[Block]:
        if wanted.get("blockHash"):
            return [self._block_of(wanted)]
        first = self.block(wanted.get("fromBlock") or "latest", missing_is_none=True)
        last = self.block(wanted.get("toBlock") or "latest", missing_is_none=True) or self.head
        if first is None:
            return []
        if first.number > last.number:
            raise invalid("invalid block range params")
        if last.number - first.number >= LARGEST_LOG_RANGE:
            raise RPCError(f"block range is too wide: at most {LARGEST_LOG_RANGE} blocks", code=-32005)
        return self.chain.blocks[first.number : last.number + 1]


def _topics(wanted: Any) -> set[int] | None:
    if wanted is None:
        return None
    return {int.from_bytes(read_data(each, "topic", 32), "big") for each in ([wanted] if isinstance(wanted, str) else wanted)}


def _matches(topics: list[int], wanted: list[set[int] | None]) -> bool:
    return len(topics) >= len(wanted) and all(choice is None or topic in choice for topic, choice in zip(topics, wanted))


def _tip_at(block: Block, percentile: float) -> int:
    """The tip below which that part of the block's gas was bought."""
    tips = sorted((receipt.price - block.header.base_fee_per_gas, receipt.gas_used) for receipt in block.receipts)
    bought = 0
    for tip, gas in tips:
        bought += gas
        if bought >= block.header.gas_used * percentile / 100:
            return tip
    return 0
