"""Checks 1 to 4: what was fixed before voting."""
from __future__ import annotations

import hashlib
from collections import Counter

import log
import record as kinds
from findings import Findings, demand, within
from group import IDENTITY, is_edwards_point
from manifest import read_manifest
from record import read_entry, read_opening, read_roll
from renewals import Succession, renewal_entries
from trustees import PURPOSES, read_trustees

SMALL_GROUP = 10
LARGEST_TOTAL = 2**40


class SetupChecks(Findings):
    # 1

    def check_manifest(self) -> str:
        self.election_id = log.leaf_hash(self.first)
        entry = within("entry 0", read_entry, self.first)
        demand(entry.kind == kinds.OPENING, "entry 0 is not an opening entry")
        self.opening = within("entry 0", read_opening, entry.body)
        self.manifest = within("manifest", read_manifest, self.record.manifest)
        demand(hashlib.sha256(self.record.manifest).digest() == self.opening.manifest_hash,
               "manifest: its hash is not that of the opening entry")
        asked = self.outside.election_id
        demand(asked is None or asked == self.election_id,
               f"the election id is {self.election_id.hex()}, not the one asked for")
        return f"{len(self.manifest.contests)} contests, {self.manifest.bits} bits"

    # 2

    def check_trustees(self) -> str:
        trustees = within("trustees", read_trustees, self.record.trustees)
        demand(hashlib.sha256(self.record.trustees).digest() == self.opening.trustees_hash,
               "trustees: its hash is not that of the opening entry")
        n, t, quorum = len(trustees.members), trustees.threshold, self.opening.quorum
        demand(2 * t > n, f"trustees: a threshold of {t} is not a majority of {n}")
        demand(t <= quorum <= n, f"entry 0: the quorum {quorum} is not between {t} and {n}")
        absent = self.opening.absent
        demand(len(absent) <= n - t and all(1 <= number <= n for number in absent) and absent == sorted(set(absent)),
               f"entry 0: absent trustees {absent} are out of order, unknown or too many")
        for index, trustee in enumerate(trustees.members, 1):
            for purpose, dealer in trustee.dealers.items():
                demand(dealer.commitments[0] != IDENTITY,
                       f"trustees: the constant commitment of trustee {index} to key {purpose} is zero")
                demand(trustees.knows_coefficient(index, purpose),
                       f"trustees: the proof of knowledge of trustee {index} for key {purpose} is bad")
            demand(is_edwards_point(trustee.draw_key), f"trustees: the draw key of trustee {index} is no point")
        self.trustees = trustees
        self.succession = Succession(trustees, self.record.trustees)
        return f"{n} trustees, any {t} decrypt, {quorum} cosign"

    # 3

    def check_joint_key(self) -> str:
        demand(all(self.trustees.joint_key(purpose) != IDENTITY for purpose in PURPOSES), "trustees: a joint key is zero")
        demand(self.opening.joint_key == self.trustees.joint_key(),
               "entry 0: the joint key is not the sum of the constant commitments")
        entries = list(renewal_entries(self.closing.size, self.record.tiles))
        for entry in entries:
            file = self.record.renewals[entry.number]
            within(f"renewal-{entry.number}",
                    lambda data, entry=entry: self.succession.renew(data, entry, self.election.id, self.opening.log_key), file)
        return f"the sum of the constant commitments, handed over {len(entries)} times"

    # 4

    def check_roll(self) -> str:
        roll = within("roll", read_roll, self.record.roll)
        demand(roll.root == self.opening.roll_root, "roll: its root is not that of the opening entry")
        demand(len(roll.weights) == self.opening.roll_count, "roll: its count is not that of the opening entry")
        demand(roll.weight == self.opening.roll_weight, "roll: its weight is not that of the opening entry")
        demand(roll.weight * max(contest.range for contest in self.manifest.contests) <= LARGEST_TOTAL,
               "roll: its weight times the largest range is above 2⁴⁰")
        groups = Counter(roll.weights.values())
        small = len(roll.weights) < SMALL_GROUP or min(groups.values()) < SMALL_GROUP
        demand(not small or self.manifest.small_acknowledged,
               f"roll: a group has fewer than {SMALL_GROUP} voters and the manifest does not say so")
        self.roll = roll
        return f"{len(roll.weights)} voters, weight {roll.weight}"
