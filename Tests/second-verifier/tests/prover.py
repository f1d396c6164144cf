"""A tiny prover: makes records after the specification, good ones and, where a test asks for it, bad ones.

It is for tests only: it keeps all secrets in one place and takes no care of side channels.
"""
from __future__ import annotations

import base64
import ctypes
import hashlib
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import group  # noqa: E402
import log  # noqa: E402
import randomness  # noqa: E402
from edwards import encode_edwards  # noqa: E402
from group import ORDER, Point  # noqa: E402
from manifest import Contest, Manifest, read_manifest, weights  # noqa: E402
from transcript import Transcript  # noqa: E402
from trustees import BEACON, ELECTION, SIGNING  # noqa: E402


def scalar() -> int:
    return secrets.randbelow(ORDER - 1) + 1


def le(value: int) -> bytes:
    return (value % ORDER).to_bytes(32, "little")


def u(width: int, value: int) -> bytes:
    return value.to_bytes(width // 8, "big")


def text(value: str) -> bytes:
    return u(16, len(value.encode())) + value.encode()


def encode_manifest(contests: list[tuple], *, title: str = "Board", opens: int = 0, closes: int = 0, revoting: int = 1,
                    issuer: int = 0, small: int = 1, anchoring: bytes = bytes(1)) -> bytes:
    """`contests` are (kind, range, min, max, option names), and True behind them where the order of options is drawn."""
    out = b"COMITIAM" + u(16, 1) + text(title) + text("About\nit") + u(64, opens) + u(64, closes)
    out += u(8, revoting) + u(8, issuer) + u(8, small) + anchoring + u(8, len(contests))
    for number, (kind, range_, least, most, options, *drawn) in enumerate(contests):
        out += u(8, kind) + text(f"Contest {number}") + text("") + u(16, range_) + u(32, least) + u(32, most)
        out += u(8, int(drawn == [True]))
        out += u(16, len(options)) + b"".join(text(name) + text("") + bytes(32) for name in options)
    return out


# Proofs

def prove_knowledge(transcript: Transcript, secret: int) -> bytes:
    k = scalar()
    commitment = group.base(k)
    transcript.absorb("commitment", commitment)
    return commitment + le(k + transcript.challenge("e") * secret)


def prove_equality(transcript: Transcript, secret: int, base: Point) -> bytes:
    k = scalar()
    commitments = group.base(k) + group.multiply(k, base)
    transcript.absorb("commitments", commitments)
    return commitments + le(k + transcript.challenge("e") * secret)


# Ballots

def to_bits(value: int, each: list[int]) -> list[int]:
    bits = []
    for weight in reversed(each):
        bits.append(1 if value >= weight else 0)
        value -= weight * bits[-1]
    return bits[::-1]


def ballot_bits(manifest: Manifest, values: list[list[int]]) -> list[int]:
    """All bits for one value an option in each contest; values outside the limits give bits that are no proof's."""
    bits: list[int] = []
    for contest, chosen in zip(manifest.contests, values, strict=True):
        for value in chosen:
            bits += to_bits(value, weights(contest.range))
        if contest.limited and contest.max > contest.min:
            bits += to_bits(sum(chosen) - contest.min, weights(contest.max - contest.min))[1:]
    return bits


def lin(contest: Contest, values: list[int]) -> int:
    """The linear form of spec 3.1, written out from the order of the bits."""
    at, each = contest.offset, weights(contest.range)
    result = 0
    for _ in contest.options:
        for weight in each:
            result += weight * values[at]
            at += 1
    slack = weights(contest.max - contest.min)[1:] if contest.limited and contest.max > contest.min else []
    for weight in slack:
        result -= weight * values[at]
        at += 1
    return result


def encrypt(election: bytes, key: Point, manifest: Manifest, secret: int, bits: list[int],
            constrain: bool = True, number: int = 1) -> tuple[bytes, list[int]]:
    """An encrypted ballot with its proof, whether the bits obey the rules or not, and the randomness of its ciphertexts."""
    n = len(bits)
    r, a, s = ([scalar() for _ in range(n)] for _ in range(3))
    exact = [contest for contest in manifest.contests if contest.limited and contest.min == contest.max]
    residues = [contest for contest in manifest.contests if contest.limited and contest.min != contest.max]
    for contest in exact:
        if constrain:
            a[contest.offset] -= lin(contest, a)  # The first value bit has weight 1.
    credential = group.base(secret)
    ciphertexts = b"".join(group.base(r[i]) + group.add(group.base(bits[i]), group.multiply(r[i], key)) for i in range(n))
    commitments = b"".join(group.base(s[i]) + group.add(group.base(a[i]), group.multiply(s[i], key)) for i in range(n))
    layout = b"".join(u(16, i) + u(16, len(c.options)) + u(16, c.range) + u(32, c.min) + u(32, c.max)
                      for i, c in enumerate(manifest.contests))
    transcript = Transcript("ballot", election=election, key=key, credential=credential, number=u(32, number),
                            layout=layout, ciphertexts=ciphertexts, commitments=commitments)
    y = transcript.challenge("y")
    m_all = bits + [lin(c, bits) - c.min for c in residues]
    a_all = a + [lin(c, a) for c in residues]
    r_all = r + [lin(c, r) for c in residues]
    t, b = scalar(), sum(pow(y, j, ORDER) * a_all[j] * m for j, m in enumerate(m_all))
    product = group.base(t) + group.add(group.base(b), group.multiply(t, key))
    transcript.absorb("product", product)
    x = transcript.challenge("x")
    f = [bits[i] * x + a[i] for i in range(n)]
    f_all = f + [lin(c, f) - c.min * x for c in residues]
    z = [r[i] * x + s[i] for i in range(n)]
    z_b = t + sum(pow(y, j, ORDER) * (x - f_all[j]) * r_all[j] for j in range(len(f_all)))
    ballot = election + credential + u(32, number) + u(16, n) + ciphertexts + commitments + product
    return ballot + b"".join(map(le, f)) + b"".join(map(le, z)) + le(z_b), r


def ballot_hash(ballot: bytes) -> bytes:
    return Transcript("ballot hash", ballot=ballot).digest("hash")


def sign(election: bytes, secret: int, intent: int, hash_: bytes) -> bytes:
    return prove_knowledge(Transcript("signature", election=election, credential=group.base(secret),
                                      intent=bytes([intent]), ballot=hash_), secret)


# Ed25519 and notes

@dataclass
class SigningKey:
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        public, self._secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        group._sodium.crypto_sign_seed_keypair(public, self._secret, self.seed)
        self.public = public.raw
        digest = bytearray(hashlib.sha512(self.seed).digest())
        digest[0] &= 248
        digest[31] = digest[31] & 63 | 64
        self.scalar = int.from_bytes(digest[:32], "little") % ORDER

    def sign(self, message: bytes) -> bytes:
        out = ctypes.create_string_buffer(64)
        group._sodium.crypto_sign_detached(out, None, message, ctypes.c_ulonglong(len(message)), self._secret)
        return out.raw


def on_curve(factor: int, point: bytes | None = None) -> bytes:
    """factor·point, or factor·B, in the subgroup of order ℓ of edwards25519."""
    out, factor_bytes = ctypes.create_string_buffer(32), le(factor)
    status = group._sodium.crypto_scalarmult_ed25519_base_noclamp(out, factor_bytes) if point is None else \
        group._sodium.crypto_scalarmult_ed25519_noclamp(out, factor_bytes, point)
    assert status == 0
    return out.raw


def sign_with(secret: int, message: bytes) -> bytes:
    """An Ed25519 signature with a scalar that no seed is known for, such as the joint one."""
    k = scalar()
    commitment = on_curve(k)
    challenge = int.from_bytes(hashlib.sha512(commitment + on_curve(secret) + message).digest(), "little")
    return commitment + le(k + challenge * secret)


def prove_own_value(key: SigningKey, data: bytes) -> bytes:
    """ECVRF (spec 11.1), with a random nonce."""
    base, k = encode_edwards(randomness.vrf_point(key.public, data)), scalar()
    gamma = on_curve(key.scalar, base)
    points = key.public + base + gamma + on_curve(k) + on_curve(k, base)
    c = hashlib.sha512(b"\3\2" + points + b"\0").digest()[:16]
    return gamma + c + le(k + int.from_bytes(c, "little") * key.scalar)


def line(name: str, kind: int, key: SigningKey, signature: bytes) -> str:
    return f"— {name} {base64.b64encode(log.key_id(name, kind, key.public) + signature).decode()}\n"


def note_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def cosign(text: str, name: str, key: SigningKey, time: int = 1_700_000_000) -> str:
    return line(name, 4, key, u(64, time) + key.sign(f"cosignature/v1\ntime {time}\n{text}".encode()))


def inclusion_proof(hashes: list[bytes], index: int) -> list[bytes]:
    """RFC 6962, 2.1.1, as it is defined there."""
    if len(hashes) == 1:
        return []
    k = 1 << (len(hashes) - 1).bit_length() - 1
    if index < k:
        return inclusion_proof(hashes[:k], index) + [log.root(hashes[k:])]
    return inclusion_proof(hashes[k:], index - k) + [log.root(hashes[:k])]


# A whole election

def leaves(kind: int, time: bytes, body: bytes) -> list[bytes]:
    """An entry as it stands in the log (spec 6.9): of a long one the pieces, then the last leaf."""
    held = 0
    while len(body) > 65_526 and len(body) - held > 65_494:
        held += 65_526
    pieces = [u(8, 10) + time + body[at:at + 65_526] for at in range(0, held, 65_526)]
    digest = hashlib.sha256(body[:held]).digest() if held else b""
    return pieces + [u(8, kind) + time + digest + body[held:]]


@dataclass(frozen=True)
class Place:
    """A log at a size, and how the seed of a draw is made of it."""

    size: int
    root: bytes
    make_seed: Callable[[int, bytes], bytes]

    @property
    def seed(self) -> bytes:
        return self.make_seed(self.size, self.root)


@dataclass
class World:
    """An election under way: change what you like before `publish`, which signs whatever there is."""

    contests: list[tuple]
    voter_weights: list[int] = field(default_factory=lambda: [1, 1, 2])
    n: int = 3
    t: int = 2
    quorum: int = 2
    absent: list[int] = field(default_factory=list)
    options: dict = field(default_factory=dict)
    origin: str = "comitia.example/board"
    software: list[tuple[str, bytes]] = field(default_factory=lambda: [("bin/comitia", bytes(32))])

    def __post_init__(self) -> None:
        self.manifest_bytes = encode_manifest(self.contests, **self.options)
        self.manifest = read_manifest(self.manifest_bytes)
        self.ceremony = secrets.token_bytes(32)
        self.polynomials = [[scalar() for _ in range(self.t)] for _ in range(self.n)]
        self.other_polynomials = [{purpose: [scalar() for _ in range(self.t)] for purpose in (BEACON, SIGNING)}
                                  for _ in range(self.n)]
        self.opening_draw = Place(3 * self.n, secrets.token_bytes(32), lambda size, root: randomness.opening_seed(
            self.ceremony, size, root))
        self.draw_keys = [SigningKey() for _ in range(self.n)]
        self.signing_keys = [SigningKey() for _ in range(self.n)]
        self.log_key = SigningKey()
        self.voters = [scalar() for _ in self.voter_weights]
        self.key = group.base(sum(polynomial[0] for polynomial in self.polynomials))
        self.time = 1_000
        self.cosigners = self.decryptors = list(range(1, self.n + 1))
        self.votes: dict[int, list[list[int]]] = {}
        self.counts = {"cast": 0, "challenged": 0, "replaced": 0}
        self.entries: list[bytes] = []
        self.numbers: dict[bytes, int] = {}
        self.open()

    def trustees_bytes(self) -> bytes:
        out = b"COMITIAT" + u(16, 1) + self.ceremony + u(8, self.n) + u(8, self.t)
        for i in range(1, self.n + 1):
            out += text(f"Trustee {i}") + self.signing_keys[i - 1].public
            for purpose, polynomial in {ELECTION: self.polynomials[i - 1], **self.other_polynomials[i - 1]}.items():
                commitments = b"".join(map(group.base, polynomial))
                transcript = Transcript("dealer", ceremony=self.ceremony, trustees=self.n, threshold=self.t, index=i,
                                        purpose=purpose, commitments=commitments)
                out += commitments + prove_knowledge(transcript, polynomial[0])
            out += self.draw_keys[i - 1].public
        return out

    def roll_records(self) -> list[bytes]:
        return sorted(group.base(secret) + u(32, weight) + hashlib.sha256(bytes(32) + b"voter").digest()
                      for secret, weight in zip(self.voters, self.voter_weights))

    def roll_bytes(self) -> bytes:
        voters = self.roll_records()
        return b"COMITIAR" + u(16, 1) + u(32, len(voters)) + b"".join(voters)

    def open(self, **changed: bytes) -> None:
        """Writes entry 0; `changed` replaces fields of it by name."""
        self.trustees = changed.get("trustees") or self.trustees_bytes()
        self.roll = changed.get("roll") or self.roll_bytes()
        records = self.roll_records()
        self.draw_opening = changed.pop("draw_opening", None) or self.draw(self.opening_draw, self.present())
        fields = {
            "version": u(16, 1), "origin": text(self.origin), "log_key": self.log_key.public,
            "manifest_hash": hashlib.sha256(self.manifest_bytes).digest(),
            "trustees_hash": hashlib.sha256(self.trustees).digest(), "joint_key": self.key,
            "roll_root": log.root([log.leaf_hash(record) for record in records]), "roll_count": u(32, len(records)),
            "roll_weight": u(64, sum(self.voter_weights)), "quorum": u(8, self.quorum), "absent": bytes([len(self.absent), *self.absent]),
            "draw_hash": hashlib.sha256(self.draw_opening).digest(), "draw": self.drawn(self.opening_draw.seed),
            "software": u(16, len(self.software)) + b"".join(text(path) + hash_ for path, hash_ in self.software)}
        body = b"".join((fields | changed)[name] for name in fields)
        self.entries[:1] = [u(8, 1) + u(64, self.time) + body]
        self.id = log.leaf_hash(self.entries[0])

    def add(self, kind: int, body: bytes) -> int:
        self.time += 1
        self.entries += leaves(kind, u(64, self.time), body)
        return len(self.entries) - 1

    def body(self, index: int) -> bytes:
        """What an honest entry says, its pieces included."""
        first = index
        while self.entries[first - 1][0] == 10:
            first -= 1
        held = b"".join(leaf[9:] for leaf in self.entries[first:index])
        return held + self.entries[index][41 if held else 9:]

    def encrypt(self, voter: int, values: list[list[int]],
                number: int | None = None) -> tuple[bytes, list[int], list[int]]:
        credential = group.base(self.voters[voter])
        number = number or self.numbers.get(credential, 0) + 1
        self.numbers[credential] = number
        bits = ballot_bits(self.manifest, values)
        ballot, randomness = encrypt(self.id, self.key, self.manifest, self.voters[voter], bits,
                                     number=number)
        return ballot, randomness, bits

    def cast(self, voter: int, values: list[list[int]]) -> int:
        self.votes[voter] = values
        return self.cast_ballot(voter, self.encrypt(voter, values)[0])

    def cast_ballot(self, voter: int, ballot: bytes) -> int:
        self.counts["cast"] += 1
        return self.add(2, ballot + sign(self.id, self.voters[voter], 1, ballot_hash(ballot)))

    def challenge(self, voter: int, hash_: bytes) -> int:
        self.counts["challenged"] += 1
        secret = self.voters[voter]
        return self.add(3, self.id + group.base(secret) + hash_ + sign(self.id, secret, 2, hash_))

    def publish_opening(self, voter: int, ballot: bytes, bits: list[int], randomness: list[int]) -> int:
        values = b"".join(u(8, bit) + le(r) for bit, r in zip(bits, randomness))
        return self.add(4, u(16 if len(ballot) < 2**16 else 32, len(ballot)) + ballot + values + sign(self.id, self.voters[voter], 3, ballot_hash(ballot)))

    def close(self) -> None:
        self.add(5, b"")

    def abort(self, reason: str) -> None:
        self.add(8, text(reason))

    def replace(self, voter: int) -> None:
        """Gives a voter a new credential."""
        old, self.voters[voter] = self.voters[voter], scalar()
        self.counts["replaced"] += 1
        self.add(9, group.base(old) + group.base(self.voters[voter]) + u(32, self.voter_weights[voter]) + bytes(32))

    def checkpoint(self, size: int | None = None, cosigned: bool = True) -> bytes:
        hashes = [log.leaf_hash(entry) for entry in self.entries][:size]
        body = note_text(self.origin, len(hashes), log.root(hashes))
        lines = line(self.origin, 1, self.log_key, self.log_key.sign(body.encode()))
        for i in self.cosigners if cosigned else []:
            lines += cosign(body, f"{self.origin}/trustee/{i}", self.signing_keys[i - 1])
        return f"{body}\n{lines}".encode()

    def receipt(self, index: int, size: int | None = None, extra: bytes | None = None) -> bytes:
        hashes = [log.leaf_hash(entry) for entry in self.entries][:size]
        extra = extra or Transcript("tracker", ballot=self.body(index)).digest("tracker")
        proof = "".join(base64.b64encode(hash_).decode() + "\n" for hash_ in inclusion_proof(hashes, index))
        head = f"c2sp.org/tlog-proof@v1\nextra {base64.b64encode(extra).decode()}\nindex {index}\n{proof}\n"
        return head.encode() + self.checkpoint(size)

    def totals(self) -> list[int]:
        return [sum(self.voter_weights[voter] * values[c][o] for voter, values in self.votes.items())
                for c, contest in enumerate(self.manifest.contests) for o in range(len(contest.options))]

    def encrypted_totals(self) -> list[tuple[Point, Point]]:
        last: dict[bytes, tuple[int, bytes]] = {}
        weight = {group.base(secret): weight for secret, weight in zip(self.voters, self.voter_weights)}
        for index, entry in enumerate(self.entries):
            if entry[0] == 2:
                body = self.body(index)
                last[body[32:64]] = (weight.get(body[32:64], 1), body[70:])
        out = []
        for contest in self.manifest.contests:
            at = contest.offset
            for _ in contest.options:
                total = (group.IDENTITY, group.IDENTITY)
                for value_weight in weights(contest.range):
                    for w, ciphertexts in last.values():
                        pair = [Point(ciphertexts[64 * at + 32 * i:64 * at + 32 * i + 32]) for i in range(2)]
                        total = tuple(group.add(total[i], group.multiply(w * value_weight, pair[i])) for i in range(2))
                    at += 1
                out.append(total)
        return out

    def tally(self) -> bytes:
        hashes = [log.leaf_hash(entry) for entry in self.entries]
        root, totals = log.root(hashes), self.encrypted_totals()
        out = b"COMITIAA" + u(16, 1) + u(64, len(hashes)) + root + u(16, len(totals))
        out += b"".join(a + b for a, b in totals) + u(8, len(self.decryptors))
        return out + b"".join(self.partial(j, root, totals) for j in self.decryptors)

    def partial(self, j: int, root: bytes, totals: list[tuple[Point, Point]], share: int | None = None) -> bytes:
        x = self.secret(ELECTION, j)
        parts = [group.multiply(share or x, a) for a, _ in totals]
        transcript = Transcript("partial decryption", election=self.id, size=len(self.entries), root=root, trustee=j,
                                share=group.base(x), ciphertexts=b"".join(a + b for a, b in totals),
                                partials=b"".join(parts))
        w = transcript.challenge("weight")
        base = group.combine([pow(w, k, ORDER) for k in range(len(totals))], [a for a, _ in totals])
        return u(8, j) + b"".join(parts) + prove_equality(transcript, x, base)

    # Draws and the certificate

    def coefficients(self, purpose: int, dealer: int) -> list[int]:
        return self.polynomials[dealer] if purpose == ELECTION else self.other_polynomials[dealer][purpose]

    def secret(self, purpose: int, j: int = 0) -> int:
        """The share of trustee j, or what all shares are of."""
        return sum(a * j**k for dealer in range(self.n) for k, a in enumerate(self.coefficients(purpose, dealer))) % ORDER

    def present(self) -> list[int]:
        return [j for j in range(1, self.n + 1) if j not in self.absent]

    def closing_draw(self) -> Place:
        hashes = [log.leaf_hash(entry) for entry in self.entries]
        return Place(len(hashes), log.root(hashes), lambda size, root: randomness.closing_seed(self.id, size, root))

    def beacon_point(self, seed: bytes) -> Point:
        return group.mapped(Transcript("beacon point", key=group.base(self.secret(BEACON)), seed=seed).uniform("point"))

    def drawn(self, seed: bytes) -> bytes:
        point = group.multiply(self.secret(BEACON), self.beacon_point(seed))
        return Transcript("beacon output", seed=seed, point=point).digest("output")

    def draw_part(self, j: int, seed: bytes, share: int | None = None, own: bytes | None = None) -> bytes:
        """`share` is used in the place of the trustee's own throughout, `own` as the proof of its own value."""
        x, point = share or self.secret(BEACON, j), self.beacon_point(seed)
        evaluation = group.multiply(x, point)
        transcript = Transcript("beacon evaluation", seed=seed, trustees=self.n, threshold=self.t,
                                key=group.base(self.secret(BEACON)), trustee=j, share=group.base(x), point=point,
                                evaluation=evaluation)
        proof = prove_equality(transcript, x, point)
        return u(8, j) + evaluation + proof + (own or prove_own_value(self.draw_keys[j - 1], seed))

    def draw(self, place: Place, trustees: list[int], parts: dict[int, bytes] | None = None) -> bytes:
        """The file of a draw; `parts` stand in the place of honest ones by these trustees."""
        made = [(parts or {}).get(j) or self.draw_part(j, place.seed) for j in trustees]
        return b"COMITIAW" + u(16, 1) + u(64, place.size) + place.root + u(8, len(made)) + b"".join(made)

    def draw_closing(self) -> bytes:
        return self.draw(self.closing_draw(), [j for j in range(1, self.n + 1) if j in self.decryptors])

    def certificate(self, files: dict[str, bytes], secret: int | None = None, **changed: bytes) -> bytes:
        """`changed` replaces fields by name before all is signed with `secret`, or the joint one."""
        place = self.closing_draw()
        fields = {"header": b"COMITIAC" + u(16, 1), "election": self.id, "size": u(64, place.size), "root": place.root}
        fields |= {name: hashlib.sha256(files[name]).digest() for name in ("tally", "result", "draw-closing")}
        head = b"".join((fields | changed).values())
        return head + sign_with(secret or self.secret(SIGNING), b"comitia result certificate/v1\n" + head)

    def result(self, **changed: int) -> bytes:
        counts = self.counts | {"counted": len(self.votes), "weight": sum(self.voter_weights[v] for v in self.votes)}
        counts |= changed
        out = b"COMITIAS" + u(16, 1) + u(32, counts["cast"]) + u(32, counts["counted"]) + u(64, counts["weight"])
        return out + u(32, counts["challenged"]) + u(32, counts["replaced"]) + u(16, len(self.totals())) + b"".join(u(64, v) for v in self.totals())

    def publish(self, folder: Path, **changed: bytes) -> Path:
        """Writes the record; `changed` replaces whole files by name, and is what the certificate is about."""
        files = {"manifest": self.manifest_bytes, "trustees": self.trustees, "roll": self.roll,
                 "draw-opening": self.draw_opening, "checkpoint": self.checkpoint(),
                 "tally": changed.get("tally") or self.tally(), "result": self.result(),
                 "draw-closing": changed.get("draw-closing") or self.draw_closing()} | changed
        files.setdefault("certificate", self.certificate(files))
        files.update(log.hash_tiles([log.leaf_hash(entry) for entry in self.entries]))
        at = 0
        for path, width in log.bundle_paths(len(self.entries)):
            files[path] = b"".join(u(16, len(entry)) + entry for entry in self.entries[at:at + width])
            at += width
        for path, data in (files | changed).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        return folder
