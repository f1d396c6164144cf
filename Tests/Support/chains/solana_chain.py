"""A TEST TOOL: the Solana runtime of one process, with what a node keeps around it; solana.py puts JSON-RPC before it."""

import base64
import hashlib
import json
import time
from collections import deque

from solders.account import Account
from solders.hash import Hash
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

# Blocks for which a blockhash can be used: MAX_PROCESSING_AGE of the validator.
BLOCKHASH_AGE = 150
LAMPORTS_PER_SIGNATURE = 5000
SYSTEM_PROGRAM = Pubkey.default()
MEMO_PROGRAM = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
PACKET_BYTES = 1232

# The validator's words (TransactionError's Display), of the errors that transactions of ours can meet.
WORDS = {
    "AccountNotFound": "Attempt to debit an account but found no record of a prior credit.",
    "AlreadyProcessed": "This transaction has already been processed",
    "BlockhashNotFound": "Blockhash not found",
    "InsufficientFundsForFee": "Insufficient funds for fee",
    "InvalidAccountForFee": "This account may not be used to pay transaction fees",
    "SanitizeFailure": "Transaction failed to sanitize accounts offsets correctly",
    "SignatureFailure": "Transaction did not pass signature verification",
}


class RPCError(Exception):
    """An error as JSON-RPC has it."""

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.body = {"code": code, "message": message}
        if data is not None:
            self.body["data"] = data


def invalid(message):
    return RPCError(-32602, f"Invalid params: {message}")


def error_json(outcome):
    """A failed transaction's error in the form of the validator's JSON."""
    return json.loads(outcome.to_json())["err"]


def error_words(error):
    """The same in the validator's words."""
    if isinstance(error, str):
        return WORDS.get(error, error)
    if "InstructionError" in error:
        index, cause = error["InstructionError"]
        custom = cause.get("Custom") if isinstance(cause, dict) else None
        words = f"custom program error: {custom:#x}" if custom is not None else str(cause)
        return f"Error processing Instruction {index}: {words}"
    if "InsufficientFundsForRent" in error:
        index = error["InsufficientFundsForRent"]["account_index"]
        return f"Transaction results in an account ({index}) with insufficient funds for rent"
    return json.dumps(error)


def pubkey(text):
    try:
        return Pubkey.from_string(text)
    except (ValueError, TypeError) as error:
        raise invalid("WrongSize" if isinstance(text, str) else "expected a string") from error


def memo_text(raw):
    """All memos of a transaction, each with its length, as nodes keep them."""
    message = VersionedTransaction.from_bytes(raw).message
    memos = [
        bytes(instruction.data).decode()
        for instruction in message.instructions
        if message.account_keys[instruction.program_id_index] == MEMO_PROGRAM
    ]
    return "; ".join(f"[{len(memo.encode())}] {memo}" for memo in memos) or None


def options(params, position):
    given = params[position] if len(params) > position else None
    if given is not None and not isinstance(given, dict):
        raise invalid("expected an object")
    return given or {}


