"""What both draws give, and the order of options in a manifest."""
from __future__ import annotations

from prover import World, encode_manifest, randomness, read_manifest, u
from records import YES_NO, RecordTest
from codec import Malformed


class Drawn(RecordTest):
    def test_what_follows_from_the_draws(self) -> None:
        world = World([(2, 1, 0, 1, ["A", "B", "C"], True), YES_NO, (3, 1, 0, 3, ["A", "B", "C"])], voter_weights=[1, 1])
        world.cast(0, [[1, 0, 0], [1, 0], [1, 0, 1]])
        world.cast(0, [[0, 1, 0], [1, 0], [1, 0, 1]])
        world.cast(1, [[0, 0, 1], [0, 1], [0, 1, 0]])
        world.close()
        result = self.assertPasses(world)
        draws = result["draws"]
        opening, closing = (bytes.fromhex(draws[name]["output"]) for name in ("opening", "closing"))
        self.assertEqual(draws["optionOrders"],
                         [{"contest": 0, "options": randomness.order(opening, "option order", 0, 3)}])
        self.assertEqual(sorted(draws["dutyOrder"]), [1, 2, 3])
        # Equally many votes for yes and no are an answer.
        self.assertEqual([(lot["contest"], lot["votes"], sorted(lot["options"])) for lot in draws["lots"]],
                         [(0, 1, [1, 2]), (2, 1, [0, 1, 2])])
        for lot in draws["lots"]:
            order = randomness.order(closing, "lot order", lot["contest"], 3)
            self.assertEqual(lot["options"], [option for option in order if option in lot["options"]])
        self.assertEqual(draws["sample"], [2, 3])

    def test_an_order_of_a_third_kind(self) -> None:
        with self.assertRaisesRegex(Malformed, "order of options"):
            read_manifest(encode_manifest([YES_NO]).replace(u(32, 1) + b"\0" + u(16, 2), u(32, 1) + b"\2" + u(16, 2)))


if __name__ == "__main__":
    unittest.main()
