"""What stands in contracts/artefacts belongs to the sources, and what is deployed from it is what it says."""
from __future__ import annotations

import json
import re
import sys
import unittest

from vyper.compiler import compile_code
from vyper.compiler.input_bundle import FilesystemInputBundle
from web3 import Web3

from bridge import ChainProcess
from contracts import ROOT, Contract, World, artefact

sys.path.insert(0, str(ROOT / "contracts"))

import build  # noqa: E402


class ArtefactTest(unittest.TestCase):
    def test_compiling_again_gives_the_same_bytes(self) -> None:
        files = build.artefacts()
        self.assertEqual(sorted(files), sorted(path.name for path in (ROOT / "contracts/artefacts").iterdir()))
        for name, text in files.items():
            self.assertTrue((ROOT / "contracts/artefacts" / name).read_text() == text, f"{name}: run scripts/build-contracts")

    def test_another_source_gives_other_bytes(self) -> None:
        wanted = build.standard_input("VoterRegistry")
        content = wanted["sources"]["contracts/Roles.vy"]["content"]
        wanted["sources"]["contracts/Roles.vy"]["content"] = content.replace("assert not self.paused", "assert self.paused", 1)
        self.assertNotEqual(build.compiled("VoterRegistry", wanted)["runtimeBytecode"], artefact("VoterRegistry")["runtimeBytecode"])

    def test_what_is_deployed_is_the_runtime_bytecode(self) -> None:
        world = World()
        owner, recorder = world.accounts.addresses[:2]
        for name in build.CONTRACTS:
            contract = Contract(world, artefact(name), owner, recorder)
            code = world.chain.state(world.chain.head).get_code(contract.address)
            self.assertEqual("0x" + code.hex(), artefact(name)["runtimeBytecode"])

    def test_other_tools_read_them(self) -> None:
        chain = ChainProcess()
        try:
            web3 = Web3(Web3.HTTPProvider(f"http://127.0.0.1:{chain.ports[0]}"))
            owner, recorder = web3.eth.accounts[:2]
            made = artefact("VoteRegistry")
            factory = web3.eth.contract(abi=made["abi"], bytecode=made["bytecode"])
            deployed = web3.eth.wait_for_transaction_receipt(factory.constructor(owner, recorder).transact({"from": owner}))
            registry = web3.eth.contract(address=deployed["contractAddress"], abi=made["abi"])
            receipt = web3.eth.wait_for_transaction_receipt(registry.functions.anchor(b"\x01" * 32, 5).transact({"from": recorder}))
            [event] = registry.events.Anchored().process_receipt(receipt)
            self.assertEqual(dict(event["args"]), {"number": 1, "root": b"\x01" * 32, "leaves": 5})
            block = web3.eth.get_block(receipt["blockNumber"])
            self.assertEqual(registry.functions.anchorOf(1).call(), [b"\x01" * 32, 5, block["number"], block["timestamp"]])
            for function in registry.all_functions():
                self.assertEqual(made["methods"][function.signature], web3.to_hex(web3.keccak(text=function.signature)[:4]))
        finally:
            chain.end()

    def test_every_name_that_a_contract_lends_from_the_roles(self) -> None:
        for name in build.CONTRACTS:
            offered = {entry["name"] for entry in artefact(name)["abi"] if entry["type"] == "function"}
            for lent in ("owner", "candidate", "isRecorder", "paused", "transferOwnership", "acceptOwnership", "setRecorder", "pause", "unpause"):
                self.assertIn(lent, offered, name)

    def test_nothing_can_destroy_delegate_or_call_out(self) -> None:
        # The only calls are static ones, to the precompile of SHA-256. Assembly, for in bytecode tables look like instructions.
        for name in build.CONTRACTS:
            source = (ROOT / f"contracts/{name}.vy").read_text()
            bundle = FilesystemInputBundle([ROOT / "contracts"])
            words = compile_code(source, input_bundle=bundle, output_formats=["asm"])["asm"].split()
            self.assertIn("SSTORE", words)
            for opcode in ("CALL", "CALLCODE", "DELEGATECALL", "SELFDESTRUCT", "CREATE", "CREATE2"):
                self.assertNotIn(opcode, words, name)
            called = {tuple(words[place - 3 : place]) for place, word in enumerate(words) if word == "STATICCALL"}
            self.assertEqual(called, {("PUSH1", "0x02", "GAS")} if name == "VoteRegistry" else set())

    def test_the_same_settings_in_sources_and_input(self) -> None:
        for name in build.CONTRACTS:
            source = (ROOT / f"contracts/{name}.vy").read_text()
            self.assertEqual(re.findall(r"^# pragma (.*)$", source, re.M), ["version 0.4.3", "evm-version cancun", "optimize gas"])
            settings = json.loads((ROOT / f"contracts/artefacts/{name}.input.json").read_text())["settings"]
            self.assertEqual((settings["evmVersion"], settings["optimize"]), ("cancun", "gas"))


if __name__ == "__main__":
    unittest.main()
