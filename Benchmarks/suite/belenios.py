"""The same question with `belenios-tool`, where it is installed.

Its processes are short: what a process costs before it does anything for a ballot is measured on the election without ballots and
subtracted.
"""

import json
import shutil
import statistics
import tempfile
from pathlib import Path

from .processes import ROOT, run

GROUP = "BELENIOS-2048"
# Its random numbers come from the system's fast generator, or key generation would wait for entropy.
ENVIRONMENT = {"BELENIOS_USE_URANDOM": "1"}


def measure(*, quick):
    """CPU milliseconds a ballot, or why there are none."""
    if shutil.which("belenios-tool") is None:
        return {"skipped": "belenios-tool is not installed (Debian: apt-get install belenios-tool)"}
    ballots = 40 if quick else 1_000
    with tempfile.TemporaryDirectory(dir=ROOT / ".build", prefix="belenios-") as name:
        folder = Path(name)
        credentials = _set_up(folder, ballots)
        _, empty = _tool(folder, "election", "verify")
        encryption, size = _vote(folder, credentials)
        _, full = _tool(folder, "election", "verify")
    return {
        "version": _tool(ROOT, "--version")[0].text.strip(),
        "group": GROUP,
        "ballots": ballots,
        "processMilliseconds": 1e3 * empty.cpu,
        "encryptMilliseconds": 1e3 * max(0.0, encryption - empty.cpu),
        "encryptWithProcessMilliseconds": 1e3 * encryption,
        "verifyMilliseconds": 1e3 * (full.cpu - empty.cpu) / ballots,
        "ballotBytes": size,
    }


def _tool(folder, *arguments, input_text=""):
    return run(["belenios-tool", *arguments], input_text=input_text, directory=folder, environment=ENVIRONMENT)


def _set_up(folder, voters):
    """Sets up an election with one trustee; gives the private credentials."""
    question = {"answers": ["A", "B", "C", "D", "E"], "min": 0, "max": 1, "question": "Which?"}
    template = {"name": "Benchmark", "description": "Benchmark", "questions": [question]}
    template |= {"administrator": "Administrator", "credential_authority": "Authority"}
    (folder / "template.json").write_text(json.dumps(template), encoding="utf-8")
    election = _tool(folder, "setup", "generate-token")[0].text.strip()
    common = ["--uuid", election, "--group", GROUP]
    _tool(folder, "setup", "generate-credentials", *common, "--count", str(voters))
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    _tool(folder, "setup", "generate-trustee-key", "--group", GROUP)
    next(folder.glob("*.pubkey")).rename(folder / "public_keys.jsons")
    _tool(folder, "setup", "make-trustees")
    _tool(folder, "setup", "make-election", *common, "--template", "template.json")
    _tool(folder, "archive", "init")
    lines = next(folder.glob("*.privcreds")).read_text(encoding="utf-8").splitlines()
    return [line.split()[1] for line in lines]


def _vote(folder, credentials):
    """Casts a ballot with every credential; gives the median CPU seconds of a process and a ballot's bytes."""
    seconds = []
    for number, credential in enumerate(credentials):
        (folder / "credential").write_text(credential + "\n", encoding="utf-8")
        choice = [1 if option == number % 6 else 0 for option in range(5)]
        (folder / "choice").write_text(json.dumps([choice]) + "\n", encoding="utf-8")
        arguments = ["election", "generate-ballot", "--privcred", "credential", "--ballot", "choice"]
        output, cost = _tool(folder, *arguments)
        ballot = output.text.strip()
        seconds.append(cost.cpu)
        _tool(folder, "archive", "add-event", "--type=Ballot", input_text=ballot + "\n")
    return statistics.median(seconds), len(ballot)
