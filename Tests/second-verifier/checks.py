"""The numbered checks (spec 7).

Each check is a method of `Verification` that returns a sentence about what it found, or raises `Failed` or
`Malformed`. What a check reads well is kept for those that need it; a check is run only when those it needs passed.
"""
from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import group
import log
import record as kinds
from ballots import (CAST, CHALLENGE, CHALLENGE_LENGTH, OPEN, CastBallot, Election, OpenedBallot, cast_length, is_signed,
                     opened_length, proof_fault, read_cast_ballot, read_challenge, read_opened_ballot, tracker)
from codec import Malformed
from edwards import torsion_free
from group import IDENTITY, Point, ed25519_verifies, is_edwards_point
from manifest import Manifest, read_manifest
from randomness import Beacon, closing_seed, opening_seed, vrf_value
from record import (REPLACEMENT_LENGTH, DrawFile, Entry, Opening, Record, Roll, Tally, pieces_of, read_certificate, read_draw,
                    read_entries, read_entry, read_opening, read_reason, read_replacement, read_result, read_roll, read_tally)
from trustees import BEACON, PURPOSES, SIGNING, Ciphertext, Trustees, decrypted, read_trustees

MOST_CHALLENGES = 20
SMALL_GROUP = 10
LARGEST_TOTAL = 2**40

Input = TypeVar("Input")
Output = TypeVar("Output")


class Failed(Exception):
    """The record does not pass a check; says why."""


@dataclass(frozen=True)
class Outside:
    """What the verifier was given besides the record (spec 7.2)."""

    election_id: bytes | None = None
    checkpoint: bytes | None = None
    receipt: bytes | None = None

    @property
    def nothing(self) -> bool:
        return self == Outside()


@dataclass(frozen=True)
class Outcome:
    id: int
    name: str
    ok: bool
    detail: str


@dataclass
class Cache:
    """What is known to be good, by a hash of all that decides it. Lets many variants of a record share the work."""

    cast: dict[bytes, CastBallot] = field(default_factory=dict)
    draw_parts: set[bytes] = field(default_factory=set)


