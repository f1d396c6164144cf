"""A ballot made by the WebAssembly module in Node.js."""

import json
import shutil

from .processes import ROOT, run

SCRIPT = ROOT / "Benchmarks/wasm-ballot.mjs"


def measure(*, quick):
    """What the script reports, or why it was not run.

    Wanted figures are compared with `ballotMilliseconds` (warm, median) and `moduleGzippedBytes`.
    """
    if not SCRIPT.exists():
        return {"skipped": f"there is no {SCRIPT.relative_to(ROOT)}"}
    if shutil.which("node") is None:
        return {"skipped": "Node.js is not installed"}
    output, _ = run(["node", SCRIPT] + (["--quick"] if quick else []))
    return json.loads(output.text)
