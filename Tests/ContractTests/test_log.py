"""What the Ethereum test chain prints: errors of its own, and not that a client has gone away."""
from __future__ import annotations

import contextlib
import io
import socket
import struct
import sys
import threading
import unittest
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from bridge import COMMAND

sys.path.insert(0, str(COMMAND.parent))

from evmchain.server import Server  # noqa: E402


class Listening(Server):
    """Tells when it has dealt with an error."""

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        super().__init__(0, SimpleNamespace(answer=answer))
        self.errors = threading.Semaphore(0)

    def handle_error(self, request: Any, client_address: Any) -> None:
        super().handle_error(request, client_address)
        self.errors.release()


class LogTest(unittest.TestCase):
    def printed(self, body: bytes, answer: Callable[[Any], Any]) -> str:
        """What is printed of a request that is said to have four bytes, and whose connection the client then resets."""
        with Listening(answer) as server, contextlib.redirect_stderr(io.StringIO()) as log:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            client = socket.create_connection(server.server_address)
            client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n" + body)
            if len(body) == 4:
                self.assertTrue(server.errors.acquire(timeout=20))
            # Closed so, a connection is reset.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            if len(body) < 4:
                self.assertTrue(server.errors.acquire(timeout=20))
            server.shutdown()
        return log.getvalue()

    def test_a_client_that_goes_away(self) -> None:
        self.assertEqual(self.printed(b"1", lambda request: request), "")

    def test_an_error_of_its_own(self) -> None:
        def fail(_: Any) -> Any:
            raise RuntimeError("a fault of the chain")

        self.assertIn("RuntimeError: a fault of the chain", self.printed(b"1234", fail))


if __name__ == "__main__":
    unittest.main()