class Verification:
    """One run of all checks over one record."""

    first: bytes
    manifest: Manifest
    opening: Opening
    trustees: Trustees
    roll: Roll
    entries: list[Entry]
    leaves: list[bytes]
    closing: log.Checkpoint
    cosigners: set[int]
    # Weights of all credentials that ever stood on the roll, and the entries that added or revoked some of them.
    weights: dict[bytes, int]
    added: dict[bytes, int]
    revoked: dict[bytes, int]
    casts: dict[int, CastBallot]
    counted: dict[bytes, CastBallot]
    tally: Tally
    votes: list[int]

    def __init__(self, record: Record, outside: Outside, cache: Cache | None = None) -> None:
        self.record = record
        self.outside = outside
        self.cache = cache or Cache()
        self.election_id: bytes | None = None
        self.aborted: str | None = None
        self.passed: set[int] = set()

    def run(self) -> tuple[list[Outcome], list[int]]:
        """The outcomes of the checks that were run, and the numbers of those that were not."""
        outcomes: list[Outcome] = []
        passed = self.passed
        try:
            self._read_first_entry()
        except (Failed, Malformed) as fault:
            # Nothing can be said of a board that does not say where it begins.
            return [Outcome(5, CHECKS[5][0], False, str(fault))], sorted(CHECKS.keys() - {5})
        for number, (name, needs, check) in CHECKS.items():
            if not needs <= passed:
                continue
            if self.aborted is not None and number in (11, 12, 13):
                continue
            if self.aborted is not None and number == 9:
                # There is nothing to check but that nothing was decrypted.
                if self.record.ending:
                    files = ", ".join(self.record.ending)
                    outcomes.append(Outcome(9, name, False, f"{files}: an aborted election must never be decrypted"))
                continue
            try:
                outcomes.append(Outcome(number, name, True, check(self)))
                passed.add(number)
            except (Failed, Malformed) as fault:
                outcomes.append(Outcome(number, name, False, str(fault)))
        return outcomes, sorted(CHECKS.keys() - {outcome.id for outcome in outcomes})

    def _read_first_entry(self) -> None:
        self.closing = _within("checkpoint", log.read_checkpoint, self.record.checkpoint)
        _demand(self.closing.size > 0, "checkpoint: the log is empty, so that there is no entry 0")
        path, count = next(log.bundle_paths(self.closing.size))
        self.first = _within(path, lambda data: log.read_bundle(data, count), self.record.tiles[path])[0]

    @property
    def election(self) -> Election:
        assert self.election_id is not None
        return Election(self.election_id, self.opening.joint_key, self.manifest)

    # 1

    def check_manifest(self) -> str:
        self.election_id = log.leaf_hash(self.first)
        entry = _within("entry 0", read_entry, self.first)
        _demand(entry.kind == kinds.OPENING, "entry 0 is not an opening entry")
        self.opening = _within("entry 0", read_opening, entry.body)
        self.manifest = _within("manifest", read_manifest, self.record.manifest)
        _demand(hashlib.sha256(self.record.manifest).digest() == self.opening.manifest_hash,
                "manifest: its hash is not that of the opening entry")
        asked = self.outside.election_id
        _demand(asked is None or asked == self.election_id,
                f"the election id is {self.election_id.hex()}, not the one asked for")
        return f"{len(self.manifest.contests)} contests, {self.manifest.bits} bits"

    # 2

    def check_trustees(self) -> str:
        trustees = _within("trustees", read_trustees, self.record.trustees)
        _demand(hashlib.sha256(self.record.trustees).digest() == self.opening.trustees_hash,
                "trustees: its hash is not that of the opening entry")
        n, t, quorum = len(trustees.members), trustees.threshold, self.opening.quorum
        _demand(2 * t > n, f"trustees: a threshold of {t} is not a majority of {n}")
        _demand(t <= quorum <= n, f"entry 0: the quorum {quorum} is not between {t} and {n}")
        absent = self.opening.absent
        _demand(len(absent) <= n - t and all(1 <= number <= n for number in absent) and absent == sorted(set(absent)),
                f"entry 0: absent trustees {absent} are out of order, unknown or too many")
        for index, trustee in enumerate(trustees.members, 1):
            for purpose, dealer in trustee.dealers.items():
                _demand(dealer.commitments[0] != IDENTITY,
                        f"trustees: the constant commitment of trustee {index} to key {purpose} is zero")
                _demand(trustees.knows_coefficient(index, purpose),
                        f"trustees: the proof of knowledge of trustee {index} for key {purpose} is bad")
            _demand(is_edwards_point(trustee.draw_key), f"trustees: the draw key of trustee {index} is no point")
        self.trustees = trustees
        return f"{n} trustees, any {t} decrypt, {quorum} cosign"

    # 3

    def check_joint_key(self) -> str:
        _demand(all(self.trustees.joint_key(purpose) != IDENTITY for purpose in PURPOSES), "trustees: a joint key is zero")
        _demand(self.opening.joint_key == self.trustees.joint_key(),
                "entry 0: the joint key is not the sum of the constant commitments")
        return "the sum of the constant commitments"

    # 4

    def check_roll(self) -> str:
        roll = _within("roll", read_roll, self.record.roll)
        _demand(roll.root == self.opening.roll_root, "roll: its root is not that of the opening entry")
        _demand(len(roll.weights) == self.opening.roll_count, "roll: its count is not that of the opening entry")
        _demand(roll.weight == self.opening.roll_weight, "roll: its weight is not that of the opening entry")
        _demand(roll.weight * max(contest.range for contest in self.manifest.contests) <= LARGEST_TOTAL,
                "roll: its weight times the largest range is above 2⁴⁰")
        groups = Counter(roll.weights.values())
        small = len(roll.weights) < SMALL_GROUP or min(groups.values()) < SMALL_GROUP
        _demand(not small or self.manifest.small_acknowledged,
                f"roll: a group has fewer than {SMALL_GROUP} voters and the manifest does not say so")
        self.roll = roll
        return f"{len(roll.weights)} voters, weight {roll.weight}"

    # 5

    def check_board(self) -> str:
        self.cosigners = self._check_signatures(self.closing)
        self.leaves = []
        for path, count in log.bundle_paths(self.closing.size):
            self.leaves += _within(path, lambda data, count=count: log.read_bundle(data, count), self.record.tiles[path])
        hashes = [log.leaf_hash(leaf) for leaf in self.leaves]
        for path, tile in log.hash_tiles(hashes):
            _demand(self.record.tiles[path] == tile, f"{path}: it does not hold the hashes of the entries")
        _demand(log.root(hashes) == self.closing.root, "checkpoint: its root is not that of the entries")
        self.entries = read_entries(self.leaves, pieces_of(opened_length(self.manifest.bits)))
        self._check_sequence()
        self._check_replacements()
        if self.outside.checkpoint is not None:
            given = _within("the checkpoint given", log.read_checkpoint, self.outside.checkpoint)
            self._check_outside_checkpoint("the checkpoint given", given, hashes)
        if self.outside.receipt is not None:
            self._check_receipt(self.outside.receipt, hashes)
        return f"{sum(entry.kind != kinds.PIECE for entry in self.entries)} entries, cosigned by {len(self.cosigners)} trustees"

    def _check_signatures(self, checkpoint: log.Checkpoint) -> set[int]:
        """Exactly the lines of spec 6.6; gives the numbers of the trustees that cosigned."""
        origin = self.opening.origin
        _demand(checkpoint.origin == origin, "checkpoint: its origin is not that of the opening entry")
        first, *others = checkpoint.signatures
        _demand(checkpoint.log_verifies(first, self.opening.log_key),
                "checkpoint: the first signature is not a good one by the log")
        keys = self._cosigner_keys()
        _demand(self.opening.log_key not in keys.values(), "trustees: the signing key of one is the log's")
        numbers = {name: number for number, name in enumerate(keys, 1)}
        cosigners: list[int] = []
        for line in others:
            _demand(line.name in numbers, f"checkpoint: a line is signed by {line.name}, which is no trustee")
            number = numbers[line.name]
            _demand(not cosigners or number > cosigners[-1], "checkpoint: cosignatures do not stand in ascending order")
            _demand(checkpoint.cosigner_verifies(line, line.name, keys[line.name]),
                    f"checkpoint: the cosignature of trustee {number} is bad")
            cosigners.append(number)
        _demand(len(cosigners) >= self.opening.quorum,
                f"checkpoint: {len(cosigners)} cosignatures, and {self.opening.quorum} are needed")
        return set(cosigners)

    def _cosigner_keys(self) -> dict[str, bytes]:
        """The signing keys under the names by which trustees cosign, in the order of their numbers."""
        return {f"{self.opening.origin}/trustee/{number}": trustee.signing_key
                for number, trustee in enumerate(self.trustees.members, 1)}

    def _check_sequence(self) -> None:
        """Kinds, times and lengths of entries (spec 7.1)."""
        last = len(self.entries) - 1
        previous = 0
        paused = False
        for i, entry in enumerate(self.entries):
            _demand(entry.time >= previous, f"entry {i}: its time is before that of the entry before")
            previous = entry.time
            _demand((entry.kind == kinds.OPENING) == (i == 0), f"entry {i}: the opening entry must be the first, and only it")
            _demand((entry.kind in (kinds.CLOSING, kinds.ABORT)) == (i == last),
                    f"entry {i}: a closing or an abort entry must be the last, and only it")
            length = {kinds.CAST: cast_length(self.manifest.bits), kinds.CHALLENGE: CHALLENGE_LENGTH, kinds.CLOSING: 0,
                      kinds.RESUME: 0, kinds.REPLACEMENT: REPLACEMENT_LENGTH}
            expected = length.get(entry.kind, len(entry.body))
            _demand(len(entry.body) == expected, f"entry {i}: its body has {len(entry.body)} bytes, not {expected}")
            if entry.kind in (kinds.CAST, kinds.CHALLENGE, kinds.OPENED):
                _demand(self.manifest.in_time(entry.time), f"entry {i}: its time is outside the time of voting")
                _demand(not paused, f"entry {i}: voting is paused")
            elif entry.kind == kinds.PAUSE:
                _within(f"entry {i}", read_reason, entry.body)
                _demand(not paused, f"entry {i}: voting is paused before")
                paused = True
            elif entry.kind == kinds.RESUME:
                _demand(paused, f"entry {i}: voting is not paused")
                paused = False
            elif entry.kind == kinds.ABORT:
                self.aborted = _within(f"entry {i}", read_reason, entry.body)

    def _check_replacements(self) -> None:
        """Each replacement revokes a credential that may vote and has not, and adds a new one of its weight (spec 6.3)."""
        self.weights = dict(self.roll.weights)
        self.added, self.revoked = {}, {}
        cast: set[bytes] = set()
        for i, entry in enumerate(self.entries):
            if entry.kind == kinds.CAST:
                cast.add(entry.body[32:64])
            elif entry.kind == kinds.REPLACEMENT:
                replacement = _within(f"entry {i}", read_replacement, entry.body)
                old, new = replacement.revoked, replacement.credential
                _demand(old in self.weights, f"entry {i}: the credential to be revoked is not on the roll")
                _demand(old not in self.revoked, f"entry {i}: the credential was revoked before")
                _demand(old not in cast, f"entry {i}: the credential to be revoked has cast a ballot")
                _demand(new != IDENTITY, f"entry {i}: the new credential is zero")
                _demand(new not in self.weights, f"entry {i}: the new credential stood on the roll before")
                _demand(replacement.weight == self.weights[old], f"entry {i}: its weight is not that of the revoked credential")
                self.weights[new] = replacement.weight
                self.added[new] = self.revoked[old] = i

    def _may_vote(self, credential: bytes, i: int) -> bool:
        """Whether the credential stands on the roll as it is at entry i."""
        if credential not in self.weights or self.added.get(credential, 0) > i:
            return False
        return i < self.revoked.get(credential, len(self.entries))

    def _check_outside_checkpoint(self, what: str, given: log.Checkpoint, hashes: list[bytes]) -> None:
        _demand(given.origin == self.opening.origin, f"{what} is of another log")
        _within(what, lambda key: given.demand_good(key, self._cosigner_keys()), self.opening.log_key)
        _demand(given.size <= len(hashes), f"truncated: {what} has {given.size} entries, the record {len(hashes)}")
        _demand(log.root(hashes[:given.size]) == given.root,
                f"forked: {what} has another root over the first {given.size} entries")
        _demand(given.size == 0 or self.entries[given.size - 1].kind != kinds.PIECE,
                f"entry {given.size - 1}: {what} ends within an entry")

    def _check_receipt(self, data: bytes, hashes: list[bytes]) -> None:
        receipt = _within("the receipt", log.read_receipt, data)
        self._check_outside_checkpoint("the receipt's checkpoint", receipt.checkpoint, hashes)
        entry = self.entries[receipt.index]
        _demand(entry.kind == kinds.CAST, f"entry {receipt.index}: the receipt is not for a cast ballot")
        _demand(tracker(entry.body) == receipt.extra, f"entry {receipt.index}: its tracker is not that of the receipt")
        root = _within("the receipt", lambda proof: log.root_of_inclusion(
            hashes[receipt.index], receipt.index, receipt.checkpoint.size, proof), receipt.proof)
        _demand(root == receipt.checkpoint.root, "the receipt's inclusion proof does not lead to its root")

    # 6

    def check_ballots(self) -> str:
        self.casts = {i: self._good_cast_ballot(i, entry.body) for i, entry in self._of_kind(kinds.CAST)}
        self.counted = {cast.ballot.credential: cast for cast in self.casts.values()}
        return f"{len(self.casts)} ballots"

    def _good_cast_ballot(self, i: int, body: bytes) -> CastBallot:
        election = self.election
        key = hashlib.sha256(election.id + election.key + hashlib.sha256(election.manifest.layout).digest() + body).digest()
        cast = self.cache.cast.get(key)
        if cast is None:
            cast = _within(f"entry {i}", lambda data: read_cast_ballot(data, election.manifest.bits), body)
            ballot = cast.ballot
            _demand(ballot.election == election.id, f"entry {i}: the ballot is of another election")
            fault = proof_fault(ballot, election)
            _demand(fault is None, f"entry {i}: the proof is bad: {fault}")
            _demand(is_signed(cast.signature, election.id, ballot.credential, CAST, ballot.hash),
                    f"entry {i}: the voter's signature is bad")
            self.cache.cast[key] = cast
        _demand(self._may_vote(cast.ballot.credential, i), f"entry {i}: the credential is not on the roll")
        return cast

    # 7

    def check_one_vote(self) -> str:
        seen: dict[Ciphertext, int] = {}
        ballots = {i: cast.ballot for i, cast in self.casts.items()}
        for i, entry in self._of_kind(kinds.OPENED):
            try:
                ballots[i] = self._opened(entry.body).ballot
            except Malformed:
                pass  # Check 8 fails on it.
        for i, ballot in sorted(ballots.items()):
            for ciphertext in zip(ballot.alphas, ballot.betas):
                _demand(ciphertext not in seen, f"entry {i}: a ciphertext stands in entry {seen.get(ciphertext)}, too")
                seen[ciphertext] = i
        voted: dict[Point, int] = {}
        for i, cast in self.casts.items():
            _demand(self.manifest.revoting or cast.ballot.credential not in voted,
                    f"entry {i}: the credential has cast before, and re-voting is not allowed")
            before, number = voted.get(cast.ballot.credential, 0), cast.ballot.number
            _demand(number > before, f"entry {i}: the number {number} is not above {before}, that of the ballot before")
            voted[cast.ballot.credential] = number
        return f"{len(voted)} voters, {len(seen)} ciphertexts"

    # 8

    def check_challenges(self) -> str:
        cast_hashes = {cast.ballot.hash for cast in self.casts.values()}
        challenged: dict[bytes, Point] = {}
        count: Counter[Point] = Counter()
        opened: set[bytes] = set()
        for i, entry in enumerate(self.entries):
            if entry.kind == kinds.CHALLENGE:
                challenge = _within(f"entry {i}", read_challenge, entry.body)
                credential, hash_ = challenge.credential, challenge.ballot_hash
                _demand(challenge.election == self.election.id, f"entry {i}: the challenge is of another election")
                _demand(self._may_vote(credential, i), f"entry {i}: the credential is not on the roll")
                _demand(is_signed(challenge.signature, self.election.id, credential, CHALLENGE, hash_),
                        f"entry {i}: the voter's signature is bad")
                _demand(hash_ not in challenged, f"entry {i}: the ballot is challenged twice")
                _demand(hash_ not in cast_hashes, f"entry {i}: the ballot is both challenged and cast")
                challenged[hash_] = credential
                count[credential] += 1
                _demand(count[credential] <= MOST_CHALLENGES, f"entry {i}: more than {MOST_CHALLENGES} challenges")
            elif entry.kind == kinds.OPENED:
                ballot = self._check_opened(i, entry.body).ballot
                _demand(ballot.hash in challenged, f"entry {i}: the opened ballot was not challenged before")
                _demand(challenged[ballot.hash] == ballot.credential, f"entry {i}: another credential challenged the ballot")
                _demand(self._may_vote(ballot.credential, i), f"entry {i}: the credential is not on the roll")
                _demand(ballot.hash not in opened, f"entry {i}: the ballot is opened twice")
                opened.add(ballot.hash)
        return f"{len(challenged)} challenged, {len(opened)} opened"

    def _check_opened(self, i: int, body: bytes) -> OpenedBallot:
        opened = _within(f"entry {i}", self._opened, body)
        ballot, election = opened.ballot, self.election
        _demand(ballot.election == election.id, f"entry {i}: the ballot is of another election")
        _demand(is_signed(opened.signature, election.id, ballot.credential, OPEN, ballot.hash),
                f"entry {i}: the voter's signature is bad")
        _demand(opened.re_encrypts(election.key), f"entry {i}: the opened values do not re-encrypt to the ballot")
        return opened

    def _opened(self, body: bytes) -> OpenedBallot:
        return read_opened_ballot(body, self.manifest.bits)

    # 9

    def check_tally(self) -> str:
        tally = _within("tally", lambda data: read_tally(data, self.manifest.options), self.record.ending["tally"])
        _demand(tally.size == self.closing.size, "tally: its size is not that of the closing checkpoint")
        _demand(tally.root == self.closing.root, "tally: its root is not that of the closing checkpoint")
        for k, (given, computed) in enumerate(zip(tally.totals, self._encrypted_totals(), strict=True)):
            _demand(given == computed, f"tally: total {k} is not that of the counted ballots")
        self.tally = tally
        return f"{len(tally.totals)} totals over {len(self.counted)} ballots"

    def _encrypted_totals(self) -> list[Ciphertext]:
        """The sum of w·u·(α, β) for every option (spec 3.6); ballots of one weight are added before they are multiplied."""
        bits = self.manifest.bits
        sums: dict[int, list[Ciphertext]] = {}
        for credential, cast in self.counted.items():
            ciphertexts = list(zip(cast.ballot.alphas, cast.ballot.betas))
            weight = self.weights[credential]
            sums[weight] = [_add(a, b) for a, b in zip(sums.get(weight, [_ZERO] * bits), ciphertexts)]
        totals: list[Ciphertext] = []
        for contest in self.manifest.contests:
            of_contest = [_ZERO] * len(contest.options)
            for bit, option, u in contest.value_bits:
                for w, sum_ in sums.items():
                    alpha, beta = sum_[bit]
                    of_contest[option] = _add(of_contest[option], (group.multiply(w * u, alpha), group.multiply(w * u, beta)))
            totals += of_contest
        return totals

    # 11

    def check_decryption(self) -> str:
        partials, n = self.tally.partials, len(self.trustees.members)
        _demand(len(partials) >= self.trustees.threshold,
                f"tally: {len(partials)} partial decryptions, and {self.trustees.threshold} are needed")
        previous = 0
        for partial in partials:
            number = partial.trustee
            _demand(previous < number <= n, "tally: partial decryptions do not stand in ascending order of trustees")
            previous = number
            _demand(number in self.cosigners, f"tally: trustee {number} decrypted but did not cosign the closing checkpoint")
            _demand(partial.verifies(self.election.id, self.closing.size, self.closing.root,
                                     self.trustees.public_share(number), self.tally.totals),
                    f"tally: the proof of trustee {number} is bad")
        return f"{len(partials)} partial decryptions"

    # 12

    def check_result(self) -> str:
        result = _within("result", lambda data: read_result(data, self.manifest.options), self.record.ending["result"])
        weight = sum(self.weights[credential] for credential in self.counted)
        counts = {"cast": (result.cast, len(self.casts)), "counted": (result.counted, len(self.counted)),
                  "counted weight": (result.counted_weight, weight),
                  "challenged": (result.challenged, sum(1 for _ in self._of_kind(kinds.CHALLENGE))),
                  "replaced": (result.replaced, len(self.added))}
        for what, (given, actual) in counts.items():
            _demand(given == actual, f"result: the number of {what} is {given}, on the board it is {actual}")
        ranges = [contest.range for contest in self.manifest.contests for _ in contest.options]
        points = decrypted(self.tally.totals, self.tally.partials[:self.trustees.threshold])
        for k, (total, point, range_) in enumerate(zip(result.totals, points, ranges, strict=True)):
            _demand(total <= weight * range_, f"result: total {k} is above what the counted ballots can give")
            _demand(group.base(total) == point, f"result: total {k} is not what the decryption gives")
        self.votes = result.totals
        return f"{result.counted} ballots counted, weight {weight}"

    # 13

    def check_joint_signature(self) -> str:
        files = self.record.ending
        given = _within("certificate", read_certificate, files["certificate"])
        _demand(given.election == self.election.id, "certificate: it is of another election")
        _demand((given.size, given.root) == (self.closing.size, self.closing.root),
                "certificate: its size and root are not those of the closing checkpoint")
        for name, hash_ in (("tally", given.tally), ("result", given.result), ("draw-closing", given.draw)):
            _demand(hashlib.sha256(files[name]).digest() == hash_, f"certificate: its hash of {name} is not that of the file")
        key = torsion_free(self.trustees.joint_key(SIGNING))
        _demand(ed25519_verifies(key, given.message, given.signature), "certificate: the joint signature is bad")
        return f"the trustees' joint key {key.hex()}"

    # 14

    def check_draws(self) -> str:
        """The opening draw, and the closing one where there must be one and what it needs was found good."""
        said = f"opening: {self._check_opening_draw()}"
        if self.aborted is not None:
            return said
        if 9 not in self.passed:
            return f"{said}; closing: not looked at, as check 9 did not pass"
        return f"{said}; closing: {self._check_closing_draw()}"

    def _check_opening_draw(self) -> str:
        draw = _within("draw-opening", read_draw, self.record.draw_opening)
        _demand(hashlib.sha256(self.record.draw_opening).digest() == self.opening.draw_hash,
                "draw-opening: its hash is not that of the opening entry")
        seed = opening_seed(self.trustees.ceremony, draw.size, draw.root)
        present = set(range(1, len(self.trustees.members) + 1)) - set(self.opening.absent)
        self._check_draw_parts("draw-opening", draw, seed, present)
        output = self.beacon.output(seed, [part.partial for part in draw.parts])
        _demand(output == self.opening.draw, "draw-opening: what it gives is not what the opening entry says was drawn")
        return f"{len(draw.parts)} parts"

    def _check_closing_draw(self) -> str:
        draw = _within("draw-closing", read_draw, self.record.ending["draw-closing"])
        _demand((draw.size, draw.root) == (self.closing.size, self.closing.root),
                "draw-closing: its size and root are not those of the closing checkpoint")
        seed = closing_seed(self.election.id, draw.size, draw.root)
        self._check_draw_parts("draw-closing", draw, seed, {partial.trustee for partial in self.tally.partials})
        return f"{len(draw.parts)} parts"

    @cached_property
    def beacon(self) -> Beacon:
        trustees = self.trustees
        return Beacon(trustees.threshold, trustees.joint_key(BEACON),
                      [trustees.public_share(number, BEACON) for number in range(1, len(trustees.members) + 1)])

    def _check_draw_parts(self, file: str, draw: DrawFile, seed: bytes, expected: set[int]) -> None:
        """A good part by each of the trustees expected, and by nobody else."""
        given, beacon = {part.trustee for part in draw.parts}, self.beacon
        _demand(given == expected, f"{file}: it has parts of the trustees {sorted(given)}, not {sorted(expected)}")
        for part in draw.parts:
            decides = repr((hashlib.sha256(self.record.trustees).digest(), seed, part)).encode()
            key = hashlib.sha256(decides).digest()
            if key in self.cache.draw_parts:
                continue
            number = part.trustee
            _demand(part.partial.verifies(beacon, seed), f"{file}: the evaluation of trustee {number} is bad")
            _demand(vrf_value(self.trustees.members[number - 1].draw_key, seed, part.own) is not None,
                    f"{file}: the own value of trustee {number} is bad")
            self.cache.draw_parts.add(key)

    def _of_kind(self, kind: int) -> list[tuple[int, Entry]]:
        return [(i, entry) for i, entry in enumerate(self.entries) if entry.kind == kind]


