"""Checks 1 to 4 fail on what they are for."""
from __future__ import annotations

import unittest

from prover import World, encode_manifest, group, text, u
from records import YES_NO, BadRecordTest


class BadSetup(BadRecordTest):
    # 1

    def test_manifest(self) -> None:
        self.fails(1, "its hash", files=lambda w: {"manifest": encode_manifest(w.contests, title="Other")})
        self.fails(1, "left over", files=lambda w: {"manifest": w.manifest_bytes + b"\0"})
        for field, value in {"version": u(16, 2), "origin": text("a b"), "joint_key": b"\xff" * 32,
                             "software": u(16, 1001)}.items():
            self.opening(**{field: value})
            self.assertFails(1, "entry 0")

    # 2

    def test_trustees(self) -> None:
        self.fails(2, "its hash", files=lambda w: {"trustees": w.trustees_bytes()})
        for quorum in (1, 4):
            world = World([YES_NO], quorum=quorum)
            world.close()
            world.publish(self.folder)
            self.assertFails(2, "quorum")
        world = World([YES_NO], n=4, t=2)
        world.close()
        world.publish(self.folder)
        self.assertFails(2, "majority")
        world = World([YES_NO], n=2, t=2)
        for name, data in {"proof": world.trustees[:-33] + bytes([world.trustees[-33] ^ 1]) + world.trustees[-32:],
                           "one name": world.trustees.replace(b"Trustee 2", b"Trustee 1"),
                           "one signing key": world.trustees.replace(world.signing_keys[1].public,
                                                                     world.signing_keys[0].public),
                           "one draw key": world.trustees[:-32] + world.draw_keys[0].public,
                           "draw key of trustee 2": world.trustees[:-32] + b"\1" + bytes(31)}.items():
            self.opening(trustees=data)
            self.assertFails(2, name)
        for absent in ([0], [4], [1, 2], [2, 2], [3, 1]):
            self.opening(absent=bytes([len(absent), *absent]))
            self.assertFails(2, "absent trustees")
        world.polynomials[1][0] = 0
        self.opening(trustees=world.trustees_bytes())
        self.assertFails(2, "zero")

    # 3

    def test_joint_key(self) -> None:
        for key in (group.base(5), group.IDENTITY):
            self.opening(joint_key=key)
            self.assertFails(3, "not the sum")
        world = World([YES_NO], n=2, t=2)
        for purpose, polynomial in world.other_polynomials[0].items():
            world.other_polynomials[1][purpose][0] = group.ORDER - polynomial[0]
        self.opening(trustees=world.trustees_bytes())
        self.assertFails(3, "zero")

    # 4

    def test_roll(self) -> None:
        for field, value in {"roll_root": bytes(32), "roll_count": u(32, 4), "roll_weight": u(64, 5)}.items():
            self.opening(**{field: value})
            self.assertFails(4, "roll: its")
        records = World([YES_NO]).roll_records()
        for voters, detail in (([records[1], records[0]], "ascending"), ([records[0]] * 2, "ascending"),
                               ([bytes(32) + records[0][32:]], "ascending"), ([b"\xff" * 68], "group element"),
                               ([records[0][:32] + bytes(36)], "no weight")):
            self.opening(roll=b"COMITIAR" + u(16, 1) + u(32, len(voters)) + b"".join(voters))
            self.assertFails(4, detail)

    def test_small_groups(self) -> None:
        for voter_weights, fails in (([1] * 9, True), ([1] * 10, False), ([1] * 10 + [2] * 9, True),
                                     ([1] * 10 + [2] * 10, False)):
            world = World([YES_NO], voter_weights=voter_weights, options={"small": 0})
            world.close()
            world.publish(self.folder)
            if fails:
                self.assertFails(4, "fewer than 10")
            else:
                self.assertTrue(self.verify()["ok"])

    def test_sizes(self) -> None:
        for weight, fails in ((2**31, False), (2**31 + 1, True)):
            world = World([(4, 512, 0, 512, ["A"])], voter_weights=[weight])
            world.close()
            world.publish(self.folder)
            if fails:
                self.assertFails(4, "above 2⁴⁰")
            else:
                self.assertTrue(self.verify()["ok"])


if __name__ == "__main__":
    unittest.main()
