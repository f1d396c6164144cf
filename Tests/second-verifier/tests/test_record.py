"""Whole records: good ones of every kind pass, and each check fails on what it is for."""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from prover import World, ballot_hash, cosign, encrypt, encode_manifest, group, log, scalar, sign, text, u
from checks import Cache
from verify import answer

YES_NO = (1, 1, 1, 1, ["Yes", "No"])
EVERY_KIND = [
    YES_NO,
    (2, 1, 0, 1, ["A", "B", "C"]),       # single, blank allowed: a residue and no slack bit
    (2, 1, 1, 1, ["A", "B", "C"]),       # single: L = 0
    (3, 1, 2, 2, ["A", "B", "C"]),       # approval, L = 0
    (3, 1, 1, 2, ["A", "B", "C"]),       # approval, L = 1
    (3, 1, 0, 3, ["A", "B", "C", "D"]),  # approval, L = 3
    (3, 1, 0, 3, ["A", "B", "C"]),       # approval without limits
    (4, 2, 0, 6, ["A", "B", "C"]),       # scores without limits
    (4, 3, 1, 6, ["A", "B"]),            # scores, L = 5
    (4, 5, 1, 10, ["A", "B"]),
    (4, 10, 1, 20, ["A", "B"]),
]


def small_world(**arguments) -> World:
    """Two voters vote, one of them twice; one challenges a ballot and publishes its opening."""
    world = World([YES_NO, (4, 3, 1, 6, ["A", "B"])], **arguments)
    world.cast(0, [[1, 0], [2, 3]])
    ballot, randomness, bits = world.encrypt(1, [[0, 1], [1, 0]])
    world.challenge(1, ballot_hash(ballot))
    world.publish_opening(1, ballot, bits, randomness)
    world.cast(1, [[0, 1], [0, 3]])
    world.cast(0, [[0, 1], [1, 1]])
    return world


class RecordTest(unittest.TestCase):
    cache: Cache | None = None

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = Path(self._folder.name) / "record"

    def verify(self, **outside: str) -> dict:
        return answer(str(self.folder), outside.get("election_id"), outside.get("checkpoint"), outside.get("receipt"),
                      self.cache)

    def file(self, data: bytes) -> str:
        path = Path(self._folder.name) / "given"
        path.write_bytes(data)
        return str(path)

    def assertPasses(self, world: World, **outside: str) -> dict:
        world.publish(self.folder)
        result = self.verify(**outside)
        self.assertTrue(result["ok"], result)
        return result

    def assertFails(self, check: int, detail: str, **outside: str) -> None:
        """The check fails, for this reason; of the others at most the later ones do."""
        result = self.verify(**outside)
        failed = [c for c in result["checks"] if not c["ok"]]
        self.assertFalse(result["ok"])
        self.assertEqual([c["id"] for c in failed][:1], [check], failed)
        self.assertIn(detail, failed[0]["detail"])


