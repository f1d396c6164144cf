"""What calls cost, measured on a chain that was made for it; `python gas.py` prints the table of the specification."""
from __future__ import annotations

from contracts import Contract, World, artefact, compile_layout, hash32
from trees import imagined, service_leaf

ELECTION = hash32("election")
ELECTIONS = 16
DEPTHS = (10, 14, 20)
BATCHES = (1, 10, 50)
# What the design that this one replaces says a ballot costs in its layout.
PUBLISHED = 199_900


class Measurement:
    def __init__(self) -> None:
        self.world = World()
        self.owner, self.recorder = self.world.accounts.addresses[:2]
        self.table: dict[str, int] = {}
        self.registry = self._deployed("VoteRegistry")

    def measured(self) -> dict[str, int]:
        """Lines of the table: what is done, and its gas."""
        self._anchors()
        self._votes()
        self._plain()
        self._proofs()
        self._elections()
        self._rolls()
        return self.table

    def _deployed(self, name: str) -> Contract:
        contract = Contract(self.world, artefact(name), self.owner, self.recorder)
        self.table[f"deploying {name}"] = contract.deployment.gas_used
        return contract

    def _gas(self, contract: Contract, name: str, *arguments: object) -> int:
        return contract.send(self.recorder, name, *arguments).gas_used

    def _anchors(self) -> None:
        self.table["anchor, the first"] = self._gas(self.registry, "anchor", hash32("root 1"), 1)
        self.table["anchor, each later one"] = self._gas(self.registry, "anchor", hash32("root 2"), 1_000)
        self.table["anchor of 2⁶⁴ − 1 elections"] = self._gas(self.registry, "anchor", hash32("root 3"), 2**64 - 1)

    def _votes(self) -> None:
        self.table["recordVote, an election's first"] = self._gas(self.registry, "recordVote", ELECTION, hash32("ballot 1"))
        self.table["recordVote, each later one"] = self._gas(self.registry, "recordVote", ELECTION, hash32("ballot 2"))
        for size in BATCHES:
            leaves = [hash32(f"ballot {number} of a batch of {size}") for number in range(size)]
            used = self._gas(self.registry, "recordVoteBatch", ELECTION, leaves)
            self.table[f"recordVoteBatch of {size}"] = used
            self.table[f"recordVoteBatch of {size}, a ballot"] = round(used / size)

    def _plain(self) -> None:
        plain = Contract(self.world, compile_layout("PlainRegistry"), self.recorder)
        self._gas(plain, "recordVote", ELECTION, hash32("ballot 1"))
        self.table["one vote, every field in a slot of its own"] = self._gas(plain, "recordVote", ELECTION, hash32("ballot 2"))

    def _proofs(self) -> None:
        for depth in DEPTHS:
            size = 2**depth
            leaf, index = hash32("ballot"), size // 3
            board, ballot_path = imagined(leaf, index, size)
            root, election_path = imagined(service_leaf(ELECTION, size, board), 5, ELECTIONS)
            self._gas(self.registry, "anchor", root, ELECTIONS)
            number = self.registry.read("anchorCount")
            proof = (number, ELECTION, size, board, 5, election_path, leaf, index, ballot_path)
            if not self.registry.read("verifyInclusion", *proof):
                raise AssertionError("a proof that is measured does not hold")
            self.table[f"verifyInclusion, board of 2^{depth}"] = self._gas(self.registry, "verifyInclusion", *proof)

    def _elections(self) -> None:
        manager = self._deployed("ElectionManager")
        steps = {
            "create": (hash32("manifest"),),
            "open": (hash32("roll"), 1_000),
            "close": (777, hash32("board")),
            "publishResult": (hash32("result"), hash32("R"), hash32("S"), hash32("key")),
        }
        for name, arguments in steps.items():
            self.table[name] = self._gas(manager, name, ELECTION, *arguments)
        self._gas(manager, "create", hash32("other"), hash32("manifest"))
        self.table["abort"] = self._gas(manager, "abort", hash32("other"), hash32("reason"))

    def _rolls(self) -> None:
        registry = self._deployed("VoterRegistry")
        self.table["setRoll"] = self._gas(registry, "setRoll", ELECTION, hash32("roll"), 1_000)
        self.table["freeze"] = self._gas(registry, "freeze", ELECTION)


if __name__ == "__main__":
    for line, used in Measurement().measured().items():
        spaced = f"{used:,}".replace(",", " ")
        print(f"| {line} | {spaced} |")
