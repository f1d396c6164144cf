"""The accounts of a test chain: keys that everybody knows, rich in coins that are worth nothing."""
from __future__ import annotations

import hashlib

from eth_keys import keys


class Accounts:
    """Ten keys, the same in every chain: SHA-256 of a text with their number."""

    def __init__(self, count: int = 10) -> None:
        self.keys: dict[bytes, keys.PrivateKey] = {}
        for number in range(count):
            secret = hashlib.sha256(f"comitia test chain account {number}".encode()).digest()
            key = keys.PrivateKey(secret)
            self.keys[key.public_key.to_canonical_address()] = key

    @property
    def addresses(self) -> list[bytes]:
        return list(self.keys)
