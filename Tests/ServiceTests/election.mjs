// An election from draft to an open board, with trustees of its own.

import { Trustee, until } from "./service.mjs";
import { question } from "./client.mjs";

/**
 * @param {import("./client.mjs").Client} organiser
 * @param {{voters?: number, trustees?: number, threshold?: number, manifest?: object}} [options]
 */
export async function openElection(organiser, { voters = 12, trustees = 3, threshold = 2, manifest = {} } = {}) {
  const { reference, path } = await draftElection(organiser, { voters, threshold, manifest });
  const machines = await gatherTrustees(organiser, path, trustees);
  await until(async () => (await organiser.get(`${path}/trustees`)).phase === "ready", "the fire drill");
  const links = (await organiser.post(`${path}/roll/links`, {})).items.map((item) => item.link);
  await organiser.post(`${path}/opening`, {});
  return { reference, path, links, trustees: machines };
}

/** A draft of the usual question with a roll. */
export async function draftElection(organiser, { voters = 8, threshold = 2, manifest = {} } = {}) {
  const { reference } = await organiser.post("/elections", { manifest: { ...question, ...manifest }, threshold });
  const csv = ["voterId,name,email,weight", ...Array.from({ length: voters }, (_, index) => `m${index + 1},Member ${index + 1},m${index + 1}@example.org,1`)];
  await organiser.post(`/elections/${reference}/voters/import`, csv.join("\n"), { type: "text/csv" });
  return { reference, path: `/elections/${reference}` };
}

/**
 * Invites trustees and lets them join, numbered from 1. They do not run yet.
 * @param {(number: number) => Promise<string>} [address] where each finds the service, if not at its own address
 */
export async function inviteTrustees(organiser, path, count, address = async () => organiser.service.address) {
  const invited = [];
  for (let number = 1; number <= count; number++) {
    const { link } = await organiser.post(`${path}/trustees`, { name: `Trustee ${number}` });
    const trustee = new Trustee(organiser.service, `trustee-${path.slice(-4)}-${number}`);
    invited.push({ trustee, link: (await address(number)) + link.slice(link.indexOf("/trustee#")) });
  }
  await Promise.all(invited.map(({ trustee, link }) => trustee.join(link)));
  return invited.map(({ trustee }) => trustee);
}

/** Invites trustees, lets them join and start, and begins the key ceremony. */
export async function gatherTrustees(organiser, path, count) {
  const machines = await inviteTrustees(organiser, path, count);
  await organiser.post(`${path}/ceremony`, {});
  for (const machine of machines) machine.begin();
  return machines;
}

/** Copies the published record into a folder, as anyone can. */
export async function mirror(service, reference, folder) {
  const { mkdirSync, writeFileSync } = await import("node:fs");
  const { dirname, join } = await import("node:path");
  const fetchFile = async (path) => {
    const answer = await fetch(`${service.address}/api/v1/elections/${reference}/board/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
    return bytes;
  };
  const checkpoint = new TextDecoder().decode(await fetchFile("checkpoint"));
  for (const name of ["manifest", "trustees", "roll", "draw-opening"]) await fetchFile(name);
  // What comes at the end, an aborted election has not.
  for (const name of ["tally", "result", "draw-closing", "certificate", "anchors", "anchor-solana"]) await fetchFile(name).catch(() => {});
  // A file for each renewal of the trustees' shares, and one that shows that it is in force.
  for (let number = 1; await fetchFile(`renewal-${number}`).catch(() => null) !== null; number += 1) {
    await fetchFile(`renewal-${number}-checkpoint`).catch(() => {});
  }
  const name = (index) => {
    const groups = [String(index % 1000).padStart(3, "0")];
    for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
    return groups.join("/");
  };
  const size = Number(checkpoint.split("\n")[1]);
  for (let level = -1, count = size; count > 0; level++) {
    if (level === -1) {
      for (let tile = 0; tile * 256 < size; tile++) {
        const width = Math.min(256, size - tile * 256);
        await fetchFile(`tile/entries/${name(tile)}${width < 256 ? `.p/${width}` : ""}`);
      }
      continue;
    }
    for (let tile = 0; tile * 256 < count; tile++) {
      const width = Math.min(256, count - tile * 256);
      await fetchFile(`tile/${level}/${name(tile)}${width < 256 ? `.p/${width}` : ""}`);
    }
    count = Math.floor(count / 256);
  }
}
