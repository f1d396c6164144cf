"""A test chain in a process of its own, and a plain JSON-RPC client for it."""
from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "Tests/Support/chains/evm.py"


class Refused(Exception):
    """An error that the chain answered."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error["code"]
        self.data = error.get("data")


class ChainProcess:
    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen([sys.executable, str(COMMAND), *options], stdout=subprocess.PIPE, text=True)
        self.ports = [int(port) for port in self.process.stdout.readline().split()]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def post(self, body: bytes, endpoint: int = 0) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[endpoint], timeout=30)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def call(self, method: str, *params: Any, endpoint: int = 0) -> Any:
        _, body = self.post(json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).encode(), endpoint)
        answer = json.loads(body)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def number(self, method: str, *params: Any) -> int:
        return int(self.call(method, *params), 16)
