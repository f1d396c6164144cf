"""Child processes and what they cost."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Cost:
    """Of one process that has ended, its own children included."""

    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak_bytes: int


@dataclass
class Output:
    """What a process wrote."""

    text: str
    errors: str


class Failed(Exception):
    """A process ended with another status than 0; the text says which and what it printed."""


def run(command, *, input_text="", directory=ROOT, environment=None, show_progress=False):
    """Runs a command; gives its standard output and its cost.

    Its standard error is shown while it runs, or else only when it fails. The input is short: it fits into a pipe.
    """
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=directory,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if show_progress else complaints,
            text=True,
        )
        with child.stdin:
            child.stdin.write(input_text)
        with child.stdout:
            output = child.stdout.read()
        # wait4 and not wait: it tells what the child used.
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        complaints.seek(0)
        complained = complaints.read()
    if child.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit status {child.returncode}\n{(output + complained)[-2000:]}")
    return Output(output, complained), Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
