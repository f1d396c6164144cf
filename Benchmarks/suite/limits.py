"""How far a figure is from the sum of its parts, and from the figures that were asked for."""

# libsodium's own microseconds on the machine for which the wanted figures were set: they tell how fast this one is, now.
LIBSODIUM_THEN = {"fixed-base": 12.3, "variable-base": 37.5, "ed25519-verify": 36.3}

# Operation, wanted microseconds.
WANTED_TIMES = [("single-batch-1000", 165), ("single-batch-1000-signed", 190), ("single-encrypt", 390)]

# Operation, wanted microseconds on whatever machine it is: what people wait for. Not scaled.
WANTED_EVERYWHERE = [("signing-3-of-5", 50_000), ("ceremony-16-of-31", 5_000_000)]

# Operation, wanted multiple of libsodium's time.
WANTED_RATIOS = [("fixed-base", 1.0), ("variable-base", 1.0)]

# Of the WebAssembly module: what it reports, factor, wanted, unit.
WANTED_OF_MODULE = [("ballotMilliseconds", 1, 1.1, "ms"), ("moduleGzippedBytes", 1e-3, 60, "kB")]

# Of the service on each database: name, where it stands, wanted, unit, whether at least so much.
WANTED_OF_SERVICE = [
    ("ballots a second over HTTP", ("full", "perSecond"), 3000, "ballots/s", True),
    ("p95 at half of that, 1 000 voters at once", ("half", "p95"), 100, "ms", False),
]

# Bits of a ballot of 5 options, at most 1 (docs/spec/03-ballots.md, 3.1): a value bit each, no slack.
BITS = 5


def _verification(ballots, signed):
    """What the batch does for one ballot (3.3, 3.4): operation, how many.

    Points: 2 ciphertexts and 2 commitments a bit, 2 of the product; a signature adds its commitment and the credential.
    Hashing, in KiB: ballot hash 1.2, transcript 1.1, coefficients 0.8; a signature adds 0.4.
    Scalars: 9 products a bit, 5 for the residue, some more.
    """
    points = 4 * BITS + 2 + (2 if signed else 0)
    suffix = "-signed" if signed else ""
    return [
        ("decode", "decode", points),
        ("multi-scalar multiplication", f"msm-ballots-{ballots}{suffix}", points),
        ("hashing", "sha512-short", 3.5 if signed else 3.1),
        ("scalar products", "scalar-product", 10 * BITS + 10),
    ]


# r·G, r·H, s·G, s·H, a·G a bit and three for the product (3.3); encodings of all points in one batch, the product's in another;
# random scalars are 64 bytes of SHA-512 each.
ENCRYPTION = [
    ("fixed bases", "fixed-base-point", 5 * BITS + 3),
    ("batch encoding", "encode-batch", 4 * BITS + 2),
    ("hashing", "sha512-short", 3.2),
    ("scalar products", "scalar-product", 8 * BITS),
]

SUMS = [
    ("single-batch-1000", _verification(1000, False)),
    ("single-batch-1000-signed", _verification(1000, True)),
    ("single-batch-4000", _verification(4000, False)),
    ("single-batch-4000-signed", _verification(4000, True)),
    ("single-encrypt", ENCRYPTION),
]


def scale(figures):
    """How much slower than then this machine runs now, by libsodium's time; `None` if that was not measured."""
    ratios = sorted(figures[key]["libsodium"] / then for key, then in LIBSODIUM_THEN.items() if key in figures)
    return ratios[len(ratios) // 2] if ratios else None


def sums(figures):
    """For each figure made of parts that were all measured: the parts, their sum, and what is above it."""
    found = []
    for key, parts in SUMS:
        if key not in figures or any(part not in figures for _, part, _ in parts):
            continue
        measured = [
            {"name": name, "count": count, "each": figures[part]["median"], "total": count * figures[part]["median"]}
            for name, part, count in parts
        ]
        total = sum(part["total"] for part in measured)
        value = figures[key]["median"]
        found.append({"id": key, "measured": value, "parts": measured, "sum": total, "above": value / total - 1})
    return found


def targets(result):
    """The wanted figures with what was measured; times of operations scaled to this machine."""
    figures = result.get("operations", {}).get("figures", {})
    found = []
    now = scale(figures)
    for key, wanted in WANTED_TIMES:
        if key in figures and now:
            found.append(_target(key, figures[key]["median"], wanted * now, "µs"))
    for key, wanted in WANTED_EVERYWHERE:
        if key in figures:
            found.append(_target(key, figures[key]["median"], wanted, "µs"))
    for key, wanted in WANTED_RATIOS:
        if key in figures:
            found.append(_target(key, figures[key]["ratio"], wanted, "× libsodium"))
    for election in result.get("elections", []):
        if election["ballots"] == 100_000:
            peak = election["verification"][-1]["peakBytes"] / 1e6
            found.append(_target("memory of verifying 100 000 ballots", peak, 1000, "MB"))
    module = result.get("webassembly", {})
    for key, factor, wanted, unit in WANTED_OF_MODULE:
        if key in module:
            found.append(_target(f"WebAssembly: {key}", module[key] * factor, wanted, unit))
    for database in ["sqlite", "postgresql"]:
        casting = result.get("service", {}).get(database, {}).get("casting", {})
        for name, (part, key), wanted, unit, is_least in WANTED_OF_SERVICE:
            if part in casting:
                found.append(_target(f"{name}, {database}", casting[part][key], wanted, unit, is_least))
    return found


def _target(key, measured, wanted, unit, is_least=False):
    """Compares a figure with what it is to be at most, or at least."""
    excess = wanted / measured if is_least else measured / wanted
    # A tenth is left to noise.
    verdict = "met" if excess <= 1 else "within noise" if excess <= 1.1 else "missed"
    return {"id": key, "measured": measured, "wanted": wanted, "unit": unit, "isLeast": is_least, "verdict": verdict}
