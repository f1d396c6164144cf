"""Blocks, transactions, receipts and logs as JSON-RPC shows them."""
from __future__ import annotations

from typing import Any

from eth_utils import to_checksum_address

import rlp

from evmchain.chain import Block, Transaction
from evmchain.values import data, quantity, word


def address(content: bytes | None) -> str | None:
    return to_checksum_address(content).lower() if content else None


def transaction_form(transaction: Transaction, block: Block | None, index: int | None) -> dict[str, Any]:
    signed = transaction.signed
    form: dict[str, Any] = {
        "hash": data(transaction.hash),
        "type": quantity(transaction.type),
        "from": address(transaction.sender),
        "to": address(signed.to),
        "nonce": quantity(transaction.nonce),
        "gas": quantity(signed.gas),
        "value": quantity(signed.value),
        "input": data(signed.data),
        "chainId": quantity(signed.chain_id),
        "v": quantity(signed.v if transaction.type == 0 else signed.y_parity),
        "r": quantity(signed.r),
        "s": quantity(signed.s),
        "blockHash": data(block.header.hash) if block else None,
        "blockNumber": quantity(block.number) if block else None,
        "transactionIndex": quantity(index) if index is not None else None,
    }
    if transaction.type >= 1:
        form["yParity"] = quantity(signed.y_parity)
        form["accessList"] = [{"address": address(where), "storageKeys": [word(slot) for slot in slots]} for where, slots in signed.access_list]
    if transaction.type >= 2:
        form["maxFeePerGas"] = quantity(transaction.fee_cap)
        form["maxPriorityFeePerGas"] = quantity(transaction.tip_cap)
        price = block.receipts[index].price if block and index is not None else transaction.fee_cap
        form["gasPrice"] = quantity(price)
    else:
        form["gasPrice"] = quantity(signed.gas_price)
    return form


def receipt_form(block: Block, index: int) -> dict[str, Any]:
    transaction, receipt = block.transactions[index], block.receipts[index]
    return {
        "transactionHash": data(transaction.hash),
        "transactionIndex": quantity(index),
        "blockHash": data(block.header.hash),
        "blockNumber": quantity(block.number),
        "from": address(transaction.sender),
        "to": address(transaction.signed.to),
        "contractAddress": address(receipt.contract),
        "cumulativeGasUsed": quantity(receipt.cumulative_gas),
        "gasUsed": quantity(receipt.gas_used),
        "effectiveGasPrice": quantity(receipt.price),
        "logs": log_forms(block, index),
        "logsBloom": data(receipt.bloom.to_bytes(256, "big")),
        "status": quantity(int(receipt.success)),
        "type": quantity(transaction.type),
    }


def log_forms(block: Block, index: int) -> list[dict[str, Any]]:
    first = sum(len(receipt.logs) for receipt in block.receipts[:index])
    return [
        {
            "address": address(where),
            "topics": [word(topic) for topic in topics],
            "data": data(content),
            "blockHash": data(block.header.hash),
            "blockNumber": quantity(block.number),
            "blockTimestamp": quantity(block.header.timestamp),
            "transactionHash": data(block.transactions[index].hash),
            "transactionIndex": quantity(index),
            "logIndex": quantity(first + number),
            "removed": False,
        }
        for number, (where, topics, content) in enumerate(block.receipts[index].logs)
    ]


def block_form(block: Block, full: bool) -> dict[str, Any]:
    header = block.header
    if full:
        transactions: list[Any] = [transaction_form(transaction, block, index) for index, transaction in enumerate(block.transactions)]
    else:
        transactions = [data(transaction.hash) for transaction in block.transactions]
    return {
        "number": quantity(block.number),
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "sha3Uncles": data(header.uncles_hash),
        "miner": address(header.coinbase),
        "stateRoot": data(header.state_root),
        "transactionsRoot": data(header.transaction_root),
        "receiptsRoot": data(header.receipt_root),
        "logsBloom": data(header.bloom.to_bytes(256, "big")),
        "difficulty": "0x0",
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp),
        "extraData": data(header.extra_data),
        "mixHash": data(header.mix_hash),
        "nonce": data(header.nonce),
        "baseFeePerGas": quantity(header.base_fee_per_gas),
        "withdrawalsRoot": data(header.withdrawals_root),
        "withdrawals": [],
        "blobGasUsed": quantity(header.blob_gas_used),
        "excessBlobGas": quantity(header.excess_blob_gas),
        "parentBeaconBlockRoot": data(header.parent_beacon_block_root),
        "requestsHash": data(header.requests_hash),
        "size": quantity(len(rlp.encode(header))),
        "uncles": [],
        "transactions": transactions,
    }