class GoodRecords(RecordTest):
    def test_every_kind_of_contest(self) -> None:
        world = World(EVERY_KIND, voter_weights=[1, 7, 1])
        world.cast(0, [[1, 0], [0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 1], [0, 0, 0, 0], [0, 0, 0], [2, 1, 0], [3, 3],
                       [0, 1], [7, 10]])
        world.cast(1, [[0, 1], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 1, 0, 1], [1, 1, 1], [0, 0, 0], [1, 0],
                       [5, 4], [10, 10]])
        world.cast(2, [[1, 0], [1, 0, 0], [0, 0, 1], [1, 1, 0], [0, 1, 0], [0, 1, 1, 0], [0, 0, 1], [1, 2, 2], [2, 1],
                       [5, 5], [0, 6]])
        world.close()
        result = self.assertPasses(world)
        votes = [[option["votes"] for option in contest["options"]] for contest in result["contests"]]
        self.assertEqual([v for contest in votes for v in contest], world.totals())
        self.assertEqual(votes[0], [2, 7])

    def test_limits_of_each_sum(self) -> None:
        for contest, sums in [((3, 1, 0, 2, "abc"), range(3)), ((3, 1, 1, 3, "abc"), range(1, 4)),
                              ((3, 1, 0, 4, "abcdef"), range(5)), ((4, 4, 1, 8, "ab"), range(1, 9))]:
            world = World([contest], voter_weights=[1] * len(sums))
            for voter, total in enumerate(sums):
                each = [min(contest[1], max(0, total - contest[1] * i)) for i in range(len(contest[4]))]
                world.cast(voter, [each])
            world.close()
            self.assertPasses(world)

    def test_challenges_and_voting_again(self) -> None:
        world = small_world()
        world.close()
        result = self.assertPasses(world)
        self.assertEqual(result["contests"][0]["options"], [{"name": "Yes", "votes": 0}, {"name": "No", "votes": 2}])
        self.assertEqual(result["contests"][1]["options"], [{"name": "A", "votes": 1}, {"name": "B", "votes": 4}])
        self.assertTrue(result["selfConsistentOnly"])
        self.assertEqual([check["id"] for check in result["checks"]], [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14])
        self.assertEqual(result["notRun"], [])

    def test_nobody_voted(self) -> None:
        world = World([YES_NO])
        world.close()
        self.assertEqual(self.assertPasses(world)["contests"][0]["options"][0]["votes"], 0)

    def test_fewest_trustees(self) -> None:
        world = small_world(n=3, t=2, quorum=2)
        world.close()
        world.cosigners = world.decryptors = [1, 3]
        self.assertPasses(world)
        world = small_world(n=1, t=1, quorum=1)
        world.close()
        self.assertPasses(world)

    def test_more_entries_than_a_tile_holds(self) -> None:
        world = World([YES_NO], voter_weights=[1] * 20)
        world.cast(0, [[1, 0]])
        for voter in range(20):
            for _ in range(14):
                world.challenge(voter, ballot_hash(scalar().to_bytes(32, "big")))
        world.close()
        self.assertPasses(world, checkpoint=self.file(world.checkpoint(256, cosigned=False)))

    def test_pauses_and_replacements(self) -> None:
        world = small_world(n=5, t=3, quorum=3, absent=[1, 4])
        world.add(6, text("Störung"))
        world.replace(2)
        world.replace(2)
        world.add(7, b"")
        world.cast(2, [[1, 0], [1, 1]])
        world.add(6, text("x" * 500))
        world.close()
        result = self.assertPasses(world)
        self.assertEqual(result["contests"][0]["options"], [{"name": "Yes", "votes": 2}, {"name": "No", "votes": 2}])
        self.assertIsNone(result["aborted"])

    def test_aborted(self) -> None:
        world = small_world()
        world.abort("The roll was wrong")
        world.publish(self.folder)
        for name in ("tally", "result", "draw-closing", "certificate"):
            (self.folder / name).unlink()
        result = self.verify()
        self.assertTrue(result["ok"], result)
        self.assertEqual(result["aborted"], "The roll was wrong")
        self.assertEqual(result["notRun"], [9, 11, 12, 13])
        self.assertEqual([check["id"] for check in result["checks"]], [1, 2, 3, 4, 5, 6, 7, 8, 14])
        self.assertNotIn("contests", result)

    def test_something_from_outside(self) -> None:
        world = small_world()
        world.close()
        self.assertFalse(self.assertPasses(world, election_id=world.id.hex())["selfConsistentOnly"])
        for size in range(1, len(world.entries) + 1):
            self.assertPasses(world, checkpoint=self.file(world.checkpoint(size, cosigned=False)))
        for size in range(2, len(world.entries) + 1):
            self.assertPasses(world, receipt=self.file(world.receipt(1, size)))


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


