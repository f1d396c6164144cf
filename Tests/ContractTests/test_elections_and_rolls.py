"""ElectionManager and VoterRegistry: the order of steps, and what is kept of each."""
from __future__ import annotations

import itertools
import unittest
from typing import Any

from contracts import Contract, Reverted, World, artefact, hash32

ELECTION = hash32("election")
STEPS: dict[str, tuple[Any, ...]] = {
    "create": (hash32("manifest"),),
    "open": (hash32("roll"), 1_000),
    "close": (777, hash32("board")),
    "publishResult": (hash32("result"), hash32("R"), hash32("S"), hash32("key")),
    "abort": (hash32("reason"),),
}
# From each state, what each step leads to.
ORDER = {
    0: {"create": 1},
    1: {"open": 2, "abort": 5},
    2: {"close": 3, "abort": 5},
    3: {"publishResult": 4, "abort": 5},
    4: {},
    5: {},
}


class ManagerTest(unittest.TestCase):
    contract = "ElectionManager"

    def setUp(self) -> None:
        self.world = World()
        self.owner, self.recorder, self.stranger = self.world.accounts.addresses[:3]
        self.manager = Contract(self.world, artefact(self.contract), self.owner, self.recorder)

    def do(self, name: str, *arguments: Any, election: bytes = ELECTION) -> list[tuple[str, dict[str, Any]]]:
        return self.manager.shown(self.manager.send(self.recorder, name, election, *arguments))

    def step(self, name: str, election: bytes = ELECTION) -> list[tuple[str, dict[str, Any]]]:
        return self.do(name, *STEPS[name], election=election)

    def refuses(self, reason: str, name: str, *arguments: Any, sender: bytes | None = None) -> None:
        with self.assertRaises(Reverted) as caught:
            self.manager.send(sender or self.recorder, name, ELECTION, *arguments)
        self.assertEqual(str(caught.exception), reason)

    @property
    def time(self) -> int:
        return self.world.chain.head.header.timestamp


class ElectionTest(ManagerTest):
    def test_a_whole_election(self) -> None:
        self.assertEqual(self.manager.read("getElection", ELECTION), (0, bytes(32), bytes(32), 0, 0, bytes(32), 0, 0, 0, 0))
        times = []
        shown = []
        for name in ("create", "open", "close", "publishResult"):
            shown += self.step(name)
            times.append(self.time)
            self.world.chain.clock_offset += 3_600
        self.assertEqual(
            self.manager.read("getElection", ELECTION),
            (4, hash32("manifest"), hash32("roll"), 1_000, 777, hash32("board"), *times),
        )
        self.assertEqual(self.manager.read("getResult", ELECTION), STEPS["publishResult"])
        self.assertEqual(
            shown,
            [
                ("Created", {"election": ELECTION, "manifest": hash32("manifest")}),
                ("Opened", {"election": ELECTION, "rollRoot": hash32("roll"), "rollSize": 1_000}),
                ("Closed", {"election": ELECTION, "size": 777, "root": hash32("board")}),
                (
                    "Published",
                    {"election": ELECTION, "result": hash32("result"), "signatureR": hash32("R"), "signatureS": hash32("S"), "key": hash32("key")},
                ),
            ],
        )

    def test_every_step_in_every_state(self) -> None:
        ways = {0: [], 1: ["create"], 2: ["create", "open"], 3: ["create", "open", "close"]}
        ways[4] = [*ways[3], "publishResult"]
        ways[5] = [*ways[2], "abort"]
        for (state, way), name in itertools.product(ways.items(), STEPS):
            election = hash32(f"{state} {name}")
            for each in way:
                self.step(each, election)
            self.assertEqual(self.manager.read("stateOf", election), state)
            after = ORDER[state].get(name)
            if after is None:
                with self.assertRaisesRegex(Reverted, "^election: wrong state$"):
                    self.step(name, election)
            else:
                self.step(name, election)
            self.assertEqual(self.manager.read("stateOf", election), state if after is None else after)

    def test_an_aborted_election_keeps_what_was(self) -> None:
        self.step("create")
        created = self.time
        self.world.chain.clock_offset += 3_600
        self.assertEqual(self.step("abort"), [("Aborted", {"election": ELECTION, "reason": hash32("reason")})])
        self.assertEqual(self.manager.read("abortReason", ELECTION), hash32("reason"))
        self.assertEqual(
            self.manager.read("getElection", ELECTION), (5, hash32("manifest"), bytes(32), 0, 0, bytes(32), created, 0, 0, self.time)
        )
        self.assertGreaterEqual(self.time, created + 3_000)

    def test_only_recorders_write_and_not_nothing(self) -> None:
        for name, arguments in STEPS.items():
            self.refuses("roles: not a recorder", name, *arguments, sender=self.owner)
        self.refuses("election: no manifest", "create", bytes(32))
        self.step("create")
        self.refuses("election: no roll", "open", bytes(32), 5)
        self.refuses("election: no reason", "abort", bytes(32))
        self.step("open")
        self.refuses("election: no root", "close", 5, bytes(32))
        self.step("close")
        self.refuses("election: no result", "publishResult", bytes(32), hash32("R"), hash32("S"), hash32("key"))
        self.refuses("election: no key", "publishResult", hash32("result"), hash32("R"), hash32("S"), bytes(32))
        self.manager.send(self.owner, "pause")
        for name, arguments in STEPS.items():
            self.refuses("roles: paused", name, *arguments)

    def test_the_widest_numbers(self) -> None:
        self.step("create")
        self.do("open", hash32("roll"), 2**64 - 1)
        self.do("close", 2**64 - 1, hash32("board"))
        self.assertEqual(self.manager.read("getElection", ELECTION)[3:5], (2**64 - 1, 2**64 - 1))


