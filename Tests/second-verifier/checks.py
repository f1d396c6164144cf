"""The numbered checks (spec 7), and their order.

Each check is a method that returns a sentence about what it found, or raises `Failed` or `Malformed`. A check is run only when
those it needs passed.
"""
from __future__ import annotations

from collections.abc import Callable

import log
from anchor_checks import AnchorChecks
from ballot_checks import BallotChecks
from board_checks import BoardChecks
from codec import Malformed
from draw_checks import DrawChecks
from ending_checks import EndingChecks
from findings import Failed, Outcome, demand, within
from setup_checks import SetupChecks


class Verification(SetupChecks, BoardChecks, BallotChecks, EndingChecks, DrawChecks, AnchorChecks):
    """One run of all checks over one record."""

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
                said = check(self)
                if said is None:
                    continue
                outcomes.append(Outcome(number, name, True, said))
                passed.add(number)
            except (Failed, Malformed) as fault:
                outcomes.append(Outcome(number, name, False, str(fault)))
        return outcomes, sorted(CHECKS.keys() - {outcome.id for outcome in outcomes})

    def _read_first_entry(self) -> None:
        self.closing = within("checkpoint", log.read_checkpoint, self.record.checkpoint)
        demand(self.closing.size > 0, "checkpoint: the log is empty, so that there is no entry 0")
        path, count = next(log.bundle_paths(self.closing.size))
        self.first = within(path, lambda data: log.read_bundle(data, count), self.record.tiles[path])[0]


ANCHORS = 15

# Number: name, the checks it needs, and the check. 10 is kept for later versions.
CHECKS: dict[int, tuple[str, set[int], Callable[[Verification], str | None]]] = {
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
    ANCHORS: ("chain anchors", {5}, Verification.check_anchors),
}
