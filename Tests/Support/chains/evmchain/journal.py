"""A chain in a file: what its blocks were made of, a line each, from which they are made again, hash for hash."""
from __future__ import annotations

import json
from pathlib import Path

from evmchain.chain import Block, Chain, read_transaction


def open_chain(path: Path, chain_id: int, balances: dict[bytes, int], base_fee: int) -> Chain:
    """The chain of a file, or a new one that the file keeps. Blocks that are taken back it does not follow: it is for demonstrations, not for tests."""
    if not path.exists() or path.stat().st_size == 0:
        chain = Chain(chain_id, balances)
        chain.pinned_base_fee = base_fee
        with path.open("w") as file:
            genesis = {"chain": chain_id, "time": chain.head.header.timestamp, "fee": base_fee, "balances": _written(balances)}
            file.write(json.dumps(genesis) + "\n")
    else:
        chain = _read(path, chain_id)
    chain.made = lambda block, changes: _keep(path, block, changes)
    return chain


def _read(path: Path, chain_id: int) -> Chain:
    # A line that was being written when the machine fell is no block yet: nobody was told of it.
    whole = path.read_text().rpartition("\n")[0]
    lines = [json.loads(line) for line in whole.split("\n")]
    path.write_text(whole + "\n")
    genesis = lines[0]
    if genesis["chain"] != chain_id:
        raise SystemExit(f"{path} is of chain {genesis['chain']}, not {chain_id}")
    chain = Chain(chain_id, _read_balances(genesis["balances"]), genesis["time"])
    chain.pinned_base_fee = genesis["fee"]
    for line in lines[1:]:
        transactions = [read_transaction(bytes.fromhex(raw)) for raw in line["transactions"]]
        chain.pinned_base_fee = line["fee"]
        block, _ = chain.mine(transactions, _read_balances(line["balances"]), line["time"])
        if block.header.hash.hex() != line["hash"]:
            raise SystemExit(f"{path} does not give the same block {block.number} again; delete it to begin anew")
    return chain


def _keep(path: Path, block: Block, changes: dict[bytes, int]) -> None:
    raw = [transaction.raw.hex() for transaction in block.transactions]
    header = block.header
    line = {"hash": header.hash.hex(), "time": header.timestamp, "fee": header.base_fee_per_gas, "transactions": raw, "balances": _written(changes)}
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")


def _written(balances: dict[bytes, int]) -> dict[str, int]:
    return {address.hex(): amount for address, amount in balances.items()}


def _read_balances(balances: dict[str, int]) -> dict[bytes, int]:
    return {bytes.fromhex(address): amount for address, amount in balances.items()}
