"""Check 14: what was drawn."""
from __future__ import annotations

import hashlib

from findings import Findings, demand, within
from randomness import Beacon, PartialEvaluation, closing_seed, opening_seed, vrf_value
from record import DrawFile, read_draw
from renewals import Acting
from trustees import BEACON


class DrawChecks(Findings):
    def check_draws(self) -> str:
        """The opening draw, and the closing one where there must be one and what it needs was found good."""
        said = f"opening: {self._check_opening_draw()}"
        if self.aborted is not None:
            return said
        if 9 not in self.passed:
            return f"{said}; closing: not looked at, as check 9 did not pass"
        return f"{said}; closing: {self._check_closing_draw()}"

    def _check_opening_draw(self) -> str:
        draw = within("draw-opening", read_draw, self.record.draw_opening)
        demand(hashlib.sha256(self.record.draw_opening).digest() == self.opening.draw_hash,
               "draw-opening: its hash is not that of the opening entry")
        seed = opening_seed(self.trustees.ceremony, draw.size, draw.root)
        present = set(range(1, len(self.trustees.members) + 1)) - set(self.opening.absent)
        first = self.succession.at(0)
        self._check_draw_parts("draw-opening", draw, seed, present, first)
        output = self._beacon(first).output(seed, [part.partial for part in draw.parts])
        demand(output == self.opening.draw, "draw-opening: what it gives is not what the opening entry says was drawn")
        self.opening_seed = seed
        return f"{len(draw.parts)} parts"

    def _check_closing_draw(self) -> str:
        draw = within("draw-closing", read_draw, self.record.ending["draw-closing"])
        demand((draw.size, draw.root) == (self.closing.size, self.closing.root),
               "draw-closing: its size and root are not those of the closing checkpoint")
        seed = closing_seed(self.election.id, draw.size, draw.root)
        self._check_draw_parts("draw-closing", draw, seed, {partial.trustee for partial in self.tally.partials},
                               self.acting)
        self.closing_seed, self.closing_parts = seed, [part.partial for part in draw.parts]
        return f"{len(draw.parts)} parts"

    @property
    def closing_output(self) -> bytes:
        """Of a record that has passed all checks."""
        return self._beacon(self.acting).output(self.closing_seed, self.closing_parts)

    def _beacon(self, acting: Acting) -> Beacon:
        return Beacon(acting.threshold, self.trustees.joint_key(BEACON), acting.shares[BEACON])

    def _check_draw_parts(self, file: str, draw: DrawFile, seed: bytes, expected: set[int], acting: Acting) -> None:
        """A good part by each of the trustees expected, and by nobody else."""
        given, beacon = {part.trustee for part in draw.parts}, self._beacon(acting)
        demand(given == expected, f"{file}: it has parts of the trustees {sorted(given)}, not {sorted(expected)}")
        for part in draw.parts:
            decides = repr((beacon, acting.members, seed, part)).encode()
            key = hashlib.sha256(decides).digest()
            if key in self.cache.draw_parts:
                continue
            number = part.trustee
            demand(part.partial.verifies(beacon, seed), f"{file}: the evaluation of trustee {number} is bad")
            demand(vrf_value(acting.members[number - 1].draw_key, seed, part.own) is not None,
                   f"{file}: the own value of trustee {number} is bad")
            self.cache.draw_parts.add(key)