class BadRecords(RecordTest):
    def fails(self, check: int, detail: str, change: Callable[[World], None] = lambda world: None, *, close: bool = True,
              files: Callable[[World], dict[str, bytes]] = lambda world: {}, **arguments) -> None:
        """A small election goes wrong by `change` before it is closed, or by `files` when it is published."""
        world = small_world(**arguments)
        change(world)
        if close:
            world.close()
        world.publish(self.folder, **files(world))
        self.assertFails(check, detail)

    def opening(self, **fields: bytes) -> None:
        world = World([YES_NO])
        world.open(**fields)
        world.close()
        world.publish(self.folder)

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

    # 5

    def test_entries(self) -> None:
        self.fails(5, "a closing or an abort entry must be the last", close=False)
        self.fails(5, "a closing or an abort entry must be the last", lambda w: w.close())
        self.fails(5, "opening entry must be the first", lambda w: w.entries.append(w.entries[0][:1] + u(64, w.time)))
        self.fails(5, "its time is before", lambda w: w.entries.insert(1, w.entries.pop()))
        self.fails(5, "the kind is 11", lambda w: w.add(11, b""))
        self.fails(5, "ends after", lambda w: w.entries.append(b"\3"))
        self.fails(5, "its body has", lambda w: w.add(2, w.entries[1][9:-1]))
        self.fails(5, "its body has", lambda w: w.add(3, bytes(161)))
        self.fails(5, "its body has", lambda w: w.add(5, b"\0"), close=False)
        self.fails(5, "outside the time of voting", options={"opens": 1002})
        self.fails(5, "entry 5: its time is outside", options={"closes": 1005})
        world = small_world(options={"opens": 1001, "closes": 1006})
        world.close()
        self.assertPasses(world)

    def test_pauses(self) -> None:
        reason = text("Why")
        self.fails(5, "voting is paused", lambda w: (w.add(6, reason), w.cast(2, [[1, 0], [1, 1]])) and None)
        self.fails(5, "voting is paused", lambda w: (w.add(6, reason), w.challenge(2, bytes(32))) and None)
        self.fails(5, "voting is paused", lambda w: (w.add(6, reason), w.add(4, w.entries[3][9:])) and None)
        self.fails(5, "voting is paused before", lambda w: (w.add(6, reason), w.add(6, reason)) and None)
        self.fails(5, "voting is not paused", lambda w: w.add(7, b"") and None)
        self.fails(5, "its body has", lambda w: (w.add(6, reason), w.add(7, b"\0")) and None)
        for bad, detail in ((text(""), "empty"), (text("a\nb"), "control"), (text("x" * 501), "bytes of"), (b"", "ends after"),
                            (reason + b"\0", "left over")):
            self.fails(5, detail, lambda w, bad=bad: w.add(6, bad) and None)

    def test_aborts(self) -> None:
        world = small_world()
        world.abort("Why")
        world.publish(self.folder)
        names = ("tally", "result", "draw-closing", "certificate")
        self.assertFails(9, ", ".join(names) + ": an aborted election must never be decrypted")
        for name in names:
            world.publish(self.folder)
            for other in names:
                if other != name:
                    (self.folder / other).unlink()
            self.assertFails(9, f"{name}: an aborted election must never be decrypted")
        self.fails(5, "must be the last", lambda w: w.abort("Why"))
        self.fails(5, "empty", lambda w: w.abort(""), close=False)
        self.fails(5, "must be the last", lambda w: (w.close(), w.abort("Why")) and None, close=False)

    def test_replacements(self) -> None:
        def new(old: int, weight: int | None = None, by: bytes | None = None) -> Callable[[World], None]:
            return lambda w: w.add(9, group.base(w.voters[old]) + (by if by is not None else group.base(scalar())) + u(
                32, w.voter_weights[old] if weight is None else weight) + bytes(32)) and None
        self.fails(5, "has cast a ballot", new(0))
        self.fails(5, "zero", new(2, by=bytes(32)))
        self.fails(5, "group element", new(2, by=b"\xff" * 32))
        self.fails(5, "its weight is not", new(2, weight=1))
        self.fails(5, "stood on the roll before", lambda w: new(2, by=group.base(w.voters[1]))(w))
        self.fails(5, "stood on the roll before", lambda w: new(2, by=group.base(w.voters[2]))(w))
        self.fails(5, "not on the roll", lambda w: w.add(9, group.base(scalar()) * 2 + u(32, 1) + bytes(32)) and None)
        self.fails(5, "revoked before", lambda w: (new(2)(w), new(2)(w)) and None)
        self.fails(5, "its body has", lambda w: w.add(9, bytes(99)) and None)

        def as_old(act: Callable[[World], None]) -> Callable[[World], None]:
            def change(world: World) -> None:
                old = world.voters[2]
                world.replace(2)
                world.voters[2] = old
                act(world)
            return change
        self.fails(6, "not on the roll", as_old(lambda w: w.cast(2, [[1, 0], [1, 1]])))
        self.fails(8, "not on the roll", as_old(lambda w: w.challenge(2, bytes(32))))

    def test_tiles(self) -> None:
        def flip(path: str, at: int = -1) -> Callable[[World], dict[str, bytes]]:
            def files(world: World) -> dict[str, bytes]:
                data = bytearray((world.publish(self.folder) / path).read_bytes())
                data[at] ^= 1
                return {path: bytes(data)}
            return files
        self.fails(5, "hashes of the entries", files=flip("tile/0/000.p/7"))
        self.fails(5, "hashes of the entries", files=flip("tile/entries/000.p/7"))
        world = small_world()
        first = len(world.entries[0])
        self.fails(5, "ends after", files=flip("tile/entries/000.p/7", 2 + first))
        self.fails(5, "ends after", files=flip("tile/entries/000.p/7", 0))
        self.fails(5, "left over", files=lambda w: {"tile/entries/000.p/7": b"".join(
            u(16, len(e)) + e for e in w.entries + [b"x"])})

    def test_checkpoint(self) -> None:
        def lines(change: Callable[[list[bytes], World], list[bytes]]) -> Callable[[World], dict[str, bytes]]:
            return lambda w: {"checkpoint": b"\n".join(change(w.checkpoint().split(b"\n"), w))}
        self.fails(5, "not an origin", files=lines(lambda c, w: c[:3] + [b"more"] + c[3:]))
        self.assertEqual([c["id"] for c in self.verify()["checks"]], [5])
        self.fails(5, "not canonical", files=lines(lambda c, w: c[:2] + [c[2][:-2] + bytes([c[2][-2] + 1]) + b"="] + c[3:]))
        self.fails(5, "origin", files=lines(lambda c, w: [b"other"] + c[1:]))
        self.fails(5, "first signature", files=lines(lambda c, w: c[:4] + c[5:]))
        self.fails(5, "first signature", files=lines(lambda c, w: c[:4] + [c[5], c[4]] + c[6:]))
        self.fails(5, "ascending", files=lines(lambda c, w: c[:5] + [c[6], c[5]] + c[7:]))
        self.fails(5, "by one key", files=lines(lambda c, w: c[:6] + [c[5]] + c[6:]))
        self.fails(5, "cosignature of trustee 1 is bad", files=lines(
            lambda c, w: c[:5] + [c[6].replace(b"trustee/2", b"trustee/1")] + c[7:]))
        self.fails(5, "is no trustee", files=lambda w: {"checkpoint": w.checkpoint() + cosign(
            "x", "witness.example", w.log_key).encode()})
        world = World([YES_NO])
        world.signing_keys[1] = world.log_key
        world.open()
        world.close()
        world.publish(self.folder)
        self.assertFails(5, "is the log's")
        self.fails(5, "1 cosignatures", lambda w: setattr(w, "cosigners", [2]))
        self.fails(5, "is bad", lambda w: w.signing_keys.reverse())

        def late(world: World) -> dict[str, bytes]:
            body = world.checkpoint(cosigned=False).decode()
            text_ = body.partition("\n\n")[0] + "\n"
            return {"checkpoint": (body + "".join(cosign(text_, f"{world.origin}/trustee/{i}", world.signing_keys[i - 1], t)
                                                  for i, t in ((1, 2**63 - 1), (2, 2**63)))).encode()}
        self.fails(5, "cosignature of trustee 2 is bad", files=late)

    # 6

    def test_ballots(self) -> None:
        def values(bits: list[int], **arguments: bool) -> Callable[[World], None]:
            return lambda w: w.cast_ballot(2, encrypt(w.id, w.key, w.manifest, w.voters[2], bits, **arguments)[0]) and None

        def flip(at: int, mask: int = 1) -> Callable[[World], None]:
            def change(world: World) -> None:
                entry = bytearray(world.entries[1])
                entry[at] ^= mask
                world.entries[1] = bytes(entry)
            return change
        # The bits of small_world: Yes, No, then 2 + 2 value bits and slack bits of weights 2 and 2 for L = 5.
        good = [1, 0, 1, 1, 1, 1, 1, 1]
        for bits, detail in (([2, -1] + good[2:], "not a bit"), ([1, 1] + good[2:], "outside its limits"),
                             ([0, 0] + good[2:], "outside its limits"), (good[:2] + [0] * 6, "not a bit"),
                             (good[:6] + [0, 0], "not a bit"), (good[:6] + [2, 0], "not a bit")):
            self.fails(6, detail, values(bits))
        self.fails(6, "outside its limits", values(good, constrain=False))
        last = 9 + 230 + 192 * 8
        self.fails(6, "another election", flip(9))
        self.fails(6, "not reduced", flip(last - 1, 0xe0))
        for at, detail in ((76, "not 1 …"), (78, "ciphertexts"), (79, "group element"), (79 + 64 * 16, "group element"),
                           (last - 64 - 32, "proof"), (last - 64 - 32 * 10, "does not open"), (last - 32, "signature")):
            self.fails(6, detail, flip(at))
        self.fails(6, "not on the roll", lambda w: (w.voters.append(scalar()), w.cast_ballot(
            3, encrypt(w.id, w.key, w.manifest, w.voters[3], good)[0])) and None)
        self.fails(6, "signature", lambda w: w.add(2, (b := w.encrypt(2, [[1, 0], [1, 1]])[0]) + sign(
            w.id, w.voters[2], 2, ballot_hash(b))) and None)
        self.fails(6, "another election", lambda w: w.cast_ballot(2, encrypt(
            bytes(32), w.key, w.manifest, w.voters[2], good)[0]) and None)
        self.fails(6, "does not open", lambda w: w.cast_ballot(2, encrypt(
            w.id, group.base(7), w.manifest, w.voters[2], good)[0]) and None)

    # 7

    def test_one_vote(self) -> None:
        self.fails(7, "re-voting is not allowed", options={"revoting": 0})
        def older(world: World) -> None:
            ballot = world.encrypt(2, [[1, 0], [1, 1]])[0]
            world.cast(2, [[1, 0], [1, 1]])
            world.cast_ballot(2, ballot)
        self.fails(7, "the number 1 is not above 2", older)
        self.fails(7, "the number 2 is not above 2", lambda w: w.cast_ballot(
            0, w.encrypt(0, [[1, 0], [1, 1]], number=2)[0]) and None)
        self.fails(7, "a ciphertext stands", lambda w: w.add(2, w.entries[1][9:]) and None)
        self.fails(7, "a ciphertext stands in entry 3", lambda w: w.add(4, w.entries[3][9:]) and None)

    # 8

    def test_challenges(self) -> None:
        def signed(intent: int, election: bytes | None = None) -> Callable[[World], None]:
            return lambda w: w.add(3, (election or w.id) + group.base(w.voters[0]) + bytes(32) + sign(
                election or w.id, w.voters[0], intent, bytes(32))) and None

        def open_(values: list[list[int]] = [[1, 0], [1, 1]], by: int = 2, change: int = 0, first: bool = False,
                  challenged: bool = True) -> Callable[[World], None]:
            def add(world: World) -> None:
                ballot, randomness, bits = world.encrypt(2, values)
                if challenged and not first:
                    world.challenge(by, ballot_hash(ballot))
                world.publish_opening(2, ballot, bits[:change] + [1 - bits[change]] + bits[change + 1:]
                                      if change else bits, randomness)
                if first:
                    world.challenge(by, ballot_hash(ballot))
            return add
        self.fails(8, "another election", signed(2, bytes(32)))
        self.fails(8, "signature", signed(1))
        self.fails(8, "challenged twice", lambda w: w.challenge(0, w.entries[2][73:105]) and None)
        self.fails(8, "both challenged and cast", lambda w: w.challenge(0, ballot_hash(w.entries[1][9:-64])) and None)
        self.fails(8, "more than 20", lambda w: [w.challenge(0, bytes([i]) * 32) for i in range(21)] and None)
        self.fails(8, "was not challenged", open_(challenged=False))
        self.fails(8, "was not challenged", open_(first=True))
        self.fails(8, "another credential", open_(by=1))
        self.fails(8, "re-encrypt", open_(change=3))
        self.fails(8, "not on the roll", lambda w: (w.voters.append(scalar()), w.challenge(3, bytes(32))) and None)
        self.fails(8, "entry 6", lambda w: w.add(4, w.entries[3][9:-1]) and None)
        self.fails(8, "left over", lambda w: w.entries.__setitem__(3, w.entries[3] + b"\0"))
        self.fails(8, "the ballot has", lambda w: w.entries.__setitem__(3, w.entries[3][:10] + b"\0" + w.entries[3][11:]))

    # 9

    def test_tally(self) -> None:
        def replaced(at: int, data: bytes) -> Callable[[World], dict[str, bytes]]:
            return lambda w: {"tally": (t := w.tally())[:at] + data + t[at + len(data):]}
        self.fails(9, "its size", files=replaced(10, u(64, 5)))
        self.fails(9, "its root", files=replaced(18, bytes(32)))
        self.fails(9, "totals, not", files=replaced(50, u(16, 5)))
        self.fails(9, "total 0 is not", files=replaced(52, bytes(32)))
        self.fails(9, "left over", files=lambda w: {"tally": w.tally() + b"\0"})

    # 11

    def test_decryption(self) -> None:
        self.fails(11, "1 partial decryptions", lambda w: setattr(w, "decryptors", [2]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [2, 1]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [2, 2]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [1, 4]))
        self.fails(11, "ascending", lambda w: setattr(w, "decryptors", [0, 1]))
        self.fails(11, "did not cosign", lambda w: setattr(w, "cosigners", [1, 2]))
        self.fails(11, "proof of trustee 3", lambda w: w.__setattr__("partial", lambda j, root, totals: World.partial(
            w, j, root, totals, share=5 if j == 3 else None)))

    # 12

    def test_result(self) -> None:
        for what in ("cast", "counted", "weight", "challenged", "replaced"):
            self.fails(12, "the number of", files=lambda w, what=what: {"result": w.result(**{what: 9})})
        self.fails(12, "not what the decryption gives", lambda w: w.votes[1][0].reverse())
        self.fails(12, "above what", files=lambda w: {"result": w.result()[:-8] + u(64, 7)})
        self.fails(12, "left over", files=lambda w: {"result": w.result() + b"\0"})


