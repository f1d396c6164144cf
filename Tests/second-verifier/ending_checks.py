"""Checks 9 and 11 to 13: from the counted ballots to the signed result."""
from __future__ import annotations

import hashlib

import group
import record as kinds
from edwards import torsion_free
from findings import Findings, demand, within
from group import IDENTITY, ed25519_verifies
from record import read_certificate, read_result, read_tally
from trustees import ELECTION, SIGNING, Ciphertext, decrypted


class EndingChecks(Findings):
    # 9

    def check_tally(self) -> str:
        tally = within("tally", lambda data: read_tally(data, self.manifest.options), self.record.ending["tally"])
        demand(tally.size == self.closing.size, "tally: its size is not that of the closing checkpoint")
        demand(tally.root == self.closing.root, "tally: its root is not that of the closing checkpoint")
        for k, (given, computed) in enumerate(zip(tally.totals, self._encrypted_totals(), strict=True)):
            demand(given == computed, f"tally: total {k} is not that of the counted ballots")
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
        demand(len(partials) >= self.trustees.threshold,
               f"tally: {len(partials)} partial decryptions, and {self.trustees.threshold} are needed")
        previous = 0
        for partial in partials:
            number = partial.trustee
            demand(previous < number <= n, "tally: partial decryptions do not stand in ascending order of trustees")
            previous = number
            demand(number in self.cosigners, f"tally: trustee {number} decrypted but did not cosign the closing checkpoint")
            demand(partial.verifies(self.election.id, self.closing.size, self.closing.root,
                                    self.acting.shares[ELECTION][number - 1], self.tally.totals),
                   f"tally: the proof of trustee {number} is bad")
        return f"{len(partials)} partial decryptions"

    # 12

    def check_result(self) -> str:
        result = within("result", lambda data: read_result(data, self.manifest.options), self.record.ending["result"])
        weight = sum(self.weights[credential] for credential in self.counted)
        counts = {"cast": (result.cast, len(self.casts)), "counted": (result.counted, len(self.counted)),
                  "counted weight": (result.counted_weight, weight),
                  "challenged": (result.challenged, sum(1 for _ in self.of_kind(kinds.CHALLENGE))),
                  "replaced": (result.replaced, len(self.added))}
        for what, (given, actual) in counts.items():
            demand(given == actual, f"result: the number of {what} is {given}, on the board it is {actual}")
        ranges = [contest.range for contest in self.manifest.contests for _ in contest.options]
        points = decrypted(self.tally.totals, self.tally.partials[:self.trustees.threshold])
        for k, (total, point, range_) in enumerate(zip(result.totals, points, ranges, strict=True)):
            demand(total <= weight * range_, f"result: total {k} is above what the counted ballots can give")
            demand(group.base(total) == point, f"result: total {k} is not what the decryption gives")
        self.votes = result.totals
        return f"{result.counted} ballots counted, weight {weight}"

    # 13

    def check_joint_signature(self) -> str:
        files = self.record.ending
        given = within("certificate", read_certificate, files["certificate"])
        demand(given.election == self.election.id, "certificate: it is of another election")
        demand((given.size, given.root) == (self.closing.size, self.closing.root),
               "certificate: its size and root are not those of the closing checkpoint")
        for name, hash_ in (("tally", given.tally), ("result", given.result), ("draw-closing", given.draw)):
            demand(hashlib.sha256(files[name]).digest() == hash_, f"certificate: its hash of {name} is not that of the file")
        key = torsion_free(self.trustees.joint_key(SIGNING))
        demand(ed25519_verifies(key, given.message, given.signature), "certificate: the joint signature is bad")
        return f"the trustees' joint key {key.hex()}"


_ZERO: Ciphertext = (IDENTITY, IDENTITY)


def _add(left: Ciphertext, right: Ciphertext) -> Ciphertext:
    return group.add(left[0], right[0]), group.add(left[1], right[1])
