"""How long trustees as processes of their own take for each phase of an election. The work is done by service/trustees.mjs."""

import json
import shutil

from .processes import ROOT, run


def measure(*, quick):
    """What the script reports, or why it was not run."""
    if shutil.which("node") is None:
        return {"skipped": "Node.js is not installed"}
    run([ROOT / "scripts/build-web"])
    command = ["node", ROOT / "Benchmarks/service/trustees.mjs"] + (["--quick"] if quick else [])
    environment = {"COMITIA_TEST_COMMAND": str(ROOT / ".build/release/comitia")}
    output, _ = run(command, environment=environment, show_progress=True)
    return {"elections": json.loads(output.text)}
