#!/usr/bin/env python3
"""A TEST TOOL, not a validator: Solana's JSON-RPC over LiteSVM, the real runtime in one process, with faults on demand.

usage: solana.py [--port N] [--keep FILE]       (0, the default: any port; the port is printed, alone on a line)

With --keep the chain is in that file, too, and goes on from there. It listens on this machine only and ends when whoever started it does. Every transaction is a slot of its
own and final at once. Methods of our own, for tests: test_fault, test_clearFaults, test_failNext (the
next transaction fails in its last instruction: fee and nonce are gone), test_warp, test_calls, test_executed.
"""

import argparse
import base64
import binascii
import json
import os
import socket
import stat
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import solders
from solders.hash import Hash
from solders.message import Message
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata

from solana_chain import BLOCKHASH_AGE, PACKET_BYTES, Chain, RPCError, error_json, error_words, invalid, memo_text, options, pubkey


class Node:
    """The methods of JSON-RPC."""

    def __init__(self, journal=None):
        self.chain = Chain(journal)

    def context(self, value):
        return {"context": {"apiVersion": "3.0.0", "slot": self.chain.slot}, "value": value}

    def getHealth(self, params):
        return "ok"

    def getVersion(self, params):
        return {"solana-core": f"test tool: litesvm of solders {solders.__version__}", "feature-set": 0}

    def getGenesisHash(self, params):
        return str(self.chain.genesis)

    def getSlot(self, params):
        return self.chain.slot

    def getBlockHeight(self, params):
        return self.chain.height

    def getLatestBlockhash(self, params):
        return self.context(
            {
                "blockhash": str(self.chain.recent[-1]),
                "lastValidBlockHeight": self.chain.height + BLOCKHASH_AGE,
            }
        )

    def isBlockhashValid(self, params):
        return self.context(self.chain.is_recent(Hash.from_string(params[0])))

    def getBalance(self, params):
        return self.context(self.chain.runtime.get_balance(pubkey(params[0])) or 0)

    def getAccountInfo(self, params):
        encoding = options(params, 1).get("encoding", "base58")
        if encoding != "base64":
            raise invalid("this test tool has base64 only")
        account = self.chain.runtime.get_account(pubkey(params[0]))
        if account is None or account.lamports == 0:
            return self.context(None)
        return self.context(
            {
                "data": [base64.b64encode(bytes(account.data)).decode(), "base64"],
                "executable": account.executable,
                "lamports": account.lamports,
                "owner": str(account.owner),
                "rentEpoch": account.rent_epoch,
                "space": len(account.data),
            }
        )

    def getMinimumBalanceForRentExemption(self, params):
        return self.chain.runtime.minimum_balance_for_rent_exemption(params[0])

    def getFeeForMessage(self, params):
        try:
            message = Message.from_bytes(base64.b64decode(params[0], validate=True))
        except (ValueError, binascii.Error) as error:
            raise invalid("failed to deserialize solana_message::VersionedMessage") from error
        return self.context(self.chain.fee(message))

    def getRecentPrioritizationFees(self, params):
        return [{"slot": self.chain.slot - age, "prioritizationFee": 0} for age in range(min(150, self.chain.height))]

    def requestAirdrop(self, params):
        text = self.chain.airdrop(str(pubkey(params[0])), params[1])
        if text is None:
            raise RPCError(-32603, "Internal error")
        return text

    def decode(self, params):
        if options(params, 1).get("encoding", "base58") != "base64":
            raise invalid("this test tool has base64 only")
        try:
            raw = base64.b64decode(params[0], validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise invalid(f"invalid base64 encoding: {error}") from error
        if len(raw) > PACKET_BYTES:
            raise invalid(f"decoded solana_transaction::versioned::VersionedTransaction too large: {len(raw)} bytes (max: {PACKET_BYTES} bytes)")
        try:
            transaction = VersionedTransaction.from_bytes(raw)
            transaction.sanitize()
        except Exception as error:
            raise invalid(f"failed to deserialize solana_transaction::versioned::VersionedTransaction: {error}") from error
        if bytes(transaction) != raw:
            raise invalid("failed to deserialize: bytes are left over")
        return transaction

    def simulateTransaction(self, params):
        transaction = self.decode(params)
        chosen = options(params, 1)
        if chosen.get("sigVerify") and not self.is_signed(transaction):
            raise RPCError(-32003, "Transaction signature verification failure")
        return self.context(self.simulation(transaction))

    def simulation(self, transaction):
        outcome = self.chain.run(transaction, simulated=True)
        failed = isinstance(outcome, FailedTransactionMetadata)
        meta = outcome.meta()
        return {
            "err": error_json(outcome) if failed else None,
            "logs": meta.logs(),
            "accounts": None,
            "unitsConsumed": meta.compute_units_consumed(),
            "returnData": None,
        }

    @staticmethod
    def is_signed(transaction):
        return all(transaction.verify_with_results())

    def sendTransaction(self, params, drop=False):
        transaction = self.decode(params)
        if not options(params, 1).get("skipPreflight"):
            if not self.is_signed(transaction):
                raise RPCError(-32003, "Transaction signature verification failure")
            result = self.simulation(transaction)
            if result["err"] is not None:
                raise RPCError(-32002, f"Transaction simulation failed: {error_words(result['err'])}", result)
        if not drop:
            self.chain.execute(transaction)
        return str(transaction.signatures[0])

    def getSignatureStatuses(self, params):
        values = []
        for text in params[0]:
            try:
                Signature.from_string(text)
            except (ValueError, TypeError) as error:
                raise invalid("Invalid") from error
            result = self.chain.results.get(text)
            values.append(
                result
                and {
                    "slot": result["slot"],
                    "confirmations": None,
                    "err": result["error"],
                    "status": {"Ok": None} if result["error"] is None else {"Err": result["error"]},
                    "confirmationStatus": "finalized",
                }
            )
        return self.context(values)

    def getTransaction(self, params):
        if options(params, 1).get("encoding") != "base64":
            raise invalid("this test tool has base64 only")
        result = self.chain.results.get(params[0])
        if result is None or result["bytes"] is None:
            return None
        return {
            "slot": result["slot"],
            "blockTime": result["blockTime"],
            "meta": {
                "err": result["error"],
                "fee": result["fee"],
                "computeUnitsConsumed": result["units"],
                "logMessages": result["logs"],
            },
            "transaction": [base64.b64encode(result["bytes"]).decode(), "base64"],
            "version": "legacy",
        }

    def getSignaturesForAddress(self, params):
        chosen = options(params, 1)
        texts = list(reversed(self.chain.named.get(str(pubkey(params[0])), [])))
        if chosen.get("before") in texts:
            texts = texts[texts.index(chosen["before"]) + 1 :]
        if chosen.get("until") in texts:
            texts = texts[: texts.index(chosen["until"])]
        return [
            {
                "signature": text,
                "slot": self.chain.results[text]["slot"],
                "err": self.chain.results[text]["error"],
                "memo": memo_text(self.chain.results[text]["bytes"]),
                "blockTime": self.chain.results[text]["blockTime"],
                "confirmationStatus": "finalized",
            }
            for text in texts[: chosen.get("limit", 1000)]
        ]


class Faults:
    """What goes wrong next: {"method": …, "kind": …, "times": 1, "result": …}.

    unavailable: HTTP 503, nothing done. garbage: not done, and the answer is no JSON. cutBefore: the connection ends, nothing done.
    cutAfter: done, and the connection ends before the answer. lie: `result` instead of the true answer, nothing done. drop (sendTransaction): answered as
    if sent, and lost. silent: no answer until the caller gives up. error: `error` as JSON-RPC's.
    """

    KINDS = {"unavailable", "garbage", "cutBefore", "cutAfter", "lie", "drop", "silent", "error"}

    def __init__(self):
        self.waiting = []

    def add(self, params):
        fault = dict(params[0])
        if fault.get("kind") not in self.KINDS or not isinstance(fault.get("method"), str):
            raise invalid(f"a fault needs a method and a kind of {sorted(self.KINDS)}")
        fault.setdefault("times", 1)
        self.waiting.append(fault)
        return True

    def next(self, method):
        for fault in self.waiting:
            if fault["method"] in (method, "*"):
                fault["times"] -= 1
                if fault["times"] <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


class Worker:
    """Runs everything on one thread, which the runtime asks for."""

    def __init__(self, journal):
        self.tasks = deque()
        self.ready = threading.Condition()
        threading.Thread(target=self.loop, daemon=True).start()
        self.node = self.run(lambda: Node(journal))

    def loop(self):
        while True:
            with self.ready:
                while not self.tasks:
                    self.ready.wait()
                work, answer, done = self.tasks.popleft()
            try:
                answer.append((work(), None))
            except BaseException as error:  # handed to whoever asked
                answer.append((None, error))
            done.set()

    def run(self, work):
        answer, done = [], threading.Event()
        with self.ready:
            self.tasks.append((work, answer, done))
            self.ready.notify()
        done.wait()
        value, error = answer[0]
        if error is not None:
            raise error
        return value


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        try:
            request = json.loads(self.rfile.read(length))
            method, params, number = request["method"], request.get("params", []), request.get("id")
        except (ValueError, KeyError, TypeError, AttributeError):
            self.answer({"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None})
            return
        self.serve(method, params, number)

    def serve(self, method, params, number):
        server = self.server
        fault = None if method.startswith("test_") else server.take_fault(method)
        kind = fault and fault["kind"]
        if kind == "unavailable":
            self.write(503, b"Service Unavailable\n", "text/plain")
        elif kind == "garbage":
            self.write(200, b"<html>\xff\x00 not what was asked for", "application/json")
        elif kind == "cutBefore":
            self.cut()
        elif kind == "silent":
            time.sleep(30)
            self.cut()
        elif kind == "lie":
            self.answer({"jsonrpc": "2.0", "result": fault.get("result"), "id": number})
        elif kind == "error":
            self.answer({"jsonrpc": "2.0", "error": fault["error"], "id": number})
        else:
            body = self.perform(method, params, drop=kind == "drop")
            if kind == "cutAfter":
                self.cut()
            else:
                self.answer({"jsonrpc": "2.0", **body, "id": number})

    def perform(self, method, params, drop):
        try:
            return {"result": self.server.perform(method, params, drop)}
        except RPCError as error:
            return {"error": error.body}
        except (IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
            return {"error": {"code": -32602, "message": f"Invalid params: {error}"}}
        except BaseException as error:
            return {"error": {"code": -32603, "message": f"Internal error: {type(error).__name__}"}}

    def cut(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def answer(self, body):
        self.write(200, json.dumps(body).encode(), "application/json")

    def write(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port, journal):
        super().__init__(("127.0.0.1", port), Handler)
        self.worker = Worker(journal)
        self.faults = Faults()
        self.lock = threading.Lock()
        self.calls = {}

    def handle_error(self, request, client_address):
        # Clients go away as they like: tests kill them.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def take_fault(self, method):
        with self.lock:
            self.calls[method] = self.calls.get(method, 0) + 1
            return self.faults.next(method)

    def perform(self, method, params, drop=False):
        chain = self.worker.node.chain
        control = {
            "test_fault": lambda: self.faults.add(params),
            "test_failNext": lambda: setattr(chain, "failing", True) or True,
            "test_clearFaults": lambda: self.faults.waiting.clear(),
            "test_calls": lambda: dict(self.calls),
            "test_executed": lambda: [text for text, result in chain.results.items() if result["bytes"] is not None],
            "test_warp": lambda: [chain.pass_slot() for _ in range(params[0])] and chain.slot,
        }
        if method in control:
            return self.worker.run(control[method])
        call = getattr(self.worker.node, method, None)
        if not method.startswith("get") and method not in (
            "sendTransaction", "simulateTransaction", "requestAirdrop", "isBlockhashValid",
        ) or call is None:
            raise RPCError(-32601, "Method not found")
        return self.worker.run(lambda: call(params, drop=True) if drop else call(params))


def end_with_parent(parent):
    """Where standard input is a pipe it ends when whoever holds its other end does, however that comes about; else the process itself is looked at."""
    if stat.S_ISFIFO(os.fstat(0).st_mode) or stat.S_ISSOCK(os.fstat(0).st_mode):
        while os.read(0, 4096):
            pass
    else:
        # Process 1 is the parent of whoever has lost theirs, before this program could ask.
        while os.getppid() == parent != 1:
            time.sleep(0.3)
    os._exit(0)


def main():
    parent = os.getppid()
    parser = argparse.ArgumentParser(description="TEST TOOL: Solana's JSON-RPC over LiteSVM")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    server = Server(arguments.port, arguments.keep)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    end_with_parent(parent)


if __name__ == "__main__":
    sys.exit(main())
