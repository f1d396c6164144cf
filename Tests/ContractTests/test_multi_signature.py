"""Contracts that a multi-signature contract owns: its signers together do what an owner does, and no one of them alone."""
from __future__ import annotations

import unittest

from contracts import NOBODY, Contract, Reverted, World, artefact, compile_layout

CONTRACTS = ("VoteRegistry", "ElectionManager", "VoterRegistry")
LAYOUT = compile_layout("MultiSignature")


class MultiSignatureTest(unittest.TestCase):
    """Each test with all three contracts."""

    def setUp(self) -> None:
        self.world = World()
        self.first, self.second, self.third, self.recorder, self.stranger = self.world.accounts.addresses[:5]
        self.account = self.made([self.first, self.second, self.third], 2)

    def made(self, signers: list[bytes], threshold: int) -> Contract:
        return Contract(self.world, LAYOUT, signers, threshold)

    def deployed(self, name: str, owner: bytes | None = None) -> Contract:
        return Contract(self.world, artefact(name), owner or self.account.address, NOBODY)

    def confirm(self, signer: bytes, contract: Contract, *call: object, account: Contract | None = None) -> bool:
        """Whether that was the last confirmation that the call needed; the transaction is mined."""
        account = account or self.account
        content = contract.content(*call)
        arguments = (account.read("number"), contract.address, content)
        was_last = account.read("confirm", *arguments, sender=signer)
        account.send(signer, "confirm", *arguments)
        return was_last

    def together(self, contract: Contract, *call: object, account: Contract | None = None) -> None:
        self.assertFalse(self.confirm(self.first, contract, *call, account=account))
        self.assertTrue(self.confirm(self.second, contract, *call, account=account))

    def owned(self, contract: Contract, owner: bytes) -> None:
        self.assertEqual(contract.read("owner"), f"0x{owner.hex()}")

    def refuses(self, reason: str, contract: Contract, sender: bytes, *call: object) -> None:
        with self.assertRaises(Reverted) as caught:
            contract.send(sender, *call)
        self.assertEqual(str(caught.exception), reason)

    def check_duties(self, contract: Contract) -> None:
        """One signature changes nothing, two do what an owner does."""
        self.owned(contract, self.account.address)
        duties = (
            (("setRecorder", self.recorder, True), ("isRecorder", self.recorder), True),
            (("pause",), ("paused",), True),
            (("unpause",), ("paused",), False),
            (("setRecorder", self.recorder, False), ("isRecorder", self.recorder), False),
        )
        for call, question, after in duties:
            for signer in (self.first, self.second, self.third):
                self.refuses("roles: not the owner", contract, signer, *call)
            self.assertFalse(self.confirm(self.third, contract, *call))
            self.assertEqual(contract.read(*question), not after)
            self.assertTrue(self.confirm(self.first, contract, *call))
            self.assertEqual(contract.read(*question), after)

    def test_owner_from_the_beginning(self) -> None:
        for name in CONTRACTS:
            with self.subTest(name):
                self.check_duties(self.deployed(name))

    def test_handed_over_in_two_steps(self) -> None:
        for name in CONTRACTS:
            with self.subTest(name):
                contract = self.deployed(name, self.first)
                contract.send(self.first, "transferOwnership", self.account.address)
                # A signer of the candidate is not the candidate.
                self.refuses("roles: not the candidate", contract, self.second, "acceptOwnership")
                self.assertFalse(self.confirm(self.second, contract, "acceptOwnership"))
                self.owned(contract, self.first)
                self.assertTrue(self.confirm(self.third, contract, "acceptOwnership"))
                self.check_duties(contract)

    def test_it_hands_over_again(self) -> None:
        for name in CONTRACTS:
            with self.subTest(name):
                contract = self.deployed(name)
                other = self.made([self.first, self.second], 2)
                self.together(contract, "transferOwnership", other.address)
                self.owned(contract, self.account.address)
                self.together(contract, "acceptOwnership", account=other)
                self.owned(contract, other.address)
                # Whoever was the owner is not any more, however many sign; and it ends with a single key as well.
                self.assertFalse(self.confirm(self.first, contract, "pause"))
                with self.assertRaisesRegex(Reverted, "roles: not the owner"):
                    self.confirm(self.second, contract, "pause")
                self.together(contract, "transferOwnership", self.stranger, account=other)
                contract.send(self.stranger, "acceptOwnership")
                contract.send(self.stranger, "pause")
                self.assertTrue(contract.read("paused"))

    def test_what_does_not_count_as_two(self) -> None:
        contract = self.deployed("VoteRegistry")
        self.assertFalse(self.confirm(self.first, contract, "pause"))
        for signer, reason in ((self.first, "signers: has confirmed"), (self.stranger, "signers: not a signer")):
            with self.assertRaisesRegex(Reverted, reason):
                self.confirm(signer, contract, "pause")
        self.assertFalse(self.confirm(self.second, contract, "setRecorder", self.recorder, True))
        self.assertFalse(contract.read("paused"))
        self.assertTrue(self.confirm(self.third, contract, "pause"))
        # The number is used up, and what was wanted of it with it.
        self.assertFalse(self.confirm(self.first, contract, "setRecorder", self.recorder, True))
        self.assertFalse(contract.read("isRecorder", self.recorder))

    def test_it_only_owns(self) -> None:
        contract = self.deployed("VoteRegistry")
        self.assertFalse(self.confirm(self.first, contract, "anchor", bytes([1]) * 32, 1))
        with self.assertRaisesRegex(Reverted, "roles: not a recorder"):
            self.confirm(self.second, contract, "anchor", bytes([1]) * 32, 1)


if __name__ == "__main__":
    unittest.main()
