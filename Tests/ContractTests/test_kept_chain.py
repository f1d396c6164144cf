"""The Ethereum test chain in a file: it goes on where it stopped."""
from __future__ import annotations

import tempfile
import time
import unittest
from pathlib import Path

from bridge import ChainProcess

OPTIONS = ("--mining", "interval", "--seconds", "0.05", "--rests", "3")


class KeptChainTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "chain"

    def start(self, *options: str) -> ChainProcess:
        chain = ChainProcess("--keep", str(self.file), *OPTIONS, *options)
        self.addCleanup(chain.end)
        return chain

    def test_goes_on_hash_for_hash(self) -> None:
        first = self.start("--base-fee", "7000000000")
        sender, receiver = (account["address"] for account in first.call("test_accounts")[:2])
        paid = first.call("eth_sendTransaction", {"from": sender, "to": receiver, "value": "0x7"})
        first.call("test_balance", "0x" + "ab" * 20, 5)
        first.call("test_gasPrice", {"baseFee": 9 * 10**9})
        while not (receipt := first.call("eth_getTransactionReceipt", paid)):
            time.sleep(0.02)
        head = self.resting(first)
        first.end()
        # As if the machine had fallen while it wrote.
        with self.file.open("a") as file:
            file.write('{"hash": "00')

        second = self.start()
        self.assertEqual(second.call("eth_getBlockByNumber", hex(head["number"]), True), head["block"])
        self.assertEqual(second.call("eth_getTransactionReceipt", paid), receipt)
        self.assertEqual(second.number("eth_getBalance", "0x" + "ab" * 20, "latest"), 5)
        self.assertEqual(second.number("eth_getTransactionCount", sender, "latest"), 1)
        again = second.call("eth_sendTransaction", {"from": sender, "to": receiver, "value": "0x1"})
        while not second.call("eth_getTransactionReceipt", again):
            time.sleep(0.02)

    def test_rests(self) -> None:
        chain = self.start()
        while chain.number("eth_blockNumber") < 3:
            time.sleep(0.02)
        self.assertEqual(self.resting(chain)["number"], 3)

    def resting(self, chain: ChainProcess) -> dict:
        """The head, once no more is mined."""
        while True:
            before = chain.number("eth_blockNumber")
            time.sleep(0.3)
            if chain.number("eth_blockNumber") == before:
                return {"number": before, "block": chain.call("eth_getBlockByNumber", hex(before), True)}


if __name__ == "__main__":
    unittest.main()
