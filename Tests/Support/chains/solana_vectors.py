#!/usr/bin/env python3
"""Prints random messages and transactions of Solana as another library (solders) encodes them, one JSON list: see Tests/SolanaTests.

usage: solana_vectors.py SEED COUNT
"""

import json
import random
import sys

from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import (
    ID,
    AdvanceNonceAccountParams,
    AllocateWithSeedParams,
    CreateAccountParams,
    CreateAccountWithSeedParams,
    InitializeNonceAccountParams,
    TransferParams,
    advance_nonce_account,
    allocate_with_seed,
    create_account,
    create_account_with_seed,
    initialize_nonce_account,
    transfer,
)
from solders.transaction import Transaction

PACKET_BYTES = 1232


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def amount(self):
        return self.random.getrandbits(self.random.randrange(64))

    def address(self, pool):
        return self.random.choice(pool)

    def raw(self, pool, payer):
        program = self.address([key for key in pool if key != payer])
        accounts = [
            AccountMeta(self.address(pool), self.random.random() < 0.3, self.random.random() < 0.5)
            for _ in range(self.random.randrange(8))
        ]
        data = self.random.randbytes(self.random.choice([0, 1, 5, 127, 128, 200]))
        fields = {
            "program": str(program),
            "accounts": [
                {"address": str(account.pubkey), "signer": account.is_signer, "writable": account.is_writable}
                for account in accounts
            ],
            "data": data.hex(),
        }
        return fields, Instruction(program, data, accounts)

    def named(self, pool, payer):
        one, two, amount, space = self.address(pool), self.address(pool), self.amount(), self.random.randrange(10**6)
        seed = "".join(self.random.choice("0123456789abcdef") for _ in range(self.random.randrange(33)))
        derived = Pubkey.create_with_seed(two, seed, ID)
        price, limit = self.amount(), self.random.getrandbits(32)
        made = {
            "createAccount": create_account(
                CreateAccountParams(from_pubkey=one, to_pubkey=two, lamports=amount, space=space, owner=ID)
            ),
            "createDerived": create_account_with_seed(
                CreateAccountWithSeedParams(
                    from_pubkey=one, to_pubkey=derived, base=two, seed=seed, lamports=amount, space=space, owner=ID
                )
            ),
            "allocate": allocate_with_seed(
                AllocateWithSeedParams(address=derived, base=two, seed=seed, space=space, owner=ID)
            ),
            "transfer": transfer(TransferParams(from_pubkey=one, to_pubkey=two, lamports=amount)),
            "initializeNonce": initialize_nonce_account(InitializeNonceAccountParams(nonce_pubkey=one, authority=two)),
            "advanceNonce": advance_nonce_account(
                AdvanceNonceAccountParams(nonce_pubkey=one, authorized_pubkey=two)
            ),
            "limit": set_compute_unit_limit(limit),
            "price": set_compute_unit_price(price),
        }
        kind = self.random.choice(sorted(made))
        fields = {
            "kind": kind, "one": str(one), "two": str(two), "amount": amount, "space": space, "seed": seed,
            "derived": str(derived), "limit": limit, "price": price,
        }
        return fields, made[kind]

    def case(self):
        while True:
            pool = [Pubkey(self.random.randbytes(32)) for _ in range(self.random.randrange(3, 9))]
            # Leading zeros are a matter of their own in base58.
            pool.append(Pubkey(bytes(3) + self.random.randbytes(29)))
            payer = self.address(pool)
            parts = [
                self.random.choice([self.raw, self.named])(pool, payer) for _ in range(self.random.randrange(1, 6))
            ]
            blockhash = Hash(self.random.randbytes(32))
            message = Message.new_with_blockhash([part[1] for part in parts], payer, blockhash)
            signatures = [Signature(self.random.randbytes(64)) for _ in range(message.header.num_required_signatures)]
            transaction = bytes(Transaction.populate(message, signatures))
            # What no decoder takes: too long, or a program that pays.
            if len(transaction) <= PACKET_BYTES and not any(
                instruction.program_id_index == 0 for instruction in message.instructions
            ):
                break
        return {
            "payer": str(payer), "blockhash": str(blockhash), "instructions": [part[0] for part in parts],
            "message": bytes(message).hex(), "signatures": [str(signature) for signature in signatures],
            "transaction": transaction.hex(),
        }


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    maker = Maker(seed)
    print("[" + ",\n".join(json.dumps(maker.case(), separators=(",", ":")) for _ in range(count)) + "]")


if __name__ == "__main__":
    main()
