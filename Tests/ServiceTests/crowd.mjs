// Voters who go on voting while everything else breaks, each with a ledger of what was acknowledged; and the accounts at the end.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mirror } from "./election.mjs";
import { comitia, pause } from "./service.mjs";
import { Voter, choice } from "./voter.mjs";

export const isLong = process.env.COMITIA_LONG === "1";
export const between = (low, high) => low + Math.random() * (high - low);

/** Waits a little where the service is away; as long as it says where too many come from one address. Throws what is final. */
async function comeAgain(error) {
  if (error.code === "too-many-requests") return pause(between(1000, 1500));
  if (error.name !== "ConnectionLost" && error.status !== 503) throw error;
  return pause(between(5, 50));
}

/** One voter: remembers each receipt, and which option the ballot was for. */
class Member {
  /** @type {{index: number, time: bigint, receipt: string, castBallot: Uint8Array, option: number}[]} */
  acknowledged = [];
  abandoned = 0;

  constructor(voter) { this.voter = voter; }

  get last() { return this.acknowledged.at(-1); }

  /** Sends a ballot until it is acknowledged; where the connection is lost, the same bytes again. `null`: given up on purpose. */
  async insist(castBallot, option, { mayAbandon = false } = {}) {
    for (;;) {
      try {
        const answer = await this.voter.send(castBallot);
        this.acknowledged.push({ ...answer, option });
        return answer;
      } catch (error) {
        await comeAgain(error);
        if (mayAbandon && Math.random() < 0.3) {
          // Its device is switched off: nobody asks again what became of this ballot.
          this.abandoned += 1;
          return null;
        }
      }
    }
  }

  /** Makes a ballot, however long the service is away. */
  async ballot(option) {
    for (;;) {
      try { return await this.voter.ballot(choice(option)); } catch (error) {
        await comeAgain(error);
      }
    }
  }

  /** Votes, again where what was abandoned has arrived after all. */
  async vote(option, options) {
    for (;;) {
      const castBallot = await this.ballot(option);
      try { return await this.insist(castBallot, option, options); } catch (error) {
        if (error.code !== "number-too-low" || this.abandoned === 0) throw error;
      }
    }
  }
}

/** All voters of an election. */
export class Crowd {
  /** @param {string[]} links @param {(index: number) => string} [address] through which service each votes */
  static async gather(links, address) {
    const crowd = new Crowd();
    crowd.members = [];
    for (const [index, link] of links.entries()) {
      const own = address ? link.replace(/^.*\/vote\//, `${address(index)}/vote/`) : link;
      // One try: the crowd tries again by itself, at once, so that there is always something under way. Every fourth waits as a browser does.
      crowd.members.push(new Member(await Voter.open(own, { tries: index % 4 === 0 ? 3 : 1 })));
    }
    return crowd;
  }

  /** So many at once take one voter after the other to `act`, until `isOver` says so. Ends early where one fails. */
  async act(clients, isOver, act) {
    const waiting = [...this.members];
    let failure = null;
    const client = async () => {
      while (!failure && !isOver() && waiting.length > 0) {
        const member = waiting.shift();
        try { await act(member); } catch (error) { failure ??= error; }
        waiting.push(member);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    if (failure) throw failure;
  }

  /** Re-votes at random until `isOver`. */
  revote(clients, isOver) {
    return this.act(clients, isOver, (member) => member.vote(Math.floor(Math.random() * 5), { mayAbandon: true }));
  }

  /** Everyone votes once more, so that all that counts is acknowledged. */
  async settle() { await Promise.all(this.members.map((member) => member.vote(Math.floor(Math.random() * 5)))); }

  get receipts() { return this.members.flatMap((member) => member.acknowledged); }

  /** What the voters last got acknowledged, by option. */
  get count() {
    const votes = [0, 0, 0, 0, 0];
    for (const { last } of this.members) if (last) votes[last.option] += 1;
    return votes;
  }
}

/** The entries of a mirrored record. */
export function entriesOf(record) {
  const size = Number(readFileSync(join(record, "checkpoint"), "utf8").split("\n")[1]);
  const entries = [];
  for (let tile = 0; tile * 256 < size; tile++) {
    const width = Math.min(256, size - tile * 256);
    const name = String(tile).padStart(3, "0") + (width < 256 ? `.p/${width}` : "");
    const bundle = readFileSync(join(record, "tile/entries", name));
    for (let at = 0; at < bundle.length;) {
      const length = bundle.readUInt16BE(at);
      entries.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  assert.equal(entries.length, size);
  return entries;
}

/**
 * The accounts: each acknowledged ballot is the entry that its receipt says, none is there twice, all receipts verify under the final record, and the
 * count is what the voters last got acknowledged.
 */
export async function account(service, reference, results, crowd, folder = join(service.folder, "record")) {
  await mirror(service, reference, folder);
  const entries = entriesOf(folder);
  const bodies = entries.map((entry) => entry.subarray(9));
  const casts = bodies.filter((_, index) => entries[index][0] === 2).map((body) => body.toString("latin1"));
  assert.equal(new Set(casts).size, casts.length, "a ballot is on the board twice");
  for (const { index, time, castBallot } of crowd.receipts) {
    assert.ok(bodies[index].equals(castBallot), `entry ${index} is not the ballot that was acknowledged there`);
    assert.equal(entries[index].readBigUInt64BE(1), time);
  }
  const most = crowd.members.reduce((sum, member) => sum + member.abandoned, 0);
  const distinct = new Set(crowd.receipts.map(({ index }) => index)).size;
  assert.ok(casts.length >= distinct && casts.length <= distinct + most, `${casts.length} ballots, ${distinct} acknowledged, ${most} given up`);
  assert.deepEqual(results.contests[0].options.map((option) => option.votes), crowd.count);
  assert.equal(results.counted, crowd.members.filter((member) => member.last).length);
  await verify(folder, entries, crowd);
  return entries;
}

async function verify(folder, entries, crowd) {
  const place = `${folder}-receipts`;
  mkdirSync(place, { recursive: true });
  const words = crowd.receipts.flatMap(({ receipt }, number) => {
    const path = join(place, String(number));
    writeFileSync(path, receipt);
    return ["--receipt", path];
  });
  const id = createHash("sha256").update(Buffer.concat([Buffer.from([0]), entries[0]])).digest("hex");
  const verified = await comitia("verify", folder, "--election-id", id, ...words);
  assert.equal(verified.code, 0, verified.output + verified.log);
}