class RollTest(ManagerTest):
    contract = "VoterRegistry"

    def test_a_roll_is_replaced_until_it_is_frozen(self) -> None:
        self.assertEqual(self.manager.read("getRoll", ELECTION), (bytes(32), 0, 0, 0, False))
        first = {"election": ELECTION, "revision": 1, "root": hash32("1"), "size": 10}
        self.assertEqual(self.do("setRoll", hash32("1"), 10), [("RollSet", first)])
        self.assertEqual(self.manager.read("getRoll", ELECTION), (hash32("1"), 10, 1, self.time, False))
        second = {"election": ELECTION, "revision": 2, "root": hash32("2"), "size": 2**64 - 1}
        self.assertEqual(self.do("setRoll", hash32("2"), 2**64 - 1), [("RollSet", second)])
        self.assertEqual(self.do("freeze"), [("RollFrozen", second)])
        self.assertEqual(self.manager.read("getRoll", ELECTION), (hash32("2"), 2**64 - 1, 2, self.time, True))
        self.refuses("roll: frozen", "setRoll", hash32("3"), 10)
        self.refuses("roll: frozen", "freeze")

    def test_elections_have_rolls_of_their_own(self) -> None:
        self.do("setRoll", hash32("1"), 10)
        self.do("freeze")
        other = hash32("other")
        self.do("setRoll", hash32("2"), 20, election=other)
        self.assertEqual(self.manager.read("getRoll", ELECTION)[:3], (hash32("1"), 10, 1))
        self.assertEqual(self.manager.read("getRoll", other)[:3], (hash32("2"), 20, 1))

    def test_what_is_refused(self) -> None:
        self.refuses("roll: none", "freeze")
        self.refuses("roll: no root", "setRoll", bytes(32), 10)
        self.refuses("roll: nobody", "setRoll", hash32("1"), 0)
        for name, arguments in (("setRoll", (hash32("1"), 10)), ("freeze", ())):
            self.refuses("roles: not a recorder", name, *arguments, sender=self.stranger)
        self.manager.send(self.owner, "pause")
        self.refuses("roles: paused", "setRoll", hash32("1"), 10)
        self.refuses("roles: paused", "freeze")


if __name__ == "__main__":
    unittest.main()
