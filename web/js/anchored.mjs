// What has become of a ballot on the public chain, kept up to date while the page is open. The chain itself is never asked from here: a voter's device tells nobody which ballot it looks for but the service, which has it.

import { ElectionClient } from "./election-client.mjs";
import { element } from "./elements.mjs";

/** Milliseconds after which is asked again where no event came, and between two tries to listen. */
const pause = 120_000;
/** Milliseconds by which many readers are spread after an event that all of them hear: of an anchor above their ballots, and of hashes of ballots, which come often and mostly are others'. */
const spread = 3000;
const wideSpread = 20_000;

/**
 * @typedef {{transaction: string, block?: number, time: string, state: "sent"|"confirmed", size: number}} Anchor
 * @typedef {{state: "none"|"waiting"|"sent"|"confirmed", entry: number, place?: {network: string, chain: number, explorer?: string}, anchor?: Anchor, record?: {transaction?: string, block: number}}} Anchored
 */

/** A network's name. @param {import("./text.mjs").Text} text @param {{network: string, chain: number}} place */
function nameOf(text, { network, chain }) {
  if (network === "polygon") return text.say("common.chain.polygon");
  if (network === "amoy") return text.say("common.chain.amoy");
  if (network === "local") return text.say("common.chain.local");
  return text.say("common.chain.other", { chain: String(chain) });
}

/** A transaction, short, with its page in the explorer where there is one. */
function transactionOf({ explorer }, hash) {
  const short = `0x${hash.slice(0, 8)}…${hash.slice(-6)}`;
  const said = explorer && /^https?:\/\//.test(explorer) ? element("a", { href: `${explorer}/tx/0x${hash}`, rel: "noreferrer" }, short) : short;
  return element("bdi", { class: "hash", title: `0x${hash}` }, said);
}

/** Numbers of blocks are longer than people count: they are written without grouping, to be searched for. */
const blockOf = (number) => element("bdi", {}, String(number));

/** @param {import("./text.mjs").Text} text @param {Anchored|null} found @returns {Node[]} what is to be said of it; empty: nothing is known */
export function anchorWords(text, found) {
  if (!found?.place) return [];
  const { anchor, place, record, state } = found;
  const network = nameOf(text, place);
  const words = [];
  if (anchor?.state === "confirmed") {
    words.push(...text.nodes("common.anchor.there", { network, transaction: transactionOf(place, anchor.transaction), block: blockOf(anchor.block) }));
  } else if (anchor || state === "sent") {
    words.push(...text.nodes("common.anchor.sent", { network }));
  } else {
    words.push(...text.nodes("common.anchor.awaited", { network }));
  }
  if (record) words.push(" ", ...text.nodes("common.anchor.recorded", { block: blockOf(record.block) }));
  return words;
}

/** Whether nothing more is to come. @param {Anchored} found */
export const isSettled = ({ state, anchor }) => state === "none" || state === "confirmed" && anchor?.state === "confirmed";

/** Asks what has become of a ballot, again whenever something was anchored, until it stands. */
export class AnchorWatch {
  #ended = false;
  #socket = null;
  #timer = null;
  /** When is asked next. */
  #due = Infinity;
  #entry = null;
  /** Whether the ballot's own hash, or its anchor, is still to come. */
  #isAwaited = true;

  /** @param {string} reference of the election @param {string} tracker in hexadecimal @param {(found: Anchored) => void} tell */
  constructor(reference, tracker, tell) {
    Object.assign(this, { reference, tracker, tell });
    this.client = new ElectionClient("", reference, { tries: 2 });
    this.#ask();
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    // Browsers complain of one that is closed before it is open.
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.close();
  }

  async #ask() {
    this.#due = Infinity;
    try {
      const found = await this.client.anchor(this.tracker);
      if (this.#ended) return;
      this.#entry = found.entry;
      this.#isAwaited = found.state !== "confirmed";
      this.tell(found);
      if (isSettled(found)) return this.end();
      if (!this.#socket) this.#listen();
    } catch {
      // What is shown stays; it is asked for again.
    }
    this.#askIn(pause);
  }

  /** Asks after a while, unless it is sooner in any case. */
  #askIn(wait) {
    const due = Date.now() + wait;
    if (this.#ended || due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  #listen() {
    const address = new URL("/api/v1/events", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = this.#socket = new WebSocket(address);
    socket.addEventListener("open", () => this.#ended ? socket.close() : socket.send(JSON.stringify({ subscribe: [this.reference] })));
    socket.addEventListener("message", ({ data }) => {
      const { event, election, size } = JSON.parse(data);
      if (event !== "anchored" || election !== this.reference) return;
      if (this.#entry === null || size > this.#entry) this.#askIn(Math.random() * spread);
      // In the modes batch and each it may be of hashes of ballots, this one's among them.
      else if (this.#isAwaited) this.#askIn(Math.random() * wideSpread);
    });
    socket.addEventListener("close", () => { if (!this.#ended) setTimeout(() => this.#ended || this.#listen(), pause); });
  }
}
