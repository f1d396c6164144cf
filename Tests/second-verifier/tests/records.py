"""Small records, and what tests of them share: to publish, to verify, to expect that a certain check fails."""
from __future__ import annotations

import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from prover import World, ballot_hash

# pylint: disable=wrong-import-order
from findings import Cache
from verify import answer

YES_NO = (1, 1, 1, 1, ["Yes", "No"])


def small_world(**arguments) -> World:
    """Two voters vote, one of them twice; one challenges a ballot and publishes its opening."""
    world = World([YES_NO, (4, 3, 1, 6, ["A", "B"])], **arguments)
    world.cast(0, [[1, 0], [2, 3]])
    ballot, randomness, bits = world.encrypt(1, [[0, 1], [1, 0]])
    world.challenge(1, ballot_hash(ballot))
    world.publish_opening(1, ballot, bits, randomness)
    world.cast(1, [[0, 1], [0, 3]])
    world.cast(0, [[0, 1], [1, 1]])
    return world


class RecordTest(unittest.TestCase):
    cache: Cache | None = None

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = Path(self._folder.name) / "record"

    def verify(self, **outside: str) -> dict:
        return answer(str(self.folder), outside.get("election_id"), outside.get("checkpoint"), outside.get("receipt"),
                      self.cache)

    def file(self, data: bytes) -> str:
        path = Path(self._folder.name) / "given"
        path.write_bytes(data)
        return str(path)

    def assertPasses(self, world: World, **outside: str) -> dict:
        world.publish(self.folder)
        result = self.verify(**outside)
        self.assertTrue(result["ok"], result)
        return result

    def assertFails(self, check: int, detail: str, **outside: str) -> None:
        """The check fails, for this reason; of the others at most the later ones do."""
        result = self.verify(**outside)
        failed = [c for c in result["checks"] if not c["ok"]]
        self.assertFalse(result["ok"])
        self.assertEqual([c["id"] for c in failed][:1], [check], failed)
        self.assertIn(detail, failed[0]["detail"])


class BadRecordTest(RecordTest):
    def fails(self, check: int, detail: str, change: Callable[[World], None] = lambda world: None, *, close: bool = True,
              files: Callable[[World], dict[str, bytes]] = lambda world: {}, **arguments) -> None:
        """A small election goes wrong by `change` before it is closed, or by `files` when it is published."""
        world = small_world(**arguments)
        change(world)
        if close:
            world.close()
        world.publish(self.folder, **files(world))
        self.assertFails(check, detail)

    def opening(self, **fields: bytes) -> None:
        world = World([YES_NO])
        world.open(**fields)
        world.close()
        world.publish(self.folder)
