"""The verifier as a command."""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from records import RecordTest, small_world


class CommandLine(RecordTest):
    def run_verifier(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess:
        script = Path(__file__).resolve().parent.parent / "verify.py"
        return subprocess.run([sys.executable, str(script), *arguments], input=given, capture_output=True, text=True)

    def test_exit_codes(self) -> None:
        world = small_world()
        world.close()
        world.publish(self.folder)
        good = self.run_verifier(str(self.folder), "--json", "--election-id", world.id.hex())
        self.assertEqual(good.returncode, 0, good.stderr)
        self.assertEqual(json.loads(good.stdout)["electionId"], world.id.hex())
        self.assertEqual(self.run_verifier(str(self.folder)).returncode, 0)
        self.assertEqual(self.run_verifier(str(self.folder), "--election-id", "00" * 32).returncode, 1)
        self.assertEqual(self.run_verifier(str(self.folder), "--election-id", "00").returncode, 2)
        self.assertEqual(self.run_verifier(str(self.folder), "--receipt", "/nowhere").returncode, 2)
        self.assertEqual(self.run_verifier().returncode, 2)
        for name in ("result", "draw-opening", "draw-closing", "certificate", "tile/0/000.p/7", "tile/entries/000.p/7"):
            world.publish(self.folder)
            (self.folder / name).unlink()
            self.assertEqual(self.run_verifier(str(self.folder)).returncode, 2)

    def test_every_flip_is_seen(self) -> None:
        """One bit in every part of every file; the batch mode answers for all of them."""
        world = small_world()
        world.close()
        world.publish(self.folder)
        asked = [{"dir": str(self.folder), "electionId": world.id.hex()}]
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            data = path.read_bytes()
            for at in range(0, len(data), max(1, len(data) // 40)):
                changed = Path(self._folder.name) / f"{path.name}-{at}-{len(asked)}"
                shutil.copytree(self.folder, changed)
                (changed / path.relative_to(self.folder)).write_bytes(data[:at] + bytes([data[at] ^ 16]) + data[at + 1:])
                asked.append({"dir": str(changed)})
        answers = self.run_verifier("--batch", given="".join(json.dumps(a) + "\n" for a in asked)).stdout.splitlines()
        self.assertEqual(len(answers), len(asked))
        self.assertEqual(json.loads(answers[0])["exitCode"], 0)
        for question, line in zip(asked[1:], answers[1:]):
            self.assertNotEqual(json.loads(line)["exitCode"], 0, question)


if __name__ == "__main__":
    unittest.main()
