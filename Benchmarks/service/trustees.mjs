// How long the phases of an election take with trustees as processes of their own: `node trustees.mjs [--quick]`; figures go to standard output as JSON.

import { owner } from "../../Tests/ServiceTests/client.mjs";
import { draftElection, inviteTrustees } from "../../Tests/ServiceTests/election.mjs";
import { Service, until } from "../../Tests/ServiceTests/service.mjs";
import { Voter, choice } from "../../Tests/ServiceTests/voter.mjs";

const sizes = process.argv.includes("--quick") ? [3, 7] : [3, 7, 15, 31];
const voters = 100;
const phases = ["ceremony", "drill", "cosignature", "decryption", "signing"];

/** Seconds and count of the beacon's draws so far, as the service counts them. */
async function draws(service) {
  const text = await (await fetch(`${service.address}/metrics`)).text();
  const value = (name, draw) => Number(new RegExp(`^comitia_draw_seconds_${name}\\{draw="${draw}"\\} ([0-9.e+-]+)$`, "mu").exec(text)?.[1] ?? 0);
  return Object.fromEntries(["opening", "closing"].map((draw) => [draw, value("sum", draw)]));
}

/** The least, the middle and the greatest. */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { count: sorted.length, least: sorted[0], median: sorted[sorted.length >> 1], greatest: sorted.at(-1) };
}

async function measure(service, organiser, trustees) {
  const before = await draws(service);
  process.stderr.write(`  ${trustees} trustees\n`);
  const threshold = (trustees >> 1) + 1;
  const { path } = await draftElection(organiser, { voters, threshold });
  const machines = await inviteTrustees(organiser, path, trustees);
  try {
    const overview = () => organiser.get(`${path}/trustees`);
    for (const machine of machines) machine.begin();
    await until(() => machines.every((machine) => machine.output.includes("Serving")), "the trustees");
    const times = { start: Date.now() };
    const reach = async (name, isThere) => {
      await until(isThere, name, 600);
      times[name] = Date.now();
    };
    await organiser.post(`${path}/ceremony`, {});
    await reach("ceremony", async () => !["gathering", "ceremony"].includes((await overview()).phase));
    await reach("drill", async () => (await overview()).phase === "ready");
    const links = (await organiser.post(`${path}/roll/links`, {})).items.map((item) => item.link);
    await organiser.post(`${path}/opening`, {});
    for (const link of links) await (await Voter.open(link)).cast(choice(1));
    const end = Date.now();
    await organiser.post(`${path}/closing`, {});
    await reach("closing", async () => ["decrypting", "signing", "tallied"].includes((await overview()).phase));
    await reach("tally", async () => ["signing", "tallied"].includes((await overview()).phase));
    await reach("signature", async () => (await overview()).phase === "tallied");
    const members = (await overview()).trustees;
    for (const machine of machines) await until(() => machine.hasEnded, "the trustees to be done", 300);
    const after = await draws(service);
    return {
      trustees, threshold, voters, beacon: Object.fromEntries(Object.keys(after).map((draw) => [draw, Math.round(1000 * (after[draw] - before[draw]))])),
      milliseconds: {
        ceremony: times.ceremony - times.start, drill: times.drill - times.ceremony, cosignatures: times.closing - end,
        decryption: times.tally - times.closing, signature: times.signature - times.tally, result: times.signature - end,
      },
      each: Object.fromEntries(phases.map((phase) => [phase, spread(members.map((member) => member.milliseconds[phase]).filter((time) => time !== undefined))])),
    };
  } finally {
    await Promise.all(machines.map((machine) => machine.stop()));
  }
}

const service = await Service.start();
try {
  const organiser = await owner(service);
  const result = [];
  for (const trustees of sizes) result.push(await measure(service, organiser, trustees));
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  await service.stop();
}
