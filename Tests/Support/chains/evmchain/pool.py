"""Transactions that wait, with the rules and the words of go-ethereum."""
from __future__ import annotations

from collections.abc import Iterator

from evmchain.chain import BLOCK_GAS_LIMIT, Chain, Transaction
from evmchain.values import RPCError, data

SMALLEST_TIP = 1
PRICE_BUMP = 10
LARGEST_TRANSACTION = 128 * 1024
LARGEST_GAP = 1024


class Pool:
    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.smallest_tip = SMALLEST_TIP
        self.waiting: dict[bytes, dict[int, Transaction]] = {}
        self.held: set[bytes] = set()
        # Transactions of others, which there are only in the counts.
        self.others = 0

    def __contains__(self, transaction_hash: bytes) -> bool:
        return self.find(transaction_hash) is not None

    def find(self, transaction_hash: bytes) -> Transaction | None:
        return next((transaction for transaction in self.all() if transaction.hash == transaction_hash), None)

    def all(self) -> Iterator[Transaction]:
        for queue in self.waiting.values():
            yield from queue.values()

    def next_nonce(self, address: bytes) -> int:
        """One past the last nonce that nothing is missing before."""
        nonce = self.chain.state(self.chain.head).get_nonce(address)
        queue = self.waiting.get(address, {})
        while nonce in queue:
            nonce += 1
        return nonce

    def counts(self) -> tuple[int, int]:
        """How many can be executed, how many wait for one before them."""
        everything = sum(len(queue) for queue in self.waiting.values())
        state = self.chain.state(self.chain.head)
        ready = sum(self.next_nonce(address) - state.get_nonce(address) for address in self.waiting)
        return ready + self.others, everything - ready

    def add(self, transaction: Transaction) -> None:
        self._judge(transaction)
        queue = self.waiting.setdefault(transaction.sender, {})
        earlier = queue.get(transaction.nonce)
        if earlier is not None and not _bumped(earlier, transaction):
            raise RPCError("replacement transaction underpriced")
        queue[transaction.nonce] = transaction

    def _judge(self, transaction: Transaction) -> None:
        signed = transaction.signed
        if transaction.hash in self:
            raise RPCError("already known")
        if len(transaction.raw) > LARGEST_TRANSACTION:
            raise RPCError(f"oversized data: transaction size {len(transaction.raw)}, limit {LARGEST_TRANSACTION}")
        if signed.gas > BLOCK_GAS_LIMIT:
            raise RPCError("exceeds block gas limit")
        if signed.gas < transaction.least_gas:
            raise RPCError(f"intrinsic gas too low: gas {signed.gas}, minimum needed {transaction.least_gas}")
        if transaction.fee_cap < transaction.tip_cap:
            raise RPCError(
                f"max priority fee per gas higher than max fee per gas: address {data(transaction.sender)}, "
                f"maxPriorityFeePerGas: {transaction.tip_cap}, maxFeePerGas: {transaction.fee_cap}"
            )
        if transaction.tip_cap < self.smallest_tip:
            raise RPCError(f"transaction underpriced: gas tip cap {transaction.tip_cap}, minimum needed {self.smallest_tip}")
        state = self.chain.state(self.chain.head)
        nonce = state.get_nonce(transaction.sender)
        if transaction.nonce < nonce:
            raise RPCError(f"nonce too low: next nonce {nonce}, tx nonce {transaction.nonce}")
        if transaction.nonce > nonce + LARGEST_GAP:
            raise RPCError(f"nonce too high: address {data(transaction.sender)}, tx: {transaction.nonce} state: {nonce}")
        self._judge_funds(transaction, state.get_balance(transaction.sender))

    def _judge_funds(self, transaction: Transaction, balance: int) -> None:
        if balance < transaction.cost:
            raise RPCError(
                f"insufficient funds for gas * price + value: balance {balance}, tx cost {transaction.cost}, "
                f"overshot {transaction.cost - balance}"
            )
        others = [other for nonce, other in self.waiting.get(transaction.sender, {}).items() if nonce != transaction.nonce]
        spent = sum(other.cost for other in others)
        if balance < spent + transaction.cost:
            raise RPCError(
                f"insufficient funds for gas * price + value: balance {balance}, queued cost {spent}, "
                f"tx cost {transaction.cost}, overshot {spent + transaction.cost - balance}"
            )

    def remove(self, transaction: Transaction) -> None:
        queue = self.waiting.get(transaction.sender, {})
        if queue.get(transaction.nonce) is transaction:
            del queue[transaction.nonce]
            if not queue:
                del self.waiting[transaction.sender]

    def forget_used(self) -> None:
        """Drops what the chain has gone past."""
        state = self.chain.state(self.chain.head)
        for transaction in list(self.all()):
            if transaction.nonce < state.get_nonce(transaction.sender):
                self.remove(transaction)

    def put_back(self, transactions: list[Transaction]) -> None:
        """What was in blocks that are no more waits again, without being judged; what has replaced it meanwhile stays."""
        for transaction in transactions:
            self.waiting.setdefault(transaction.sender, {}).setdefault(transaction.nonce, transaction)

    def choose(self) -> list[Transaction]:
        """What a block takes: the best tip first, each sender's in order."""
        base_fee = self.chain.next_base_fee
        state = self.chain.state(self.chain.head)
        position = {address: state.get_nonce(address) for address in self.waiting}
        chosen: list[Transaction] = []
        gas = 0
        while True:
            ready = [
                queue[position[address]] for address, queue in self.waiting.items() if position[address] in queue
            ]
            ready = [
                transaction for transaction in ready
                if transaction.fee_cap >= base_fee and transaction.hash not in self.held and gas + transaction.signed.gas <= BLOCK_GAS_LIMIT
            ]
            if not ready:
                return chosen
            best = max(ready, key=lambda transaction: transaction.tip(base_fee))
            chosen.append(best)
            gas += best.signed.gas
            position[best.sender] += 1


def _bumped(earlier: Transaction, later: Transaction) -> bool:
    return all(
        new * 100 >= old * (100 + PRICE_BUMP) and new > old
        for old, new in ((earlier.fee_cap, later.fee_cap), (earlier.tip_cap, later.tip_cap))
    )