class CommandLine(RecordTest):
    def run_verifier(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess:
        script = Path(__file__).resolve().parent.parent / "verify.py"
        return subprocess.run([sys.executable, str(script), *arguments], input=given, capture_output=True, text=True)

    def test_exit_codes(self) -> None:
        world = small_world()
        world.close()
        world.publish(self.folder)
        good = self.run_verifier(str(self.folder), "--json", "--election-id", world.id.hex())
        self.assertEqual(good.returncode, 0, good.stderr)
        self.assertEqual(json.loads(good.stdout)["electionId"], world.id.hex())
        self.assertEqual(self.run_verifier(str(self.folder)).returncode, 0)
        self.assertEqual(self.run_verifier(str(self.folder), "--election-id", "00" * 32).returncode, 1)
        self.assertEqual(self.run_verifier(str(self.folder), "--election-id", "00").returncode, 2)
        self.assertEqual(self.run_verifier(str(self.folder), "--receipt", "/nowhere").returncode, 2)
        self.assertEqual(self.run_verifier().returncode, 2)
        for name in ("result", "draw-opening", "draw-closing", "certificate", "tile/0/000.p/7", "tile/entries/000.p/7"):
            world.publish(self.folder)
            (self.folder / name).unlink()
            self.assertEqual(self.run_verifier(str(self.folder)).returncode, 2)

    def test_every_flip_is_seen(self) -> None:
        """One bit in every part of every file; the batch mode answers for all of them."""
        world = small_world()
        world.close()
        world.publish(self.folder)
        asked = [{"dir": str(self.folder), "electionId": world.id.hex()}]
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            data = path.read_bytes()
            for at in range(0, len(data), max(1, len(data) // 40)):
                changed = Path(self._folder.name) / f"{path.name}-{at}-{len(asked)}"
                shutil.copytree(self.folder, changed)
                (changed / path.relative_to(self.folder)).write_bytes(data[:at] + bytes([data[at] ^ 16]) + data[at + 1:])
                asked.append({"dir": str(changed)})
        answers = self.run_verifier("--batch", given="".join(json.dumps(a) + "\n" for a in asked)).stdout.splitlines()
        self.assertEqual(len(answers), len(asked))
        self.assertEqual(json.loads(answers[0])["exitCode"], 0)
        for question, line in zip(asked[1:], answers[1:]):
            self.assertNotEqual(json.loads(line)["exitCode"], 0, question)


if __name__ == "__main__":
    unittest.main()
