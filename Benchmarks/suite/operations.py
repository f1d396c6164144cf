"""Single operations, measured by the Swift program `benchmarks` in one process."""

import json

from .processes import ROOT, run

PROGRAM = ROOT / ".build/release/benchmarks"


def measure(*, quick, pattern=""):
    """The figures by their ids, in the order of measurement, and how they were measured."""
    command = [PROGRAM]
    if quick:
        command.append("--quick")
    if pattern:
        command += ["--only", pattern]
    output, cost = run(command, show_progress=True)
    report = json.loads(output.text)
    return {
        "libsodium": report["libsodium"],
        "rounds": report["rounds"],
        "seconds": cost.wall,
        "figures": {figure["id"]: figure for figure in report["figures"]},
    }
