// The programs of the benchmark: the load generator, and what the kernel tells of processes.

import { execFile, execFileSync, spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../Tests/ServiceTests/service.mjs";

const generator = join(root, ".build/load");
const release = process.env.BENCH_FOLDER ?? join(root, ".build/release");
const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Seconds that a process and all that it started have had the processor, so far. */
export function processorTime(pid) {
  const parents = new Map();
  const times = new Map();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
      parents.set(Number(name), Number(fields[1]));
      // Its own, in the program and in the kernel; and of children that have ended.
      times.set(Number(name), fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0));
    } catch { /* it has ended meanwhile */ }
  }
  const isBelow = (process) => process === pid || (parents.has(process) && isBelow(parents.get(process)));
  let ticks = 0;
  for (const [process, time] of times) if (isBelow(process)) ticks += time;
  return ticks / ticksPerSecond;
}

/** Bytes of a process in memory: pages of files, such as the program's own, included. */
export function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
}

/**
 * Runs the load generator.
 * @param {string} work requests, idle or websockets
 * @param {object} options its options by name
 * @param {() => Promise<void>} [whileHeld] what is done while connections are held
 */
export async function load(work, options, whileHeld) {
  const words = Object.entries(options).flatMap(([name, value]) => (value === true ? [`-${name}`] : [`-${name}`, String(value)]));
  const child = spawn(generator, [work, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  let output = "";
  let held;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    if (whileHeld && !held && output.includes("{\"holding\":true}\n")) held = whileHeld();
  });
  const code = await ended;
  if (code !== 0) throw new Error(`the load generator ended with status ${code}`);
  await held;
  return JSON.parse(output.trim().split("\n").pop());
}

/** Ballots of all voters, made before anything is measured: one list for each number. */
export async function makeBallots(booth, links, output, each) {
  // Not synchronously: connections that the service closes meanwhile would be taken for open ones.
  await promisify(execFile)(join(release, "benchmarks"), ["--ballots", booth, links, output, String(each)]);
  const file = readFileSync(output);
  const frames = [];
  for (let place = 0; place < file.length; place += 4 + file.readUInt32BE(place)) frames.push(file.subarray(place, place + 4 + file.readUInt32BE(place)));
  const voters = frames.length / each;
  return Array.from({ length: each }, (_, number) => frames.slice(number * voters, (number + 1) * voters));
}

/** What the service counts, by name; labelled series are summed. */
export async function counts(service) {
  const values = {};
  for (const line of (await (await fetch(`${service.address}/metrics`)).text()).split("\n")) {
    const found = /^([a-z_]+)(?:\{[^}]*\})? (\S+)$/.exec(line);
    if (found && !found[1].endsWith("_bucket")) values[found[1]] = (values[found[1]] ?? 0) + Number(found[2]);
  }
  return values;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The load generator's address of a service. */
export const loopback = (port) => `127.0.0.1:${port}`;
