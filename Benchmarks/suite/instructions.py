"""Instructions a ballot, counted by valgrind: the same in every run, so that a change of a percent is seen."""

import re
import shutil

from .operations import PROGRAM
from .processes import run

BALLOTS = 200


def measure():
    """Instructions for one ballot of 5 options, at most 1, or why there are none."""
    if shutil.which("valgrind") is None:
        return {"skipped": "valgrind is not installed (Debian: apt-get install valgrind)"}
    half, encrypted, verified = (_count("encrypt", BALLOTS // 2), _count("encrypt", BALLOTS), _count("verify", BALLOTS))
    return {
        "encryptAndSign": (encrypted - half) / (BALLOTS - BALLOTS // 2),
        "verifyInBatch": (verified - encrypted) / BALLOTS,
        "batch": BALLOTS,
    }


def _count(workload, ballots):
    output, _ = run(
        ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", PROGRAM]
        + ["--workload", workload, ballots],
        environment={"SWIFT_DETERMINISTIC_HASHING": "1"},
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", output.errors)
    return int(found.group(1).replace(",", ""))
