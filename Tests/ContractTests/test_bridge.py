"""The Ethereum test chain: what a node answers, and what goes wrong on demand."""
from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import unittest
from typing import Any

from eth_account import Account
from web3 import Web3

from bridge import COMMAND, ChainProcess, Refused

GWEI = 10**9
# PUSH1 42, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, LOG0, then the same as RETURN: a contract that logs and answers 42.
ANSWER_CODE = bytes.fromhex("602a60005260206000a060206000f3")
DEPLOY_ANSWER = bytes.fromhex("600f600c600039600f6000f3") + ANSWER_CODE


class BridgeTest(unittest.TestCase):
    options: tuple[str, ...] = ("--chain-id", "80002")
    chain: ChainProcess

    @classmethod
    def setUpClass(cls) -> None:
        cls.chain = ChainProcess(*cls.options)
        cls.accounts = cls.chain.call("test_accounts")
        cls.fresh = cls.chain.call("test_snapshot")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.chain.end()

    def setUp(self) -> None:
        self.chain.call("test_clearFaults")
        self.chain.call("test_restore", self.fresh)

    def sign(self, number: int = 0, **fields: Any) -> tuple[str, str]:
        """Raw bytes and hash of a transaction of one of the accounts."""
        account = self.accounts[number]
        transaction = {
            "chainId": 80002,
            "to": Web3.to_checksum_address(self.accounts[9]["address"]),
            "value": 1,
            "gas": 21_000,
            "maxFeePerGas": 60 * GWEI,
            "maxPriorityFeePerGas": GWEI,
        } | fields
        if "nonce" not in transaction:
            transaction["nonce"] = self.chain.number("eth_getTransactionCount", account["address"], "pending")
        if transaction["to"] is None:
            del transaction["to"]
        signed = Account.sign_transaction(transaction, account["key"])
        return "0x" + signed.raw_transaction.hex().removeprefix("0x"), "0x" + signed.hash.hex().removeprefix("0x")

    def send(self, number: int = 0, **fields: Any) -> str:
        raw, expected = self.sign(number, **fields)
        self.assertEqual(self.chain.call("eth_sendRawTransaction", raw), expected)
        return expected

    def refusal(self, method: str, *params: Any) -> Refused:
        with self.assertRaises(Refused) as caught:
            self.chain.call(method, *params)
        return caught.exception

    def refusal_of(self, number: int = 0, **fields: Any) -> str:
        return str(self.refusal("eth_sendRawTransaction", self.sign(number, **fields)[0]))

    def receipt(self, transaction_hash: str) -> dict[str, Any] | None:
        return self.chain.call("eth_getTransactionReceipt", transaction_hash)

    def waits(self, transaction_hash: str) -> bool:
        shown = self.chain.call("eth_getTransactionByHash", transaction_hash)
        return shown is not None and shown["blockHash"] is None


