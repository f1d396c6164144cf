"""What another implementation, eth-account, makes of random transactions and messages; for tests alone.

usage: account.py transactions|messages|typed SEED COUNT
       account.py encrypt SECRET PASSPHRASE
       account.py decrypt FILE PASSPHRASE
Prints one JSON object a line; the same seed gives the same lines.
"""

import functools
import json
import random
import sys

from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data


@functools.cache
def address(key):
    return Account.from_key(key).address


def some_key(source):
    """One of a few, for making a key known takes its time here."""
    return bytes([1, source.randrange(16)]).ljust(32, b"\7")


def some_bytes(source, longest):
    return source.randbytes(source.choice([0, 1, 2, 31, 32, 33, 55, 56, source.randrange(longest)]))


def number(source, bits):
    """Of every length, and at the borders of lengths."""
    width = source.randrange(bits + 1)
    return source.choice([0, 1, 127, 128, source.getrandbits(bits), source.getrandbits(width) if width else 0, (1 << width) - 1])


def transaction(source):
    key = some_key(source)
    maximum = number(source, 120)
    fields = {
        "type": 2,
        "chainId": source.choice([1, 137, 80002, 31337, source.getrandbits(48)]),
        "nonce": number(source, 63),
        "maxFeePerGas": maximum,
        "maxPriorityFeePerGas": source.choice([0, maximum, source.randint(0, maximum)]),
        "gas": number(source, 63),
        "value": number(source, 200),
        "data": "0x" + some_bytes(source, 400).hex(),
        "accessList": [
            {
                "address": "0x" + source.randbytes(20).hex(),
                "storageKeys": ["0x" + source.randbytes(32).hex() for _ in range(source.randrange(3))],
            }
            for _ in range(source.choice([0, 0, 1, 2]))
        ],
    }
    to = source.choice([None, source.randbytes(20), bytes(19) + b"\1"])
    signed = Account.sign_transaction(dict(fields, **({"to": to} if to else {})), key)
    texts = {name: str(value) for name, value in fields.items() if isinstance(value, int)}
    return dict(
        fields,
        **texts,
        to="0x" + to.hex() if to else None,
        key="0x" + key.hex(),
        raw="0x" + bytes(signed.raw_transaction).hex(),
        hash="0x" + bytes(signed.hash).hex(),
        sender=address(key),
    )


def message(source):
    key = some_key(source)
    text = some_bytes(source, 2000)
    signed = Account.sign_message(encode_defunct(primitive=text), key)
    return signed_message(key, signed, message="0x" + text.hex())


def signed_message(key, signed, **more):
    return dict(
        more,
        key="0x" + key.hex(),
        hash="0x" + bytes(signed.message_hash).hex(),
        signature="0x" + bytes(signed.signature).hex(),
        sender=address(key),
    )


ATOMS = {
    "uint8": lambda s: s.getrandbits(8),
    "uint256": lambda s: str(number(s, 256)),
    "int8": lambda s: s.randint(-128, 127),
    "int256": lambda s: str(number(s, 255) * s.choice([1, -1])),
    "bool": lambda s: s.random() < 0.5,
    "address": lambda s: "0x" + s.randbytes(20).hex(),
    "bytes32": lambda s: "0x" + s.randbytes(32).hex(),
    "bytes4": lambda s: "0x" + s.randbytes(4).hex(),
    "bytes": lambda s: "0x" + some_bytes(s, 100).hex(),
    "string": lambda s: "".join(s.choice("aZ é✓") for _ in range(s.randrange(60))),
}


def typed(source):
    """Structures that hold structures and lists of them."""
    key = some_key(source)
    types = {"EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}]}
    names = ["Leaf", "Branch", "Anchor"]
    for index, name in enumerate(names):
        kinds = [source.choice(list(ATOMS)) for _ in range(source.randint(1, 4))]
        kinds += [inner + source.choice(["", "[]", "[2]"]) for inner in names[:index]]
        kinds.append(source.choice(list(ATOMS)) + "[]")
        source.shuffle(kinds)
        types[name] = [{"name": "f%d" % place, "type": kind} for place, kind in enumerate(kinds)]

    def value(kind):
        if kind.endswith("]"):
            element, _, count = kind[:-1].rpartition("[")
            return [value(element) for _ in range(int(count) if count else source.randrange(3))]
        if kind in types:
            return {field["name"]: value(field["type"]) for field in types[kind]}
        return ATOMS[kind](source)

    data = {
        "types": types,
        "primaryType": "Anchor",
        "domain": {"name": "comitia", "chainId": 137},
        "message": value("Anchor"),
    }
    native = json.loads(json.dumps(data))
    numbers(native["message"], "Anchor", types)
    return signed_message(key, Account.sign_message(encode_typed_data(full_message=native), key), data=data)


def numbers(content, kind, types):
    """The other implementation wants numbers where JSON, which has no large ones, has text."""
    for field in types[kind]:
        content[field["name"]] = converted(content[field["name"]], field["type"], types)


def converted(content, kind, types):
    if kind.endswith("]"):
        return [converted(item, kind[: kind.rindex("[")], types) for item in content]
    if kind in types:
        numbers(content, kind, types)
        return content
    return int(content) if "int" in kind else content


def main():
    command, rest = sys.argv[1], sys.argv[2:]
    if command == "encrypt":
        print(json.dumps(Account.encrypt(bytes.fromhex(rest[0]), rest[1], kdf=rest[2], iterations=int(rest[3]))))
    elif command == "decrypt":
        with open(rest[0], encoding="utf-8") as file:
            print(bytes(Account.decrypt(file.read(), rest[1])).hex())
    else:
        source = random.Random(int(rest[0]))
        make = {"transactions": transaction, "messages": message, "typed": typed}[command]
        for _ in range(int(rest[1])):
            print(json.dumps(make(source)))


main()
