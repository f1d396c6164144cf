"""Compiles the contracts into contracts/artefacts. What stands there belongs to the sources to the last byte; scripts/build-contracts runs this.

usage: build.py [--check]      (--check: writes nothing, fails when something would change)
"""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import vyper
from vyper.cli.vyper_json import compile_json

FOLDER = Path(__file__).resolve().parent
COMPILER = "0.4.3"
CONTRACTS = {
    "VoteRegistry": ["Roles", "VoteRegistry"],
    "ElectionManager": ["Roles", "ElectionManager"],
    "VoterRegistry": ["Roles", "VoterRegistry"],
}
EVM_VERSION = "cancun"
OUTPUTS = ["abi", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers", "layout"]


def standard_input(name: str) -> dict[str, Any]:
    """What a block explorer compiles, and we do: sources under the names that this repository gives them."""
    paths = [f"contracts/{source}.vy" for source in CONTRACTS[name]]
    return {
        "language": "Vyper",
        "sources": {path: {"content": (FOLDER.parent / path).read_text()} for path in paths},
        "settings": {
            "evmVersion": EVM_VERSION,
            "optimize": "gas",
            "search_paths": ["."],
            "outputSelection": {f"contracts/{name}.vy": OUTPUTS},
        },
    }


def compiled(name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    output = compile_json(wanted)["contracts"][f"contracts/{name}.vy"][name]
    return {
        "contract": name,
        "compiler": f"vyper {COMPILER}",
        "evmVersion": EVM_VERSION,
        "abi": output["abi"],
        "bytecode": output["evm"]["bytecode"]["object"],
        "runtimeBytecode": output["evm"]["deployedBytecode"]["object"],
        "methods": {name: f"0x{int(selector, 16):08x}" for name, selector in output["evm"]["methodIdentifiers"].items()},
        "storageLayout": output["layout"],
    }


def artefacts() -> dict[str, str]:
    """File names to contents."""
    files = {}
    for name in CONTRACTS:
        wanted = standard_input(name)
        files[f"{name}.json"] = _written(compiled(name, wanted))
        files[f"{name}.input.json"] = _written(wanted)
    return files


def _written(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def main() -> None:
    if vyper.__version__.split("+")[0] != COMPILER:
        sys.exit(f"build-contracts: vyper {COMPILER} is needed and this is {vyper.__version__}; run: scripts/python-env")
    folder = FOLDER / "artefacts"
    folder.mkdir(exist_ok=True)
    files = artefacts()
    changed = [name for name, text in files.items() if not (folder / name).is_file() or (folder / name).read_text() != text]
    if "--check" not in sys.argv[1:]:
        for name in changed:
            (folder / name).write_text(files[name])
            print(f"build-contracts: contracts/artefacts/{name}")
    elif changed:
        sys.exit(f"build-contracts: {', '.join(changed)} do not belong to the sources; run: scripts/build-contracts")


if __name__ == "__main__":
    main()
