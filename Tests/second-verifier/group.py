"""The group ristretto255 (spec 2.1) and Ed25519 (spec 2.7), both from libsodium through ctypes.

A point is kept as its 32 canonical bytes, a scalar as an int modulo ℓ. libsodium reports the identity as a failure
of its scalar multiplications, so products with zero and with the identity never reach it.
"""
from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterable
from typing import NewType

Point = NewType("Point", bytes)

ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
IDENTITY = Point(bytes(32))

_sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
if _sodium.sodium_init() < 0:
    raise RuntimeError("libsodium could not be initialized")


def is_point(encoded: bytes) -> bool:
    """Whether these are the canonical bytes of a group element (RFC 9496, 4.3.1).

    The range is looked at here because libsodium 1.0.18 ignores the top bit: it would take two encodings for one point.
    """
    value = int.from_bytes(encoded, "little")
    return value < FIELD and value % 2 == 0 and _sodium.crypto_core_ristretto255_is_valid_point(encoded) == 1


def add(left: Point, right: Point) -> Point:
    return _binary(_sodium.crypto_core_ristretto255_add, left, right)


def subtract(left: Point, right: Point) -> Point:
    return _binary(_sodium.crypto_core_ristretto255_sub, left, right)


def multiply(scalar: int, point: Point) -> Point:
    scalar %= ORDER
    if scalar == 0 or point == IDENTITY:
        return IDENTITY
    if scalar == 1:
        return point
    out = ctypes.create_string_buffer(32)
    _demand(_sodium.crypto_scalarmult_ristretto255(out, scalar.to_bytes(32, "little"), point))
    return Point(out.raw)


def base(scalar: int) -> Point:
    """scalar·G"""
    scalar %= ORDER
    if scalar == 0:
        return IDENTITY
    out = ctypes.create_string_buffer(32)
    _demand(_sodium.crypto_scalarmult_ristretto255_base(out, scalar.to_bytes(32, "little")))
    return Point(out.raw)


def total(points: Iterable[Point]) -> Point:
    result = IDENTITY
    for point in points:
        result = add(result, point)
    return result


def combine(scalars: Iterable[int], points: Iterable[Point]) -> Point:
    """The sum of scalar·point over both lists, which must have the same length."""
    return total(multiply(scalar, point) for scalar, point in zip(scalars, points, strict=True))


def mapped(uniform: bytes) -> Point:
    """The element that 64 uniform bytes map to (RFC 9496, 4.3.4)."""
    out = ctypes.create_string_buffer(32)
    _demand(_sodium.crypto_core_ristretto255_from_hash(out, uniform))
    return Point(out.raw)


def ed25519_verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """libsodium follows the one rule of spec 2.7."""
    if len(key) != 32 or len(signature) != 64:
        return False
    return _sodium.crypto_sign_verify_detached(signature, message, ctypes.c_ulonglong(len(message)), key) == 0


def is_edwards_point(encoded: bytes) -> bool:
    """Whether these are the canonical bytes of a point of edwards25519's prime-order subgroup other than its identity."""
    return len(encoded) == 32 and _sodium.crypto_core_ed25519_is_valid_point(encoded) == 1


def _binary(function: ctypes._CFuncPtr, left: Point, right: Point) -> Point:
    out = ctypes.create_string_buffer(32)
    _demand(function(out, left, right))
    return Point(out.raw)


def _demand(status: int) -> None:
    if status != 0:
        raise ArithmeticError("libsodium refused a point that had been decoded")
