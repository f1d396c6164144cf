"""That the test chain answers as Solana does, and fails as it is told to."""

import base64
import json
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import (
    AdvanceNonceAccountParams,
    TransferParams,
    advance_nonce_account,
    create_nonce_account,
    transfer,
)
from solders.transaction import Transaction

MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
LOST = (HTTPException, OSError)


class Failure(Exception):
    def __init__(self, error):
        super().__init__(error["message"])
        self.error = error


class ChainTests(unittest.TestCase):
    def setUp(self):
        self.start()
        self.payer = Keypair()
        self.call("requestAirdrop", str(self.payer.pubkey()), 10**10)

    def start(self, *options):
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("solana.py")), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.port = int(self.process.stdout.readline())

    def tearDown(self):
        self.process.stdin.close()
        self.assertEqual(self.process.wait(10), 0)
        self.process.stdout.close()

    def call(self, method, *params, timeout=10):
        body = json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            parsed = json.loads(answer.read())
        self.assertEqual(parsed["id"], 7)
        if "error" in parsed:
            raise Failure(parsed["error"])
        return parsed["result"]

    def send(self, transaction, **options):
        raw = bytes(transaction) if not isinstance(transaction, bytes) else transaction
        return self.call("sendTransaction", base64.b64encode(raw).decode(), {"encoding": "base64", **options})

    def blockhash(self):
        return Hash.from_string(self.call("getLatestBlockhash")["value"]["blockhash"])

    def signed(self, instructions, blockhash=None, signers=None, payer=None):
        blockhash = blockhash or self.blockhash()
        message = Message.new_with_blockhash(instructions, payer or self.payer.pubkey(), blockhash)
        return Transaction(signers or [self.payer], message, blockhash)

    def payment(self, lamports=10**6, **others):
        return self.signed(
            [transfer(TransferParams(from_pubkey=self.payer.pubkey(), to_pubkey=Keypair().pubkey(), lamports=lamports))],
            **others,
        )

    def refused(self, transaction, code, words):
        with self.assertRaises(Failure) as caught:
            self.send(transaction)
        self.assertEqual(caught.exception.error["code"], code)
        self.assertIn(words, caught.exception.error["message"])
        return caught.exception.error.get("data")

    def status(self, signature):
        return self.call("getSignatureStatuses", [signature], {"searchTransactionHistory": True})["value"][0]

    def test_goes_on_from_its_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "chain"
            self.tearDown()
            self.start("--keep", str(file))
            self.call("requestAirdrop", str(self.payer.pubkey()), 10**10)
            nonce = Keypair()
            lamports = self.call("getMinimumBalanceForRentExemption", 80)
            made = create_nonce_account(self.payer.pubkey(), nonce.pubkey(), self.payer.pubkey(), lamports)
            signature = self.send(self.signed(list(made), signers=[self.payer, nonce]))

            def seen():
                account = self.call("getAccountInfo", str(nonce.pubkey()), {"encoding": "base64"})
                return [self.call("getTransaction", signature, {"encoding": "base64"}), account, self.blockhash()]

            kept = seen()
            self.tearDown()
            # As if the machine had fallen while it wrote.
            with file.open("a") as journal:
                journal.write('[17, "airdr')
            self.start("--keep", str(file))
            self.assertEqual(seen(), kept)
            self.send(self.payment())

    def test_a_payment_once(self):
        payment = self.payment()
        signature = self.send(payment)
        self.assertEqual(signature, str(payment.signatures[0]))
        self.assertIsNone(self.status(signature)["err"])
        shown = self.call("getTransaction", signature, {"encoding": "base64"})
        self.assertEqual(base64.b64decode(shown["transaction"][0]), bytes(payment))
        self.assertEqual(shown["meta"]["fee"], 5000)
        data = self.refused(payment, -32002, "already been processed")
        self.assertEqual(data["err"], "AlreadyProcessed")
        self.assertEqual(self.call("test_executed"), [signature])

    def test_blockhashes_expire(self):
        blockhash = self.blockhash()
        self.call("test_warp", 150)
        self.send(self.payment(blockhash=blockhash))
        self.assertFalse(self.call("isBlockhashValid", str(blockhash))["value"])
        data = self.refused(self.payment(blockhash=blockhash, lamports=2 * 10**6), -32002, "Blockhash not found")
        self.assertEqual(data["err"], "BlockhashNotFound")

    def test_words_of_refusals(self):
        broken = bytearray(bytes(self.payment()))
        broken[9] ^= 1
        self.refused(bytes(broken), -32003, "signature verification failure")
        data = self.refused(self.payment(lamports=10**12), -32002, "Error processing Instruction 0: custom program error: 0x1")
        self.assertEqual(data["err"], {"InstructionError": [0, {"Custom": 1}]})
        poor = Keypair()
        unpaid = self.signed([Instruction(MEMO, b"x", [])], signers=[poor], payer=poor.pubkey())
        self.refused(unpaid, -32002, "no record of a prior credit")
        with self.assertRaises(Failure) as caught:
            self.send(b"\x00" * 20)
        self.assertEqual(caught.exception.error["code"], -32602)
        with self.assertRaises(Failure) as caught:
            self.call("getNothing")
        self.assertEqual(caught.exception.error["code"], -32601)

    def nonce(self, account):
        data = self.call("getAccountInfo", str(account), {"encoding": "base64"})["value"]["data"][0]
        return Hash(base64.b64decode(data)[40:72])

    def test_a_nonce_is_used_once_even_by_what_fails(self):
        account = Keypair()
        rent = self.call("getMinimumBalanceForRentExemption", 80)
        self.send(
            self.signed(
                list(create_nonce_account(self.payer.pubkey(), account.pubkey(), self.payer.pubkey(), rent)),
                signers=[self.payer, account],
            )
        )
        advance = advance_nonce_account(
            AdvanceNonceAccountParams(nonce_pubkey=account.pubkey(), authorized_pubkey=self.payer.pubkey())
        )
        first = self.nonce(account.pubkey())
        self.call("test_warp", 500)
        memo = Instruction(MEMO, b"a result", [AccountMeta(self.payer.pubkey(), True, False)])
        anchor = self.signed([advance, memo], blockhash=first)
        self.send(anchor)
        second = self.nonce(account.pubkey())
        self.assertNotEqual(first, second)
        self.refused(anchor, -32002, "Blockhash not found")
        failing = self.signed(
            [advance, transfer(TransferParams(from_pubkey=self.payer.pubkey(), to_pubkey=account.pubkey(), lamports=10**15))],
            blockhash=second,
        )
        signature = self.send(failing, skipPreflight=True)
        self.assertEqual(self.status(signature)["err"], {"InstructionError": [1, {"Custom": 1}]})
        self.assertNotIn(self.nonce(account.pubkey()), (first, second))
        self.assertEqual(
            [
                (shown["signature"], shown["memo"])
                for shown in self.call("getSignaturesForAddress", str(account.pubkey()), {"limit": 2})
            ],
            [(signature, None), (str(anchor.signatures[0]), "[8] a result")],
        )

    def test_fees(self):
        message = self.payment().message
        self.assertEqual(self.call("getFeeForMessage", base64.b64encode(bytes(message)).decode())["value"], 5000)
        self.assertTrue(all(fee["prioritizationFee"] == 0 for fee in self.call("getRecentPrioritizationFees")))

    def fault(self, kind, method="sendTransaction", **others):
        self.call("test_fault", {"method": method, "kind": kind, **others})

    def test_faults_before_and_after(self):
        payment = self.payment()
        signature = str(payment.signatures[0])
        for kind, expected in (("unavailable", urllib.error.HTTPError), ("garbage", ValueError), ("cutBefore", LOST)):
            self.fault(kind)
            with self.assertRaises(expected):
                self.send(payment)
            self.assertIsNone(self.status(signature), kind)
        self.fault("drop")
        self.assertEqual(self.send(payment), signature)
        self.assertIsNone(self.status(signature))
        self.fault("cutAfter")
        with self.assertRaises(LOST):
            self.send(payment)
        self.assertIsNotNone(self.status(signature))
        self.fault("lie", "getSignatureStatuses", result={"context": {"slot": 1}, "value": [None]}, times=2)
        self.assertIsNone(self.status(signature))
        self.assertIsNone(self.status(signature))
        self.assertIsNotNone(self.status(signature))
        self.fault("silent", "getSlot")
        with self.assertRaises(OSError):
            self.call("getSlot", timeout=0.5)
        self.assertGreater(self.call("test_calls")["sendTransaction"], 4)


if __name__ == "__main__":
    unittest.main()
