"""Check 15: where the board stands on a public chain, as far as the record shows it."""
from __future__ import annotations

import log
import record as kinds
from anchors import demand_mark, read_anchors, read_mark
from edwards import torsion_free
from findings import Findings, demand, within
from trustees import SIGNING


class AnchorChecks(Findings):
    def check_anchors(self) -> str | None:
        """None where there is nothing to look at: the manifest names a chain, and the record does not say where on it."""
        said = self._check_mark()
        anchoring, data = self.manifest.anchoring, self.record.anchors
        if anchoring is None:
            demand(data is None, "anchors: the manifest says that there are none")
            return "the manifest says that there are none" + said
        if data is None:
            return None
        file = within("anchors", read_anchors, data)
        demand(file.chain == anchoring.chain, "anchors: the chain is not the manifest's")
        demand(file.contract == anchoring.contract, "anchors: the contract is not the manifest's")
        hashes = [log.leaf_hash(leaf) for leaf in self.leaves]
        for number, anchor in enumerate(file.anchors, 1):
            demand(anchor.size <= len(hashes), f"anchor {number}: it has more entries than the board")
            demand(log.root(hashes[:anchor.size]) == anchor.board_root, f"anchor {number}: forked, the board has another root")
            demand(self.entries[anchor.size - 1].kind != kinds.PIECE, f"anchor {number}: it ends within an entry")
            within(f"anchor {number}", lambda election, anchor=anchor: anchor.demand_place(election), self.election.id)
        demand(file.anchors[-1].size == len(hashes), "anchors: the last does not cover the whole board")
        return f"{len(file.anchors)} anchors on chain {file.chain}, which was not asked" + said

    def _check_mark(self) -> str:
        if self.record.anchor_solana is None:
            return ""
        certificate = self.record.ending.get("certificate")
        demand(certificate is not None, "anchor-solana: there is no certificate")
        slot, transaction = within("anchor-solana", read_mark, self.record.anchor_solana)
        key = torsion_free(self.trustees.joint_key(SIGNING))
        within("anchor-solana", lambda data: demand_mark(data, self.election.id, certificate, key), transaction)
        return f"; marked on Solana in slot {slot}"
