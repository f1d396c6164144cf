"""The curve edwards25519 on Python's integers: for ECVRF (spec 11.1) and for the key of joint signatures (spec 10.1).

ECVRF is about points that may have parts of small order, which libsodium will not multiply; ristretto255 elements it will not
show as points of the curve. Nothing here is secret, and nothing takes the same time for all values.
"""
from __future__ import annotations

from group import FIELD, ORDER, Point

# The curve −x² + y² = 1 + d·x²·y² (RFC 8032, 5.1). A point is its two coordinates.
Edwards = tuple[int, int]

D = -121665 * pow(121666, -1, FIELD) % FIELD
ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
NEUTRAL: Edwards = (0, 1)

# (X, Y, Z, T) with x = X/Z, y = Y/Z, x·y = T/Z: sums need no division (RFC 8032, 5.1.4).
_Extended = tuple[int, int, int, int]


def decode_edwards(encoded: bytes) -> Edwards | None:
    """RFC 8032, 5.1.3; None where it says that decoding fails."""
    value = int.from_bytes(encoded, "little")
    y, sign = value % 2**255, value >> 255
    if len(encoded) != 32 or y >= FIELD:
        return None
    x = square_root((y * y - 1) * pow(D * y * y + 1, -1, FIELD) % FIELD)
    if x is None or (x == 0 and sign == 1):
        return None
    return (x if x % 2 == sign else FIELD - x), y


def encode_edwards(point: Edwards) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def square_root(square: int) -> int | None:
    """One of the two roots, or None where there is none."""
    root = pow(square, (FIELD + 3) // 8, FIELD)
    if root * root % FIELD != square:
        root = root * ROOT_OF_MINUS_ONE % FIELD
    return root if root * root % FIELD == square else None


def add_edwards(left: Edwards, right: Edwards) -> Edwards:
    return _affine(_sum(_extended(left), _extended(right)))


def multiply_edwards(factor: int, point: Edwards) -> Edwards:
    result, power = _extended(NEUTRAL), _extended(point)
    while factor:
        if factor & 1:
            result = _sum(result, power)
        power = _sum(power, power)
        factor >>= 1
    return _affine(result)


def negated(point: Edwards) -> Edwards:
    return (-point[0] % FIELD, point[1])


def _extended(point: Edwards) -> _Extended:
    x, y = point
    return x, y, 1, x * y % FIELD


def _affine(point: _Extended) -> Edwards:
    x, y, z, _ = point
    inverse = pow(z, -1, FIELD)
    return x * inverse % FIELD, y * inverse % FIELD


def _sum(left: _Extended, right: _Extended) -> _Extended:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = left, right
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = t1 * 2 * D * t2, z1 * 2 * z2
    e, f, g, h = (b - a) % FIELD, (d - c) % FIELD, (d + c) % FIELD, (b + a) % FIELD
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


_base = decode_edwards((4 * pow(5, -1, FIELD) % FIELD).to_bytes(32, "little"))
assert _base is not None
BASE: Edwards = _base


def decode_ristretto(encoded: bytes) -> Edwards | None:
    """The point of the coset that RFC 9496, 4.3.1, gives; None where it says that decoding fails."""
    s = int.from_bytes(encoded, "little")
    if len(encoded) != 32 or s >= FIELD or s % 2 == 1:
        return None
    u1, u2 = (1 - s * s) % FIELD, (1 + s * s) % FIELD
    v = (-D * u1 * u1 - u2 * u2) % FIELD
    square = v * u2 * u2 % FIELD
    root = square_root(pow(square, -1, FIELD)) if square else None
    if root is None:
        return None
    x = 2 * s * root * u2 % FIELD
    if x % 2 == 1:
        x = FIELD - x
    y = u1 * root * root * u2 * v % FIELD
    if x * y % FIELD % 2 == 1 or y == 0:
        return None
    return x, y


def torsion_free(element: Point) -> bytes:
    """The encoding of ρ of an element of ristretto255: the one point of its coset in the subgroup of order ℓ (spec 10.1)."""
    point = decode_ristretto(element)
    if point is None:
        raise ValueError("no canonical encoding of an element of ristretto255")
    return encode_edwards(multiply_edwards(pow(8, -1, ORDER), multiply_edwards(8, point)))
