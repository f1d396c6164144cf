"""JSON-RPC over HTTP, with the faults that were asked for."""
from __future__ import annotations

import json
import socket
import sys
import time
import traceback
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from evmchain.chain import read_transaction
from evmchain.controls import Controls
from evmchain.faults import Fault, Faults, patched, replaced
from evmchain.methods import Methods
from evmchain.node import Node
from evmchain.values import RPCError, data

LARGEST_BODY = 5 * 1024 * 1024


class Broken(Exception):
    """A connection that ends, or answers what is not JSON-RPC."""

    def __init__(self, status: int = 0, body: bytes = b"") -> None:
        super().__init__()
        self.status = status
        self.body = body


class Bridge:
    """Requests to answers."""

    def __init__(self, node: Node, signer_style: str = "geth") -> None:
        self.node = node
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        methods = Methods(node, signer_style)
        self.methods = methods.table | Controls(node, methods, self.faults, self.calls).table

    def answer(self, request: Any) -> Any:
        if isinstance(request, list):
            return [self._answer_one(each) for each in request]
        return self._answer_one(request)

    def _answer_one(self, request: Any) -> dict[str, Any]:
        if not isinstance(request, dict) or not isinstance(request.get("method"), str):
            return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "invalid request"}}
        head = {"jsonrpc": "2.0", "id": request.get("id")}
        params = request.get("params") or []
        try:
            return head | {"result": self._outcome(request["method"], params)}
        except RPCError as error:
            return head | {"error": error.encoded()}

    def _outcome(self, method: str, params: Any) -> Any:
        if not method.startswith("test_"):
            self.calls[method] += 1
        fault = self.faults.take(method, params)
        if fault is None:
            return self._execute(method, params)
        if fault.kind == "delay":
            time.sleep(float(fault.details.get("seconds", 1)))
        result = self._execute(method, params) if fault.executes else None
        return _spoiled(fault, result, params)

    def _execute(self, method: str, params: Any) -> Any:
        if method not in self.methods:
            raise RPCError(f"the method {method} does not exist/is not available", code=-32601)
        if not isinstance(params, list):
            raise RPCError("non-array args", code=-32602)
        with self.node.lock:
            try:
                return self.methods[method](*params)
            except RPCError:
                raise
            except (TypeError, AttributeError, KeyError, ValueError) as error:
                traceback.print_exc(file=sys.stderr)
                raise RPCError(f"invalid argument: {error}", code=-32602) from None


def _spoiled(fault: Fault, result: Any, params: Any) -> Any:
    """What is answered instead of a result."""
    details = fault.details
    if fault.kind == "http":
        raise Broken(int(details.get("status", 503)), str(details.get("body", "Service Unavailable")).encode())
    if fault.kind == "garbage":
        raise Broken(200, str(details.get("body", '{"jsonrpc":"2.0","id":1,"res')).encode())
    if fault.kind == "cut":
        raise Broken()
    if fault.kind == "error":
        raise RPCError(str(details.get("message", "internal error")), int(details.get("code", -32000)), details.get("data"))
    if fault.kind == "swallow":
        # Accepted, and never heard of again.
        return data(read_transaction(bytes.fromhex(params[0][2:])).hash)
    if fault.kind == "answer":
        return details.get("result")
    if fault.kind == "patch":
        return patched(result, details.get("result")) if result is not None else None
    if fault.kind == "replace":
        return replaced(result, str(details["text"]), str(details["by"]))
    return result


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:  # the name is the library's
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self._send(413, b"too large")
            return
        try:
            request = json.loads(self.rfile.read(length))
        except ValueError:
            error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "parse error"}}
            self._send(400, json.dumps(error).encode())
            return
        try:
            self._send(200, json.dumps(self.server.bridge.answer(request)).encode())
        except Broken as broken:
            self._break(broken)

    def do_GET(self) -> None:
        self._send(200, b"a test chain: JSON-RPC by POST\n", "text/plain")

    def _break(self, broken: Broken) -> None:
        if broken.status:
            self._send(broken.status, broken.body, "text/plain" if broken.status != 200 else "application/json")
            return
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, bridge: Bridge) -> None:
        self.bridge = bridge
        super().__init__(("127.0.0.1", port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients go away as they like: tests kill them.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
