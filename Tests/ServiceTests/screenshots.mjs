// Takes a picture of every page of a sample service; scripts/screenshots calls it.
// usage: node screenshots.mjs FOLDER [dark] [names that begin so …]

import { spawn } from "node:child_process";
import { join } from "node:path";
import { Sample } from "./sample.mjs";
import { root } from "./service.mjs";

const [folder, ...words] = process.argv.slice(2);
const sample = await Sample.start();
try {
  const program = join(root, "Tests/ServiceTests/pages/screenshots.py");
  const browser = spawn(join(root, ".build/python/bin/python"), [program, folder, JSON.stringify(sample.place), ...words], { stdio: "inherit" });
  process.exitCode = await new Promise((resolve) => { browser.on("close", resolve); });
} finally {
  await sample.stop();
}