class Chain:
    """The runtime with what a node keeps around it: recent blockhashes, results, and who was named in which transaction."""

    def __init__(self, journal=None):
        """`journal`: a file of what was done, a line each, which is done again first."""
        self.time = None
        self.journal = None
        self.runtime = LiteSVM()
        self.first_slot = self.runtime.get_clock().slot
        self.recent = deque([self.runtime.latest_blockhash()], maxlen=BLOCKHASH_AGE + 1)
        self.genesis = Hash(hashlib.sha256(b"comitia test chain, Solana").digest())
        # signature (text) -> what getTransaction and getSignatureStatuses say
        self.results = {}
        self.named = {}
        self.failing = False
        self.pass_slot()
        if journal is not None:
            self.repeat(journal)
            self.journal = journal

    def repeat(self, journal):
        whole = journal.read_text().rpartition("\n")[0] if journal.exists() else ""
        for line in whole.splitlines():
            self.time, done, *what = json.loads(line)
            if done == "airdrop":
                self.airdrop(*what)
            else:
                self.execute(VersionedTransaction.from_bytes(base64.b64decode(what[0])))
        self.time = None
        # A line that was being written when the machine fell is nothing: nobody was told of it.
        journal.write_text(whole + "\n" if whole else "")

    def note(self, *what):
        if self.journal is not None:
            with self.journal.open("a") as file:
                file.write(json.dumps([self.now(), *what]) + "\n")

    def now(self):
        return self.time or int(time.time())

    @property
    def slot(self):
        return self.runtime.get_clock().slot

    @property
    def height(self):
        return self.slot - self.first_slot

    def pass_slot(self):
        clock = self.runtime.get_clock()
        clock.unix_timestamp = self.now()
        self.runtime.set_clock(clock)
        self.runtime.warp_to_slot(clock.slot + 1)
        self.runtime.expire_blockhash()
        self.recent.append(self.runtime.latest_blockhash())

    def is_recent(self, blockhash):
        return blockhash in self.recent

    def run(self, transaction, simulated):
        """Executes or simulates; of recent blockhashes the runtime itself knows the last one only, nonces it knows."""
        recent = self.is_recent(transaction.message.recent_blockhash)
        self.runtime.with_blockhash_check(not recent)
        try:
            runtime = self.runtime
            return runtime.simulate_transaction(transaction) if simulated else runtime.send_transaction(transaction)
        finally:
            self.runtime.with_blockhash_check(True)

    def execute(self, transaction):
        """Executes and keeps the result. What cannot pay or is too old leaves no trace, as on the network."""
        failing, self.failing = self.failing, False
        outcome = self.run(transaction, simulated=failing)
        failed = failing or isinstance(outcome, FailedTransactionMetadata)
        meta = outcome.meta() if failed else outcome
        last = len(transaction.message.instructions) - 1
        asked = {"InstructionError": [last, "ComputationalBudgetExceeded"]}
        error = asked if failing else error_json(outcome) if failed else None
        if failed and not (isinstance(error, dict) and "InstructionError" in error):
            return error
        if failed:
            self.advance_nonce(transaction)
        message = transaction.message
        text = str(transaction.signatures[0])
        self.results[text] = {
            "slot": self.slot,
            "blockTime": self.now(),
            "error": error,
            "fee": meta.fee(),
            "units": meta.compute_units_consumed(),
            "logs": meta.logs(),
            "bytes": bytes(transaction),
        }
        for key in message.account_keys:
            self.named.setdefault(str(key), []).append(text)
        self.note("transaction", base64.b64encode(bytes(transaction)).decode())
        self.pass_slot()
        return error

    def airdrop(self, address, lamports):
        """Answers the signature; nothing where the runtime refuses."""
        outcome = self.runtime.airdrop(Pubkey.from_string(address), lamports)
        if isinstance(outcome, FailedTransactionMetadata):
            return None
        text = str(outcome.signature())
        self.results[text] = {
            "slot": self.slot, "blockTime": self.now(), "error": None, "fee": outcome.fee(), "units": 0,
            "logs": outcome.logs(), "bytes": None,
        }
        self.note("airdrop", address, lamports)
        self.pass_slot()
        return text

    def advance_nonce(self, transaction):
        """On the network a nonce is used up by a transaction that fails, too; the runtime alone forgets that."""
        message = transaction.message
        if self.is_recent(message.recent_blockhash):
            return
        first = message.instructions[0]
        key = message.account_keys[first.accounts[0]]
        account = self.runtime.get_account(key)
        data = bytearray(account.data)
        data[40:72] = hashlib.sha256(b"DURABLE_NONCE" + bytes(self.runtime.latest_blockhash())).digest()
        self.runtime.set_account(key, Account(account.lamports, bytes(data), account.owner))

    def fee(self, message):
        signatures = message.header.num_required_signatures * LAMPORTS_PER_SIGNATURE
        limit, price, budgeted = None, 0, 0
        for instruction in message.instructions:
            program = str(message.account_keys[instruction.program_id_index])
            if program != "ComputeBudget111111111111111111111111111111":
                budgeted += 200_000
                continue
            data = bytes(instruction.data)
            if data[:1] == b"\x02":
                limit = int.from_bytes(data[1:5], "little")
            elif data[:1] == b"\x03":
                price = int.from_bytes(data[1:9], "little")
        units = min(limit if limit is not None else budgeted, 1_400_000)
        return signatures + (price * units + 999_999) // 1_000_000
