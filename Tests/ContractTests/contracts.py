"""Contracts on a chain within the test's own process: deployed from their artefacts, called by names."""
from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Support/chains"))

from eth.vm.forks.prague.transactions import PragueTransactionBuilder  # noqa: E402
from eth_abi import decode, encode  # noqa: E402
from eth_utils import keccak  # noqa: E402

from evmchain import calls  # noqa: E402
from evmchain.chain import Call, Chain, Receipt, read_transaction  # noqa: E402
from evmchain.node import COIN  # noqa: E402
from evmchain.accounts import Accounts  # noqa: E402
from evmchain.values import RPCError  # noqa: E402

NOBODY = b"\x00" * 20
GAS = 10_000_000
PRICE = 30_000_000_000


class Reverted(Exception):
    """What a contract refused, with its reason."""


# What tests of the tests put in the place of an artefact.
replaced: dict[str, dict[str, Any]] = {}


def artefact(name: str) -> dict[str, Any]:
    return replaced.get(name) or json.loads((ROOT / f"contracts/artefacts/{name}.json").read_text())


def compile_layout(name: str) -> dict[str, Any]:
    """A contract that only tests have, compiled now."""
    from vyper.compiler import compile_code

    return compile_code((ROOT / f"Tests/ContractTests/layouts/{name}.vy").read_text(), output_formats=["abi", "bytecode"])


def hash32(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


class World:
    """A chain and its accounts."""

    def __init__(self) -> None:
        self.accounts = Accounts(6)
        self.chain = Chain(31337, {address: 10_000 * COIN for address in self.accounts.addresses})
        self.chain.pinned_base_fee = PRICE
        self.nonces = dict.fromkeys(self.accounts.addresses, 0)

    def send(self, sender: bytes, to: bytes, content: bytes, value: int = 0) -> Receipt:
        unsigned = PragueTransactionBuilder.new_unsigned_dynamic_fee_transaction(
            chain_id=self.chain.chain_id,
            nonce=self.nonces[sender],
            max_priority_fee_per_gas=1,
            max_fee_per_gas=2 * PRICE,
            gas=GAS,
            to=to,
            value=value,
            data=content,
            access_list=(),
        )
        transaction = read_transaction(unsigned.as_signed_transaction(self.accounts.keys[sender]).encode())
        block, _ = self.chain.mine([transaction])
        [receipt] = block.receipts
        self.nonces[sender] += 1
        return receipt

    def read(self, sender: bytes, to: bytes, content: bytes) -> bytes:
        try:
            return calls.call(self.chain, Call(sender, to, 0, content, GAS), self.chain.head)
        except RPCError as error:
            raise Reverted(error.message.removeprefix("execution reverted").removeprefix(": ")) from None


class Contract:
    """Functions by name; numbers, bytes and lists as arguments."""

    def __init__(self, world: World, made: dict[str, Any], *arguments: Any, sender: bytes | None = None) -> None:
        self.world = world
        self.functions = {entry["name"]: entry for entry in made["abi"] if entry["type"] == "function"}
        self.events = {_topic(entry): entry for entry in made["abi"] if entry["type"] == "event"}
        constructor = next((entry for entry in made["abi"] if entry["type"] == "constructor"), {"inputs": []})
        content = bytes.fromhex(made["bytecode"][2:]) + _encoded(constructor, arguments)
        self.deployment = world.send(sender or world.accounts.addresses[0], b"", content)
        if not self.deployment.success:
            raise Reverted("deployment")
        self.address = self.deployment.contract

    def content(self, name: str, *arguments: Any) -> bytes:
        function = self.functions[name]
        return keccak(_signature(function).encode())[:4] + _encoded(function, arguments)

    def read(self, name: str, *arguments: Any, sender: bytes = NOBODY) -> Any:
        """Calls without changing anything; a single result by itself, several as a tuple."""
        output = self.world.read(sender, self.address, self.content(name, *arguments))
        values = decode([_type(each) for each in self.functions[name]["outputs"]], output)
        return values[0] if len(values) == 1 else values

    def send(self, sender: bytes, name: str, *arguments: Any) -> Receipt:
        content = self.content(name, *arguments)
        receipt = self.world.send(sender, self.address, content)
        if not receipt.success:
            self.world.read(sender, self.address, content)
            raise AssertionError("a transaction failed whose call succeeds")
        return receipt

    def shown(self, receipt: Receipt) -> list[tuple[str, dict[str, Any]]]:
        """The events of a receipt: names and values."""
        return [self._event(topics, content) for address, topics, content in receipt.logs if address == self.address]

    def _event(self, topics: list[int], content: bytes) -> tuple[str, dict[str, Any]]:
        entry = self.events[topics[0]]
        indexed = [each for each in entry["inputs"] if each["indexed"]]
        plain = [each for each in entry["inputs"] if not each["indexed"]]
        values = {each["name"]: decode([each["type"]], topic.to_bytes(32, "big"))[0] for each, topic in zip(indexed, topics[1:], strict=True)}
        values |= zip((each["name"] for each in plain), decode([each["type"] for each in plain], content))
        return entry["name"], values


def _type(entry: dict[str, Any]) -> str:
    if entry["type"] == "tuple":
        return "(" + ",".join(_type(each) for each in entry["components"]) + ")"
    return entry["type"]


def _signature(entry: dict[str, Any]) -> str:
    return entry["name"] + "(" + ",".join(_type(each) for each in entry["inputs"]) + ")"


def _topic(entry: dict[str, Any]) -> int:
    return int.from_bytes(keccak(_signature(entry).encode()), "big")


def _encoded(entry: dict[str, Any], arguments: tuple[Any, ...]) -> bytes:
    return encode([_type(each) for each in entry["inputs"]], arguments)
