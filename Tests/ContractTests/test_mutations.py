"""Rules of the contracts that are broken on purpose, one at a time: the other tests must notice each. With COMITIA_LONG=1, for it takes minutes."""
from __future__ import annotations

import io
import os
import sys
import unittest

from contracts import ROOT, replaced

sys.path.insert(0, str(ROOT / "contracts"))

import build  # noqa: E402

TESTS = {
    "VoteRegistry": "test_vote_registry",
    "Roles": "test_vote_registry",
    "ElectionManager": "test_elections_and_rolls.ElectionTest",
    "VoterRegistry": "test_elections_and_rolls.RollTest",
}
# Source, what stands there, and what is put there instead.
MUTATIONS = [
    ("VoteRegistry", "unsafe_add(packed, 1)", "unsafe_add(packed, 0)"),
    ("VoteRegistry", 'assert self.votes[election][leaf] == 0, "vote: recorded already"', "pass"),
    ("VoteRegistry", 'assert leaf != empty(bytes32), "vote: no hash"', "pass"),
    ("VoteRegistry", 'assert len(leaves) != 0, "vote: none"', "pass"),
    ("VoteRegistry", 'assert root != empty(bytes32), "anchor: no root"', "pass"),
    ("VoteRegistry", 'assert leaves != 0, "anchor: no leaves"', "pass"),
    ("VoteRegistry", 'assert self.roots[earlier] != root, "anchor: is the latest"', "pass"),
    ("VoteRegistry", "self.voteCounts[election] = earlier + len(leaves)", "self.voteCounts[election] = earlier + 1"),
    ("VoteRegistry", "used == len(path) and hash == root", "hash == root"),
    ("VoteRegistry", "used == len(path) and hash == root", "used == len(path)"),
    ("VoteRegistry", "if index >= size:", "if size == 0:"),
    ("VoteRegistry", "if odd or place < last:", "if odd or place <= last:"),
    ("VoteRegistry", "concat(0x00, election", "concat(0x01, election"),
    ("VoteRegistry", "concat(0x01, path[used], hash)", "concat(0x01, hash, path[used])"),
    ("VoteRegistry", "concat(0x01, hash, path[used])", "concat(0x00, hash, path[used])"),
    ("VoteRegistry", "block.timestamp << 128", "block.timestamp << 127"),
    ("VoteRegistry", "if not self._verifyElection(", "if False and not self._verifyElection("),
    ("VoteRegistry", "MAX_BATCH: constant(uint256) = 50", "MAX_BATCH: constant(uint256) = 51"),
    ("Roles", 'assert self.isRecorder[msg.sender], "roles: not a recorder"', "pass"),
    ("Roles", 'assert not self.paused, "roles: paused"', "pass"),
    ("Roles", 'assert msg.sender == self.owner, "roles: not the owner"', "pass"),
    ("Roles", 'assert msg.sender == self.candidate, "roles: not the candidate"', "pass"),
    ("Roles", "    self.candidate = empty(address)\n", ""),
    ("Roles", "    self._requireOwner()\n    assert recorder", "    assert recorder"),
    ("Roles", "    self._requireOwner()\n    assert not self.paused", "    assert not self.paused"),
    ("Roles", "    self._requireOwner()\n    assert self.paused", "    assert self.paused"),
    ("Roles", "    self._requireOwner()\n    self.candidate", "    self.candidate"),
    ("Roles", 'assert owner != empty(address), "roles: no owner"', "pass"),
    ("ElectionManager", "(steps ^ before) | after", "steps | after"),
    ("ElectionManager", 'assert steps & 255 == before, "election: wrong state"', "pass"),
    ("ElectionManager", "state == CREATED or state == OPEN", "state == OPEN"),
    ("ElectionManager", "self.sizes[election] | (convert(size", "(convert(size"),
    ("ElectionManager", "(8 + 40 * time)", "(8 + 39 * time)"),
    ("VoterRegistry", 'assert not before.frozen, "roll: frozen"', "pass"),
    ("VoterRegistry", 'assert not roll.frozen, "roll: frozen"', "pass"),
    ("VoterRegistry", 'assert roll.revision != 0, "roll: none"', "pass"),
    ("VoterRegistry", "before.revision + 1", "1"),
    ("VoterRegistry", "self._packed(roll.size, roll.revision) | (1 << 160)", "self._packed(roll.size, roll.revision)"),
]


@unittest.skipUnless(os.environ.get("COMITIA_LONG") == "1", "takes minutes: COMITIA_LONG=1")
class MutationTest(unittest.TestCase):
    def test_every_broken_rule_is_noticed(self) -> None:
        for source, before, after in MUTATIONS:
            with self.subTest(source=source, before=before):
                try:
                    self._break(source, before, after)
                    self.assertFalse(self._passes(TESTS[source]), "nobody noticed")
                finally:
                    replaced.clear()

    def test_nothing_is_noticed_where_nothing_is_broken(self) -> None:
        for tests in set(TESTS.values()):
            self.assertTrue(self._passes(tests))

    def _break(self, source: str, before: str, after: str) -> None:
        path = f"contracts/{source}.vy"
        for name, sources in build.CONTRACTS.items():
            if source not in sources:
                continue
            wanted = build.standard_input(name)
            content = wanted["sources"][path]["content"]
            self.assertIn(before, content)
            wanted["sources"][path]["content"] = content.replace(before, after, 1)
            replaced[name] = build.compiled(name, wanted)

    def _passes(self, name: str) -> bool:
        suite = unittest.defaultTestLoader.loadTestsFromName(name)
        return unittest.TextTestRunner(stream=io.StringIO(), failfast=True).run(suite).wasSuccessful()


if __name__ == "__main__":
    unittest.main()
