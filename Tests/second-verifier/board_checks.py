"""Check 5: the bulletin board, and what was seen of it elsewhere."""
from __future__ import annotations

import log
import record as kinds
from ballots import CHALLENGE_LENGTH, cast_length, opened_length, tracker
from findings import Findings, demand, within
from group import IDENTITY
from record import RENEWAL_LENGTH, REPLACEMENT_LENGTH, pieces_of, read_entries, read_reason, read_replacement


class BoardChecks(Findings):
    def check_board(self) -> str:
        self.cosigners = self._check_signatures(self.closing)
        self.leaves = []
        for path, count in log.bundle_paths(self.closing.size):
            self.leaves += within(path, lambda data, count=count: log.read_bundle(data, count), self.record.tiles[path])
        hashes = [log.leaf_hash(leaf) for leaf in self.leaves]
        for path, tile in log.hash_tiles(hashes):
            demand(self.record.tiles[path] == tile, f"{path}: it does not hold the hashes of the entries")
        demand(log.root(hashes) == self.closing.root, "checkpoint: its root is not that of the entries")
        self.entries = read_entries(self.leaves, pieces_of(opened_length(self.manifest.bits)))
        self._check_sequence()
        self._check_replacements()
        self._check_renewals(hashes)
        if self.outside.checkpoint is not None:
            given = within("the checkpoint given", log.read_checkpoint, self.outside.checkpoint)
            self._check_outside_checkpoint("the checkpoint given", given, hashes)
        if self.outside.receipt is not None:
            self._check_receipt(self.outside.receipt, hashes)
        return f"{sum(entry.kind != kinds.PIECE for entry in self.entries)} entries, cosigned by {len(self.cosigners)} trustees"

    def _check_signatures(self, checkpoint: log.Checkpoint) -> set[int]:
        """Exactly the lines of spec 6.6; gives the numbers of the trustees that cosigned."""
        keys = self._cosigner_keys(checkpoint.size)
        demand(self.opening.log_key not in keys.values(), "trustees: the signing key of one is the log's")
        return self._check_lines("checkpoint", checkpoint, keys, self.opening.quorum)

    def _check_lines(self, what: str, checkpoint: log.Checkpoint, keys: dict[str, bytes], needed: int) -> set[int]:
        demand(checkpoint.origin == self.opening.origin, f"{what}: its origin is not that of the opening entry")
        first, *others = checkpoint.signatures
        demand(checkpoint.log_verifies(first, self.opening.log_key), f"{what}: the first signature is not a good one by the log")
        numbers = {name: number for number, name in enumerate(keys, 1)}
        cosigners: list[int] = []
        for line in others:
            demand(line.name in numbers, f"{what}: a line is signed by {line.name}, which is no trustee")
            number = numbers[line.name]
            demand(not cosigners or number > cosigners[-1], f"{what}: cosignatures do not stand in ascending order")
            demand(checkpoint.cosigner_verifies(line, line.name, keys[line.name]),
                   f"{what}: the cosignature of trustee {number} is bad")
            cosigners.append(number)
        demand(len(cosigners) >= needed, f"{what}: {len(cosigners)} cosignatures, and {needed} are needed")
        return set(cosigners)

    def _check_renewals(self, hashes: list[bytes]) -> None:
        """Each is in force: the trustees before it have cosigned a checkpoint that contains it (spec 6.12)."""
        terms = self.succession.terms
        for number, data in self.record.renewal_checkpoints.items():
            if number >= len(terms):
                return  # Check 3 has failed on the renewal.
            what, first = f"renewal-{number}-checkpoint", terms[number][0]
            given, before = within(what, log.read_checkpoint, data), terms[number - 1][1]
            self._check_lines(what, given, self._cosigner_keys(first - 1), before.threshold)
            demand(first <= given.size, f"{what}: it does not contain the renewal")
            demand(given.size <= len(hashes), f"{what}: it has {given.size} entries, the record {len(hashes)}")
            demand(log.root(hashes[:given.size]) == given.root, f"{what}: forked, it has another root")
            demand(self.entries[given.size - 1].kind != kinds.PIECE, f"{what}: it ends within an entry")

    def _cosigner_keys(self, size: int) -> dict[str, bytes]:
        """The signing keys under the names by which trustees cosign a board of this size, in the order of their numbers."""
        return {f"{self.opening.origin}/trustee/{number}": trustee.signing_key
                for number, trustee in enumerate(self.succession.at(size).members, 1)}

    def _check_sequence(self) -> None:
        """Kinds, times and lengths of entries (spec 7.1)."""
        last = len(self.entries) - 1
        previous = 0
        paused = False
        renewals = 0
        for i, entry in enumerate(self.entries):
            demand(entry.time >= previous, f"entry {i}: its time is before that of the entry before")
            previous = entry.time
            demand((entry.kind == kinds.OPENING) == (i == 0), f"entry {i}: the opening entry must be the first, and only it")
            demand((entry.kind in (kinds.CLOSING, kinds.ABORT)) == (i == last),
                   f"entry {i}: a closing or an abort entry must be the last, and only it")
            length = {kinds.CAST: cast_length(self.manifest.bits), kinds.CHALLENGE: CHALLENGE_LENGTH, kinds.CLOSING: 0,
                      kinds.RESUME: 0, kinds.REPLACEMENT: REPLACEMENT_LENGTH, kinds.RENEWAL: RENEWAL_LENGTH}
            expected = length.get(entry.kind, len(entry.body))
            demand(len(entry.body) == expected, f"entry {i}: its body has {len(entry.body)} bytes, not {expected}")
            if entry.kind in (kinds.CAST, kinds.CHALLENGE, kinds.OPENED):
                demand(self.manifest.in_time(entry.time), f"entry {i}: its time is outside the time of voting")
                demand(not paused, f"entry {i}: voting is paused")
            elif entry.kind == kinds.PAUSE:
                within(f"entry {i}", read_reason, entry.body)
                demand(not paused, f"entry {i}: voting is paused before")
                paused = True
            elif entry.kind == kinds.RESUME:
                demand(paused, f"entry {i}: voting is not paused")
                paused = False
            elif entry.kind == kinds.RENEWAL:
                renewals += 1
                demand(int.from_bytes(entry.body[:2], "big") == renewals <= 100, f"entry {i}: it is not renewal {renewals}")
            elif entry.kind == kinds.ABORT:
                self.aborted = within(f"entry {i}", read_reason, entry.body)

    def _check_replacements(self) -> None:
        """Each replacement revokes a credential that may vote and has not, and adds a new one of its weight (spec 6.3)."""
        self.weights = dict(self.roll.weights)
        self.added, self.revoked = {}, {}
        cast: set[bytes] = set()
        for i, entry in enumerate(self.entries):
            if entry.kind == kinds.CAST:
                cast.add(entry.body[32:64])
            elif entry.kind == kinds.REPLACEMENT:
                replacement = within(f"entry {i}", read_replacement, entry.body)
                old, new = replacement.revoked, replacement.credential
                demand(old in self.weights, f"entry {i}: the credential to be revoked is not on the roll")
                demand(old not in self.revoked, f"entry {i}: the credential was revoked before")
                demand(old not in cast, f"entry {i}: the credential to be revoked has cast a ballot")
                demand(new != IDENTITY, f"entry {i}: the new credential is zero")
                demand(new not in self.weights, f"entry {i}: the new credential stood on the roll before")
                demand(replacement.weight == self.weights[old], f"entry {i}: its weight is not that of the revoked credential")
                self.weights[new] = replacement.weight
                self.added[new] = self.revoked[old] = i

    def _check_outside_checkpoint(self, what: str, given: log.Checkpoint, hashes: list[bytes]) -> None:
        demand(given.origin == self.opening.origin, f"{what} is of another log")
        within(what, lambda key: given.demand_good(key, self._cosigner_keys(given.size)), self.opening.log_key)
        demand(given.size <= len(hashes), f"truncated: {what} has {given.size} entries, the record {len(hashes)}")
        demand(log.root(hashes[:given.size]) == given.root,
               f"forked: {what} has another root over the first {given.size} entries")
        demand(given.size == 0 or self.entries[given.size - 1].kind != kinds.PIECE,
               f"entry {given.size - 1}: {what} ends within an entry")

    def _check_receipt(self, data: bytes, hashes: list[bytes]) -> None:
        receipt = within("the receipt", log.read_receipt, data)
        self._check_outside_checkpoint("the receipt's checkpoint", receipt.checkpoint, hashes)
        entry = self.entries[receipt.index]
        demand(entry.kind == kinds.CAST, f"entry {receipt.index}: the receipt is not for a cast ballot")
        demand(tracker(entry.body) == receipt.extra, f"entry {receipt.index}: its tracker is not that of the receipt")
        root = within("the receipt", lambda proof: log.root_of_inclusion(
            hashes[receipt.index], receipt.index, receipt.checkpoint.size, proof), receipt.proof)
        demand(root == receipt.checkpoint.root, "the receipt's inclusion proof does not lead to its root")