class NodeTest(BridgeTest):
    """What any node does."""

    def test_a_transfer(self) -> None:
        before = self.chain.number("eth_getBalance", self.accounts[9]["address"], "latest")
        receipt = self.receipt(self.send(value=5))
        self.assertEqual((receipt["status"], int(receipt["gasUsed"], 16)), ("0x1", 21_000))
        self.assertEqual(int(receipt["effectiveGasPrice"], 16), 31 * GWEI)
        self.assertEqual(self.chain.number("eth_getBalance", self.accounts[9]["address"], "latest"), before + 5)

    def test_a_contract(self) -> None:
        receipt = self.receipt(self.send(to=None, value=0, data=DEPLOY_ANSWER, gas=200_000))
        contract = receipt["contractAddress"]
        self.assertEqual(self.chain.call("eth_getCode", contract, "latest"), "0x" + ANSWER_CODE.hex())
        self.assertEqual(int(self.chain.call("eth_call", {"to": contract}, "latest"), 16), 42)
        called = self.receipt(self.send(to=Web3.to_checksum_address(contract), value=0, gas=50_000))
        [log] = self.chain.call("eth_getLogs", {"address": contract, "fromBlock": "0x0"})
        self.assertEqual(log, called["logs"][0])
        self.assertEqual(int(log["data"], 16), 42)
        self.assertEqual(self.chain.call("eth_getLogs", {"address": self.accounts[0]["address"], "fromBlock": "0x0"}), [])

    def test_an_estimate_suffices_and_is_close(self) -> None:
        wanted = {"from": self.accounts[0]["address"], "input": "0x" + DEPLOY_ANSWER.hex()}
        estimate = self.chain.number("eth_estimateGas", wanted)
        receipt = self.receipt(self.send(to=None, value=0, data=DEPLOY_ANSWER, gas=estimate))
        self.assertEqual(receipt["status"], "0x1")
        self.assertLess(estimate, int(receipt["gasUsed"], 16) * 1.1)
        self.assertEqual(self.chain.number("eth_estimateGas", {"to": self.accounts[1]["address"]}), 21_000)

    def test_blocks_by_number_and_hash(self) -> None:
        sent = self.send()
        block = self.chain.call("eth_getBlockByNumber", "latest", False)
        self.assertEqual(block["transactions"], [sent])
        self.assertEqual(self.chain.call("eth_getBlockByHash", block["hash"], True)["transactions"][0]["hash"], sent)
        self.assertIsNone(self.chain.call("eth_getBlockByNumber", "0xffff", False))
        self.assertIsNone(self.receipt("0x" + "11" * 32))

    def test_fee_history(self) -> None:
        self.send(maxPriorityFeePerGas=3 * GWEI)
        history = self.chain.call("eth_feeHistory", "0x1", "latest", [50])
        self.assertEqual([int(fee, 16) for fee in history["baseFeePerGas"]], [30 * GWEI, 30 * GWEI])
        self.assertEqual(int(history["reward"][0][0], 16), 3 * GWEI)

    def test_a_batch_of_requests(self) -> None:
        batch = [{"jsonrpc": "2.0", "id": each, "method": "eth_chainId", "params": []} for each in (1, 2)]
        _, body = self.chain.post(json.dumps(batch).encode())
        self.assertEqual([(answer["id"], answer["result"]) for answer in json.loads(body)], [(1, hex(80002)), (2, hex(80002))])

    def test_what_is_unknown_or_no_json(self) -> None:
        self.assertEqual(self.refusal("eth_mining").code, -32601)
        self.assertEqual(self.refusal("eth_getBalance", "0x12").code, -32602)
        self.assertEqual(self.chain.post(b"{")[0], 400)

    def test_web3_py_talks_to_it(self) -> None:
        web3 = Web3(Web3.HTTPProvider(f"http://127.0.0.1:{self.chain.ports[0]}"))
        first, second = web3.eth.accounts[:2]
        receipt = web3.eth.wait_for_transaction_receipt(web3.eth.send_transaction({"from": first, "to": second, "value": 3}))
        self.assertEqual(receipt["status"], 1)
        self.assertEqual(web3.eth.get_block("latest", True)["transactions"][0]["value"], 3)
        self.assertEqual(web3.eth.get_transaction_count(first), 1)


