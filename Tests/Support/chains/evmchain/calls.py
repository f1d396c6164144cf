"""Calls, estimates and signatures: requests that carry a transaction without a signature."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from eth.abc import ComputationAPI
from eth.exceptions import OutOfGas, Revert
from eth.vm.forks.prague.transactions import PragueTransactionBuilder
from eth_abi import decode
from eth_utils import ValidationError

from evmchain.chain import BLOCK_GAS_LIMIT, PLAIN_TRANSFER, Block, Call, Chain, Transaction, read_transaction
from evmchain.node import Node
from evmchain.values import RPCError, data, read_data, read_quantity

ERROR_SELECTOR = bytes.fromhex("08c379a0")
PANIC_SELECTOR = bytes.fromhex("4e487b71")
# How exact an estimate is: go-ethereum stops there, too.
ERROR_RATIO = 0.015


def read_call(fields: dict[str, Any]) -> Call:
    if not isinstance(fields, dict):
        raise RPCError("missing value for required argument 0", code=-32602)
    content = fields.get("input") or fields.get("data") or "0x"
    return Call(
        sender=read_data(fields.get("from") or "0x" + "00" * 20, "from", 20),
        to=read_data(fields.get("to") or "0x", "to"),
        value=read_quantity(fields.get("value") or 0, "value"),
        content=read_data(content, "input"),
        gas=min(read_quantity(fields.get("gas") or BLOCK_GAS_LIMIT, "gas"), BLOCK_GAS_LIMIT),
        price=read_quantity(fields.get("gasPrice") or fields.get("maxFeePerGas") or 0, "gasPrice"),
    )


def call(chain: Chain, what: Call, block: Block) -> bytes:
    computation, _ = _execute(chain, what, block)
    if computation.is_error:
        raise _error(computation)
    return bytes(computation.output)


def estimate(chain: Chain, what: Call, block: Block) -> int:
    """The least gas limit that the call succeeds with, or a little more."""
    if what.to and not what.content and not chain.state(block).get_code(what.to) and _succeeds(chain, replace(what, gas=PLAIN_TRANSFER), block):
        return PLAIN_TRANSFER
    computation, used = _execute(chain, what, block)
    if computation.is_error:
        if isinstance(computation.error, OutOfGas):
            raise RPCError(f"gas required exceeds allowance ({what.gas})")
        raise _error(computation)
    failing, succeeding = used - 1, what.gas
    # Calls keep back a 64th part, and refunds come in the end only: mostly this suffices.
    guess = (used + computation.get_gas_refund() + 2300) * 64 // 63
    while succeeding - failing > 1 and (succeeding - failing) / succeeding > ERROR_RATIO:
        middle = guess if failing < guess < succeeding else (failing + succeeding) // 2
        guess = 0
        if _succeeds(chain, replace(what, gas=middle), block):
            succeeding = middle
        else:
            failing = middle
    return succeeding


def _succeeds(chain: Chain, what: Call, block: Block) -> bool:
    try:
        return not _execute(chain, what, block)[0].is_error
    except RPCError:
        return False


def _execute(chain: Chain, what: Call, block: Block) -> tuple[ComputationAPI, int]:
    try:
        return chain.execute(what, block)
    except ValidationError as error:
        if "Insufficient gas" in str(error):
            raise RPCError(f"intrinsic gas too low: have {what.gas}") from None
        balance = chain.state(block).get_balance(what.sender)
        raise RPCError(f"insufficient funds for gas * price + value: address {data(what.sender)} have {balance} want {what.value}") from None


def _error(computation: ComputationAPI) -> RPCError:
    if not isinstance(computation.error, Revert):
        return RPCError(str(computation.error).lower() or type(computation.error).__name__)
    output = bytes(computation.output)
    reason = _reason(output)
    return RPCError("execution reverted" + (f": {reason}" if reason else ""), code=3, data=data(output))


def _reason(output: bytes) -> str:
    try:
        if output[:4] == ERROR_SELECTOR:
            return decode(["string"], output[4:])[0]
        if output[:4] == PANIC_SELECTOR:
            return f"panic: {decode(['uint256'], output[4:])[0]:#x}"
    except Exception:  # what a contract reverts with may be anything
        return ""
    return ""


def signed(node: Node, fields: dict[str, Any]) -> Transaction:
    """Signs with one of the chain's own keys; what is not said is filled in as a wallet would."""
    what = read_call(fields)
    key = node.accounts.keys.get(what.sender)
    if key is None:
        raise RPCError("unknown account")
    tip = read_quantity(fields.get("maxPriorityFeePerGas", node.suggested_tip), "maxPriorityFeePerGas")
    cap = read_quantity(fields.get("maxFeePerGas", 2 * node.chain.next_base_fee + tip), "maxFeePerGas")
    chain_id = read_quantity(fields.get("chainId", node.chain.chain_id), "chainId")
    if chain_id != node.chain.chain_id:
        raise RPCError(f"chainId does not match node's (have={chain_id}, want={node.chain.chain_id})")
    unsigned = PragueTransactionBuilder.new_unsigned_dynamic_fee_transaction(
        chain_id=chain_id,
        nonce=read_quantity(fields.get("nonce", node.pool.next_nonce(what.sender)), "nonce"),
        max_priority_fee_per_gas=tip,
        max_fee_per_gas=cap,
        gas=read_quantity(fields["gas"], "gas") if "gas" in fields else estimate(node.chain, what, node.chain.head),
        to=what.to,
        value=what.value,
        data=what.content,
        access_list=(),
    )
    return read_transaction(unsigned.as_signed_transaction(key).encode())
