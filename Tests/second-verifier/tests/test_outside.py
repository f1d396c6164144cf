"""Check 5 compares with what was seen of the board elsewhere."""
from __future__ import annotations

import unittest

from records import RecordTest, small_world


class BadOutside(RecordTest):
    def setUp(self) -> None:
        super().setUp()
        self.world = small_world()
        self.world.close()
        self.world.publish(self.folder)

    def test_election_id(self) -> None:
        self.assertFails(1, "not the one asked for", election_id="00" * 32)

    def test_forked(self) -> None:
        other = small_world()
        other.log_key, other.origin = self.world.log_key, self.world.origin
        self.assertFails(5, "forked", checkpoint=self.file(other.checkpoint(3)))

    def test_truncated(self) -> None:
        self.world.add(5, b"")
        self.assertFails(5, "truncated", checkpoint=self.file(self.world.checkpoint()))

    def test_strangers_checkpoint(self) -> None:
        data = self.world.checkpoint(3)
        self.assertFails(5, "good signature by the log", checkpoint=self.file(data.replace(b"\n3\n", b"\n4\n")))
        self.assertFails(5, "another log", checkpoint=self.file(data.replace(b"board\n", b"other\n", 1)))
        self.assertFails(5, "the checkpoint given", checkpoint=self.file(b""))
        changed = bytearray(data)
        changed[-8] = ord("A") if changed[-8] != ord("A") else ord("B")
        self.assertFails(5, "trustee/3 is bad", checkpoint=self.file(bytes(changed)))
        self.assertTrue(self.verify(checkpoint=self.file(data + "— witness.example AAAAAAAA\n".encode()))["ok"])

    def test_receipts(self) -> None:
        self.assertFails(5, "not for a cast ballot", receipt=self.file(self.world.receipt(2)))
        self.assertFails(5, "tracker", receipt=self.file(self.world.receipt(1, extra=bytes(32))))
        lines = self.world.receipt(1).split(b"\n")
        self.assertFails(5, "too short", receipt=self.file(b"\n".join(lines[:3] + lines[4:])))
        self.assertFails(5, "too long", receipt=self.file(b"\n".join(lines[:4] + lines[3:])))
        self.assertFails(5, "does not lead", receipt=self.file(b"\n".join(lines[:3] + [lines[4], lines[3]] + lines[5:])))
        self.assertFails(5, "tracker", receipt=self.file(b"\n".join(lines[:1] + lines[2:])))
        self.assertFails(5, "leading zeroes", receipt=self.file(b"\n".join(lines).replace(b"index 1", b"index 01")))


if __name__ == "__main__":
    unittest.main()
