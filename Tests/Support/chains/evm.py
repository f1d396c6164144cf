"""A test tool: an Ethereum chain for one test or demonstration, in memory, with real bytecode and gas. Its coins are worth nothing.

usage: .build/python/bin/python Tests/Support/chains/evm.py [--port N] [--endpoints N] [--chain-id 137|80002|31337]
       [--mining automatic|interval|manual] [--seconds S] [--fund ADDRESS=WEI …] [--base-fee WEI] [--signer-style geth|web3signer] [--keep FILE] [--rests BLOCKS] [--stays]

Prints its port alone on the first line, as soon as it answers; of several endpoints, which follow on the given port, all ports with spaces between. It ends when the process that started it does, unless it --stays.
README.md beside this file lists what it answers.
"""
from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from evmchain.accounts import Accounts  # noqa: E402
from evmchain.chain import GENESIS_BASE_FEE, Chain  # noqa: E402
from evmchain.journal import open_chain  # noqa: E402
from evmchain.node import COIN, MODES, Node  # noqa: E402
from evmchain.server import Bridge, Server  # noqa: E402


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="An Ethereum chain for tests, behind JSON-RPC.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--endpoints", type=int, default=1)
    parser.add_argument("--chain-id", type=int, default=31337)
    parser.add_argument("--mining", choices=MODES, default="automatic")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--fund", action="append", default=[], metavar="ADDRESS=WEI")
    parser.add_argument("--base-fee", type=int, default=GENESIS_BASE_FEE)
    parser.add_argument("--signer-style", choices=("geth", "web3signer"), default="geth")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--rests", type=int, metavar="BLOCKS")
    parser.add_argument("--stays", action="store_true")
    return parser.parse_args()


def read_balances(funded: list[str]) -> dict[bytes, int]:
    pairs = (each.split("=") for each in funded)
    return {bytes.fromhex(address.removeprefix("0x")): int(amount) for address, amount in pairs}


def open_node(arguments: argparse.Namespace) -> Node:
    balances = {address: 10_000 * COIN for address in Accounts().addresses} | read_balances(arguments.fund)
    if arguments.keep:
        chain = open_chain(arguments.keep, arguments.chain_id, balances, arguments.base_fee)
    else:
        chain = Chain(arguments.chain_id, balances)
        chain.pinned_base_fee = arguments.base_fee
    return Node(chain, arguments.mining, arguments.seconds, arguments.rests)


def end_with_parent(parent: int) -> None:
    # Process 1 is the parent of whoever has lost theirs, before this program could ask.
    while os.getppid() == parent != 1:
        time.sleep(0.3)
    os._exit(0)


def main() -> None:
    parent = os.getppid()
    arguments = read_arguments()
    node = open_node(arguments)
    ports = [arguments.port + number if arguments.port else 0 for number in range(arguments.endpoints)]
    servers = [Server(port, Bridge(node, arguments.signer_style)) for port in ports]
    if not arguments.stays:
        threading.Thread(target=end_with_parent, args=(parent,), daemon=True).start()
    print(*(server.server_address[1] for server in servers), flush=True)
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        servers[0].serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
