// Trackers as words: the same as in Swift (Tests/TrackerWordsTests).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { TrackerWords } from "../../web/js/tracker-words.mjs";

const words = new TrackerWords(readFileSync(new URL("../../Sources/TrackerWords/tracker-words.txt", import.meta.url), "utf8"));
const tracker = (number) => Uint8Array.from({ length: 32 }, (_, at) => number * 37 + at * (number | 1));

test("the specification's example", () => {
  assert.equal(words.words(Uint8Array.from({ length: 32 }, (_, at) => at * 8)).join(" "),
    "abacus dilute align digit lent blue accept anvil foment aerial blown unison");
});

test("what words say is the beginning of the tracker", () => {
  for (let number = 0; number < 64; number++) {
    const wanted = tracker(number);
    const prefix = words.prefix(words.words(wanted).join(" "));
    assert.deepEqual([...prefix], [...wanted.slice(0, 16), wanted[16] & 0xf0]);
    assert.ok(TrackerWords.matches(prefix, wanted));
    for (let byte = 0; byte < 17; byte++) assert.ok(!TrackerWords.matches(prefix, wanted.map((value, at) => (at === byte ? value ^ 0x10 : value))));
  }
});

test("words are read as people type them, and refused where they are not words of the list", () => {
  const said = words.words(tracker(5));
  const wanted = words.prefix(said.join(" "));
  const typed = [
    said.map((word, index) => `${index + 1}. ${word}`).join("\n"), said.join(", ").toUpperCase(), said.map((word) => word.slice(0, 4)).join("-"),
    said.map((word) => (word.length >= 4 ? `${word}s` : word)).join("  "),
  ];
  for (const text of typed) assert.deepEqual(words.prefix(text), wanted, text);
  assert.throws(() => words.prefix(said.slice(1).join(" ")), { code: "wrong-count", found: 11 });
  assert.throws(() => words.prefix([...said.slice(0, 4), "qqqqq", ...said.slice(5)].join(" ")), { code: "unknown-word", word: "qqqqq", position: 5 });
  assert.throws(() => words.prefix([...said.slice(0, 11), "zz"].join(" ")), { code: "unknown-word", position: 12 });
  assert.deepEqual(words.beginning(words.list[100].slice(0, 4)), [words.list[100]]);
});