class PoolTest(BridgeTest):
    """What is refused, and how go-ethereum says it."""

    def setUp(self) -> None:
        super().setUp()
        self.chain.call("test_mining", "manual")

    def test_nonces(self) -> None:
        self.send()
        self.chain.call("test_mine")
        self.assertEqual(self.refusal_of(nonce=0, value=2), "nonce too low: next nonce 1, tx nonce 0")
        self.assertIn("nonce too high", self.refusal_of(nonce=5_000))
        later = self.send(nonce=2)
        self.chain.call("test_mine")
        self.assertIsNone(self.receipt(later))
        self.assertEqual(self.chain.call("txpool_status"), {"pending": "0x0", "queued": "0x1"})
        self.send(nonce=1)
        self.assertEqual(self.chain.number("eth_getTransactionCount", self.accounts[0]["address"], "pending"), 3)
        self.assertEqual(self.chain.number("eth_getTransactionCount", self.accounts[0]["address"], "latest"), 1)
        self.chain.call("test_mine")
        self.assertIsNotNone(self.receipt(later))

    def test_the_same_again(self) -> None:
        raw, _ = self.sign()
        self.chain.call("eth_sendRawTransaction", raw)
        self.assertEqual(str(self.refusal("eth_sendRawTransaction", raw)), "already known")
        self.chain.call("test_mine")
        self.assertEqual(str(self.refusal("eth_sendRawTransaction", raw)), "nonce too low: next nonce 1, tx nonce 0")

    def test_replacement(self) -> None:
        first = self.send(nonce=0)
        self.assertEqual(self.refusal_of(nonce=0, value=2), "replacement transaction underpriced")
        self.assertEqual(self.refusal_of(nonce=0, maxFeePerGas=66 * GWEI), "replacement transaction underpriced")
        self.assertEqual(self.refusal_of(nonce=0, maxPriorityFeePerGas=11 * GWEI // 10), "replacement transaction underpriced")
        second = self.send(nonce=0, maxFeePerGas=66 * GWEI, maxPriorityFeePerGas=11 * GWEI // 10)
        self.assertIsNone(self.chain.call("eth_getTransactionByHash", first))
        self.chain.call("test_mine")
        self.assertIsNotNone(self.receipt(second))
        self.assertIsNone(self.receipt(first))

    def test_prices(self) -> None:
        self.chain.call("test_gasPrice", {"smallestTip": hex(25 * GWEI)})
        self.assertEqual(self.refusal_of(), f"transaction underpriced: gas tip cap {GWEI}, minimum needed {25 * GWEI}")
        self.assertIn("higher than max fee per gas", self.refusal_of(maxPriorityFeePerGas=61 * GWEI))

    def test_funds(self) -> None:
        self.assertIn("insufficient funds for gas * price + value: balance ", self.refusal_of(value=10**23))
        self.send(nonce=0, value=9_000 * 10**18)
        self.assertIn("queued cost", self.refusal_of(nonce=1, value=2_000 * 10**18))

    def test_gas_and_chain(self) -> None:
        self.assertEqual(self.refusal_of(gas=31_000_000), "exceeds block gas limit")
        self.assertIn("intrinsic gas too low", self.refusal_of(gas=20_999))
        self.assertEqual(self.refusal_of(chainId=137), "invalid chain id for signer: have 137 want 80002")
        self.assertIn("rlp", str(self.refusal("eth_sendRawTransaction", "0x02c0")))

    def test_the_dearest_comes_first_and_a_spike_strands(self) -> None:
        cheap = self.send(0)
        dear = self.send(1, maxPriorityFeePerGas=2 * GWEI)
        self.chain.call("test_mine")
        self.assertEqual(self.chain.call("eth_getBlockByNumber", "latest", False)["transactions"], [dear, cheap])
        self.chain.call("test_gasPrice", {"baseFee": hex(100 * GWEI)})
        stranded = self.send(0)
        self.chain.call("test_mine", 3)
        self.assertTrue(self.waits(stranded))
        self.chain.call("test_gasPrice", {"baseFee": hex(30 * GWEI)})
        self.chain.call("test_mine")
        self.assertIsNotNone(self.receipt(stranded))

    def test_external_signer(self) -> None:
        wanted = {"from": self.accounts[0]["address"], "to": self.accounts[1]["address"], "value": "0x1", "gas": "0x5208", "nonce": "0x0"}
        signed = self.chain.call("eth_signTransaction", wanted)
        self.assertEqual(self.chain.call("eth_sendRawTransaction", signed["raw"]), signed["tx"]["hash"])
        self.assertEqual(str(self.refusal("eth_signTransaction", wanted | {"from": "0x" + "11" * 20})), "unknown account")


class FaultTest(BridgeTest):
    """What goes wrong on demand."""

    def setUp(self) -> None:
        super().setUp()
        self.chain.call("test_mining", "manual")

    def test_http_and_garbage(self) -> None:
        request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}).encode()
        self.chain.call("test_fault", {"kind": "http", "method": "eth_chainId"})
        self.chain.call("test_fault", {"kind": "garbage", "method": "eth_chainId", "body": "<html>"})
        self.assertEqual(self.chain.post(request), (503, b"Service Unavailable"))
        self.assertEqual(self.chain.post(request), (200, b"<html>"))
        self.assertEqual(self.chain.number("eth_chainId"), 80002)

    def test_a_cut_before_and_after(self) -> None:
        for executes in (False, True):
            raw, sent = self.sign()
            self.chain.call("test_fault", {"kind": "cut", "method": "eth_sendRawTransaction", "executes": executes})
            with self.assertRaises((http.client.HTTPException, ConnectionError)):
                self.chain.call("eth_sendRawTransaction", raw)
            self.assertEqual(self.waits(sent), executes)

    def test_a_lying_receipt(self) -> None:
        first, second = self.send(0), self.send(1)
        self.chain.call("test_mine")
        lie = {"kind": "patch", "method": "eth_getTransactionReceipt", "contains": first, "times": 0, "result": {"status": "0x0"}}
        self.chain.call("test_fault", lie)
        self.assertEqual(self.receipt(first)["status"], "0x0")
        self.assertEqual(self.receipt(second)["status"], "0x1")
        self.assertEqual(self.receipt(first)["status"], "0x0")

    def test_errors_by_count(self) -> None:
        self.chain.call("test_fault", {"kind": "error", "skip": 1, "times": 2, "code": -32005, "message": "limit exceeded"})
        self.assertEqual(self.chain.number("eth_chainId"), 80002)
        self.assertEqual([self.refusal("eth_chainId").code for _ in range(2)], [-32005, -32005])
        self.assertEqual(self.chain.number("eth_chainId"), 80002)
        self.assertEqual(self.chain.call("test_faults"), [])

    def test_swallowed_dropped_and_held(self) -> None:
        self.chain.call("test_fault", {"kind": "swallow", "method": "eth_sendRawTransaction"})
        self.assertIsNone(self.chain.call("eth_getTransactionByHash", self.send()))
        held = self.send()
        self.chain.call("test_hold", held)
        self.chain.call("test_mine")
        self.assertTrue(self.waits(held))
        self.chain.call("test_drop", held)
        self.assertIsNone(self.chain.call("eth_getTransactionByHash", held))
        other = self.send(1)
        self.chain.call("test_hold")
        self.chain.call("test_mine")
        self.assertTrue(self.waits(other))
        self.chain.call("test_release")
        self.chain.call("test_mine")
        self.assertIsNotNone(self.receipt(other))

    def test_reorganisations(self) -> None:
        for fate, mined, waits in (("keep", True, False), ("return", False, True), ("drop", False, False)):
            with self.subTest(fate):
                self.chain.call("test_restore", self.fresh)
                self.chain.call("test_mining", "manual")
                sent = self.send()
                self.chain.call("test_mine", 3)
                before = self.receipt(sent)["blockHash"]
                self.assertEqual(self.chain.call("test_reorg", {"depth": 3, "transactions": fate}), [sent])
                self.assertEqual(self.chain.number("eth_blockNumber"), 4)
                self.assertIsNone(self.chain.call("eth_getBlockByHash", before, False))
                receipt = self.receipt(sent)
                self.assertEqual(receipt is not None and receipt["blockHash"] != before, mined)
                self.assertEqual(self.waits(sent), waits)

    def test_what_one_block_cannot_hold_waits_after_a_reorganisation(self) -> None:
        sent = []
        for number in range(3):
            sent.append(self.send(number, gas=29_990_000))
            self.chain.call("test_mine")
        self.assertEqual(self.chain.call("test_reorg", {"depth": 3, "transactions": "keep"}), sent)
        self.assertEqual([self.receipt(each) is not None for each in sent], [True, False, False])
        self.assertEqual([self.waits(each) for each in sent], [False, True, True])

    def test_congestion_calls_and_clock(self) -> None:
        self.chain.call("test_congest", 1_500)
        self.assertEqual(int(self.chain.call("txpool_status")["pending"], 16), 1_500)
        self.chain.call("test_clearCalls")
        self.chain.number("eth_chainId")
        self.assertEqual(self.chain.call("test_calls"), {"eth_chainId": 1})
        self.chain.call("test_time", 86_400)
        self.chain.call("test_mine")
        self.assertGreater(int(self.chain.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16), time.time() + 80_000)

    def test_decrees(self) -> None:
        stranger = "0x" + "22" * 20
        self.chain.call("test_balance", stranger, "0x7")
        self.assertEqual(self.chain.number("eth_getBalance", stranger, "latest"), 7)
        contract = self.chain.call("eth_sendTransaction", {"from": self.accounts[0]["address"], "input": "0x" + DEPLOY_ANSWER.hex()})
        self.chain.call("test_mine")
        address = self.receipt(contract)["contractAddress"]
        self.chain.call("test_storage", address, "0x1", "0x63")
        self.assertEqual(self.chain.number("eth_getStorageAt", address, "0x1", "latest"), 99)


class ProcessTest(unittest.TestCase):
    def test_it_ends_with_its_parent(self) -> None:
        script = f"import subprocess, sys; p = subprocess.Popen([sys.executable, {str(COMMAND)!r}]); print(p.pid, flush=True); sys.stdin.read()"
        parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        child = int(parent.stdout.readline())
        self.assertGreater(int(parent.stdout.readline()), 0)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdin.close()
        # The pipe ends when the last that writes to it does.
        self.assertEqual(parent.stdout.read(), "")
        parent.stdout.close()
        with self.assertRaises(ProcessLookupError):
            for _ in range(100):
                os.kill(child, 0)
                time.sleep(0.05)

    def test_endpoints_of_one_chain(self) -> None:
        chain = ChainProcess("--endpoints", "2")
        try:
            first, second = (account["address"] for account in chain.call("test_accounts")[:2])
            chain.call("test_fault", {"kind": "http", "times": 0}, endpoint=0)
            sent = chain.call("eth_sendTransaction", {"from": first, "to": second, "value": "0x1"}, endpoint=1)
            self.assertEqual(chain.post(b'{"method": "eth_chainId"}')[0], 503)
            chain.call("test_clearFaults")
            self.assertEqual(chain.call("eth_getTransactionReceipt", sent)["status"], "0x1")
            chain.call("test_lag", 1)
            self.assertIsNone(chain.call("eth_getTransactionReceipt", sent))
            self.assertEqual([chain.call("eth_blockNumber", endpoint=each) for each in (0, 1)], ["0x0", "0x1"])
        finally:
            chain.end()

    def test_interval_mining_and_the_other_signer(self) -> None:
        chain = ChainProcess("--mining", "interval", "--seconds", "0.2", "--signer-style", "web3signer")
        try:
            first, second = (account["address"] for account in chain.call("test_accounts")[:2])
            raw = chain.call("eth_signTransaction", {"from": first, "to": second})
            self.assertTrue(raw.startswith("0x02"))
            sent = chain.call("eth_sendRawTransaction", raw)
            while chain.call("eth_getTransactionReceipt", sent) is None:
                time.sleep(0.05)
        finally:
            chain.end()


if __name__ == "__main__":
    unittest.main()