# Number: name, the checks it needs, and the check. 10 and 15 are kept for later versions.
CHECKS: dict[int, tuple[str, set[int], Callable[[Verification], str]]] = {
    1: ("manifest and election id", set(), Verification.check_manifest),
    2: ("trustees", {1}, Verification.check_trustees),
    3: ("joint key", {1, 2}, Verification.check_joint_key),
    4: ("roll", {1}, Verification.check_roll),
    5: ("bulletin board", {1, 2, 4}, Verification.check_board),
    6: ("ballots", {3, 4, 5}, Verification.check_ballots),
    7: ("one vote each", {6}, Verification.check_one_vote),
    8: ("challenged ballots", {6}, Verification.check_challenges),
    9: ("encrypted tally", {6}, Verification.check_tally),
    11: ("decryption", {9}, Verification.check_decryption),
    12: ("result", {11}, Verification.check_result),
    13: ("joint signature", {9}, Verification.check_joint_signature),
    14: ("draws", {3}, Verification.check_draws),
}

_ZERO: Ciphertext = (IDENTITY, IDENTITY)


def _add(left: Ciphertext, right: Ciphertext) -> Ciphertext:
    return group.add(left[0], right[0]), group.add(left[1], right[1])


def _demand(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Failed(otherwise)


def _within(where: str, read: Callable[[Input], Output], data: Input) -> Output:
    """Reads, and says in which file or entry when the bytes are malformed."""
    try:
        return read(data)
    except Malformed as fault:
        raise Malformed(f"{where}: {fault}") from None
