"""Numbers and bytes as JSON-RPC writes them, and the error that an answer can be."""
from __future__ import annotations

from typing import Any


class RPCError(Exception):
    """What a method answers instead of a result."""

    def __init__(self, message: str, code: int = -32000, data: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.data = data

    def encoded(self) -> dict[str, Any]:
        error = {"code": self.code, "message": self.message}
        if self.data is not None:
            error["data"] = self.data
        return error


def invalid(message: str) -> RPCError:
    return RPCError(message, code=-32602)


def quantity(number: int) -> str:
    return hex(number)


def data(content: bytes) -> str:
    return "0x" + bytes(content).hex()


def word(number: int) -> str:
    return "0x" + number.to_bytes(32, "big").hex()


def read_quantity(text: Any, name: str) -> int:
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    if not isinstance(text, str) or not text.startswith("0x") or len(text) < 3:
        raise invalid(f"invalid argument: {name}: hex string without 0x prefix, or empty")
    try:
        return int(text, 16)
    except ValueError:
        raise invalid(f"invalid argument: {name}: invalid hex string") from None


def read_data(text: Any, name: str, length: int | None = None) -> bytes:
    if not isinstance(text, str) or not text.startswith("0x") or len(text) % 2:
        raise invalid(f"invalid argument: {name}: hex string without 0x prefix, or of odd length")
    try:
        content = bytes.fromhex(text[2:])
    except ValueError:
        raise invalid(f"invalid argument: {name}: invalid hex string") from None
    if length is not None and len(content) != length:
        raise invalid(f"invalid argument: {name}: {len(content)} bytes instead of {length}")
    return content
