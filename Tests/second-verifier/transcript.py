"""The transcript behind every challenge and digest (spec 2.3)."""
from __future__ import annotations

import hashlib

from group import ORDER


class Transcript:
    """A growing byte string, kept as the running SHA-512 of it."""

    def __init__(self, domain: str, **fields: bytes | int) -> None:
        self._hash = hashlib.sha512()
        self.absorb("comitia/v1", domain.encode("ascii"))
        for label, value in fields.items():
            self.absorb(label, value)

    def absorb(self, label: str, value: bytes | int) -> None:
        data = value.to_bytes(8, "big") if isinstance(value, int) else value
        self._frame(label, len(data))
        self._hash.update(data)

    def challenge(self, label: str) -> int:
        self._frame(label, 0)
        return int.from_bytes(self._hash.digest(), "little") % ORDER

    def digest(self, label: str) -> bytes:
        self._frame(label, 0)
        return self._hash.digest()[:32]

    def uniform(self, label: str) -> bytes:
        self._frame(label, 0)
        return self._hash.digest()

    def _frame(self, label: str, length: int) -> None:
        name = label.encode("ascii")
        self._hash.update(len(name).to_bytes(4, "big") + name + length.to_bytes(4, "big"))
