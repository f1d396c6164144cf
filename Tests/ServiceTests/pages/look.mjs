// Looks at pages in a real browser; look.py says what is looked for.

import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../service.mjs";

/**
 * @param {...string} words addresses; before them perhaps "--screenshots" and a folder
 * @returns {Promise<{address: string, way: string, faults: string[], wide: boolean, stretched: boolean, small: string[], violations: object[]}[]>}
 */
export function lookAt(...words) {
  const made = spawnSync(join(root, "scripts/python-env"), { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
  return new Promise((resolve, reject) => {
    const process = spawn(join(root, ".build/python/bin/python"), [join(root, "Tests/ServiceTests/pages/look.py"), ...words]);
    let [output, errors] = ["", ""];
    process.stdout.on("data", (text) => { output += text; });
    process.stderr.on("data", (text) => { errors += text; });
    process.on("error", reject);
    process.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
  });
}
