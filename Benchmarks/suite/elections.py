"""Whole elections by the command, from ballots in plain to the verified record."""

import json
import random
import tempfile
from pathlib import Path

from .processes import ROOT, Failed, run

PROGRAM = ROOT / ".build/release/comitia"
OPTIONS = ["Option A", "Option B", "Option C", "Option D", "Option E"]


def measure(*, quick):
    """One result for each size: elections of 5 options, at most 1, five trustees, any three decrypt."""
    results = []
    with tempfile.TemporaryDirectory(dir=ROOT / ".build", prefix="elections-") as folder:
        for ballots in [1_000] if quick else [1_000, 10_000, 100_000]:
            results.append(_election(Path(folder), ballots))
    return results


def _election(folder, ballots):
    record = folder / f"record-{ballots}"
    totals = _write_input(folder, ballots)
    output, held = run(
        [PROGRAM, "election", "run", "--json", "--ballots", folder / "ballots.csv", "--manifest", folder / "manifest.json"]
        + ["--trustees", 5, "--threshold", 3, "--out", record]
    )
    answer = json.loads(output.text)
    if [option["votes"] for option in answer["contests"][0]["options"]] != totals:
        raise Failed("the election's result is not the plain count")
    size = sum(file.stat().st_size for file in record.rglob("*") if file.is_file())
    return {
        "ballots": ballots,
        "wall": held.wall,
        "cpu": held.cpu,
        "peakBytes": held.peak_bytes,
        "phases": answer["phases"],
        "recordBytes": size,
        "verification": [_verification(record, cores) for cores in (1, 2)],
    }


def _verification(record, cores):
    _, cost = run([PROGRAM, "verify", record, "--json", "--cores", cores])
    return {"cores": cores, "wall": cost.wall, "cpu": cost.cpu, "peakBytes": cost.peak_bytes}


def _write_input(folder, ballots):
    """Writes manifest and ballots, the same in every run; gives the plain count."""
    contest = {"title": "Which?", "kind": "single", "blank": True, "options": OPTIONS}
    manifest = {"title": "Benchmark", "contests": [contest]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    choices = random.Random(f"comitia benchmarks: {ballots}")
    totals = [0] * len(OPTIONS)
    with (folder / "ballots.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(OPTIONS) + "\n")
        for _ in range(ballots):
            chosen = choices.randrange(len(OPTIONS) + 1)  # the last is blank
            file.write(",".join("1" if option == chosen else "0" for option in range(len(OPTIONS))) + "\n")
            if chosen < len(OPTIONS):
                totals[chosen] += 1
    return totals
