"""The canonical binary codec (spec 2.4).

There is exactly one encoding of a value. A decoder therefore refuses everything that an encoder would not have
written; `Malformed` says in plain words what was wrong.
"""
from __future__ import annotations

import group
from group import Point


class Malformed(ValueError):
    """Bytes that are not the encoding of anything the specification allows."""


class Reader:
    """Reads values from the front of a byte string; every read either succeeds wholly or raises `Malformed`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self.data):
            raise Malformed(f"ends after {len(self.data)} bytes, needs {end}")
        part = self.data[self.position:end]
        self.position = end
        return part

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def u8(self) -> int:
        return self.number(1)

    def u16(self) -> int:
        return self.number(2)

    def u32(self) -> int:
        return self.number(4)

    def u64(self) -> int:
        return self.number(8)

    def b32(self) -> bytes:
        return self.take(32)

    def bool(self, what: str) -> bool:
        return self.one_of((0, 1), what) == 1

    def one_of(self, allowed: tuple[int, ...], what: str) -> int:
        value = self.u8()
        if value not in allowed:
            raise Malformed(f"{what} is {value}")
        return value

    def count(self, width: int, least: int, most: int, what: str) -> int:
        value = self.number(width)
        if not least <= value <= most:
            raise Malformed(f"{value} {what}, not {least} … {most}")
        return value

    def point(self) -> Point:
        encoded = self.take(32)
        if not group.is_point(encoded):
            raise Malformed(f"bytes {self.position - 32} … {self.position - 1} are not a group element")
        return Point(encoded)

    def points(self, count: int) -> list[Point]:
        return [self.point() for _ in range(count)]

    def scalar(self) -> int:
        value = int.from_bytes(self.take(32), "little")
        if value >= group.ORDER:
            raise Malformed(f"bytes {self.position - 32} … {self.position - 1} are a scalar that is not reduced")
        return value

    def scalars(self, count: int) -> list[int]:
        return [self.scalar() for _ in range(count)]

    def text(self, most: int, what: str) -> str:
        """A text that must not be empty: a name, a title, an origin or a path."""
        value = self._text(most, what)
        if not value:
            raise Malformed(f"{what} is empty")
        if "\n" in value:
            raise Malformed(f"{what} contains a control character")
        return value

    def description(self) -> str:
        """A description may be empty and may have several lines."""
        return self._text(4000, "description")

    def _text(self, most: int, what: str) -> str:
        encoded = self.take(self.count(2, 0, most, f"bytes of {what}"))
        try:
            value = encoded.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed(f"{what} is not UTF-8") from None
        if any((c < " " and c != "\n") or "\x7f" <= c <= "\x9f" for c in value):
            raise Malformed(f"{what} contains a control character")
        if any("\u2028" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in value):
            raise Malformed(f"{what} contains a line separator or a character that reorders text")
        return value

    def header(self, name: bytes) -> None:
        """Eight bytes that name the file, and version 1 (spec 6)."""
        if self.take(8) != name:
            raise Malformed(f"does not begin with {name.decode()}")
        self.version()

    def version(self) -> None:
        version = self.u16()
        if version != 1:
            raise Malformed(f"version {version} is not known")

    def end(self) -> None:
        left = len(self.data) - self.position
        if left:
            raise Malformed(f"{left} bytes left over")
