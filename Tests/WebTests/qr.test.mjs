// Our QR codes, read by a program that is not ours (zbar).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { qrModules, qrPath } from "../../web/js/qr.mjs";

/** A code as a picture, with its quiet zone. */
function picture(rows) {
  const [scale, side] = [3, rows.length + 8];
  const line = (y) => Array.from({ length: side * scale }, (_, x) => (rows[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] ? 0 : 255)).join(" ");
  return `P2\n${side * scale} ${side * scale}\n255\n${Array.from({ length: side * scale }, (_, y) => line(y)).join("\n")}\n`;
}

test("codes of every version are read as what they say", () => {
  const folder = mkdtempSync(join(tmpdir(), "comitia-qr-"));
  try {
    const address = `https://vote.example/verify/${"abcdefghij0123456789".repeat(10)}`;
    // The shortest and the longest text of each version.
    const lengths = [1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106, 107, 122, 123, 152, 153, 180, 181, 213];
    const texts = [...lengths.map((length) => address.slice(0, length)), "Größe · 選挙 · انتخاب"];
    texts.forEach((text, index) => writeFileSync(join(folder, `${index}.pgm`), picture(qrModules(text))));
    const { stdout, error } = spawnSync("zbarimg", ["--quiet", "--raw", ...texts.map((_, index) => join(folder, `${index}.pgm`))], { encoding: "utf8" });
    assert.equal(error, undefined, "zbarimg is missing; run: scripts/install test");
    assert.deepEqual(stdout.trim().split("\n"), texts);
    assert.deepEqual(lengths.map((length) => qrModules(address.slice(0, length)).length), lengths.map((_, index) => 21 + 4 * Math.floor(index / 2)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is too long is refused, and a path draws what the modules say", () => {
  assert.throws(() => qrModules("x".repeat(214)), RangeError);
  const { size, path } = qrPath("HELLO");
  const rows = qrModules("HELLO");
  assert.equal(size, rows.length);
  const drawn = [...path.matchAll(/M\d+ \d+h(\d+)v1/g)].reduce((total, [, width]) => total + Number(width), 0);
  assert.equal(drawn, rows.reduce((total, row) => total + row.reduce((sum, value) => sum + value, 0), 0));
});
