"""The service over HTTP: ballots, waiting times, memory, small answers. Its work is done by service/measure.mjs."""

import json
import shutil

from .processes import ROOT, run

FOLDER = ROOT / "Benchmarks/service"
LOG = ROOT / ".build/benchmark-service.log"


def measure(*, quick):
    """What the script reports, or why it was not run."""
    for program, package in [("node", "Node.js"), ("go", "Go, for the load generator,")]:
        if shutil.which(program) is None:
            return {"skipped": f"{package} is not installed"}
    run([ROOT / "scripts/build-web"])
    run(["go", "build", "-o", ROOT / ".build/load", "."], directory=ROOT / "Benchmarks/load")
    LOG.write_bytes(b"")
    environment = {
        "COMITIA_TEST_COMMAND": str(FOLDER / "comitia"),
        "BENCH_COMITIA": str(ROOT / ".build/release/comitia"),
        "BENCH_LOG": str(LOG),
    }
    command = ["node", FOLDER / "measure.mjs"] + (["--quick"] if quick else [])
    output, _ = run(command, environment=environment, show_progress=True)
    LOG.unlink()
    return json.loads(output.text)
