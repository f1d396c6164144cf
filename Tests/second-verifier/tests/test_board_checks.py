"""Check 5 fails on what it is for."""
from __future__ import annotations

import unittest
from collections.abc import Callable

from prover import World, cosign, group, scalar, text, u
from records import YES_NO, BadRecordTest, small_world


class BadBoards(BadRecordTest):
    def test_entries(self) -> None:
        self.fails(5, "a closing or an abort entry must be the last", close=False)
        self.fails(5, "a closing or an abort entry must be the last", lambda w: w.close())
        self.fails(5, "opening entry must be the first", lambda w: w.entries.append(w.entries[0][:1] + u(64, w.time)))
        self.fails(5, "its time is before", lambda w: w.entries.insert(1, w.entries.pop()))
        self.fails(5, "the kind is 12", lambda w: w.add(12, b""))
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


if __name__ == "__main__":
    unittest.main()
