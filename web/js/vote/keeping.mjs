// What the device keeps, and for how long (docs/decisions/0018-what-the-booth-keeps.md).
//
// While the voter chooses: the choices, in the tab's own storage, which ends with the tab and which no other tab sees. From casting until the board has
// acknowledged: the ballot as it was sent, which is encrypted, signed and meant to be public. Afterwards: the receipt, in the tab's storage.
// Never: the secret of the link, the opening of a ballot, anything about the choices once the ballot is cast.

import { fromBase64, toHex } from "../election-client.mjs";

const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

// A browser may forbid storage: then everything lasts as long as the page.
function within(storage) {
  const instead = new Map();
  const attempt = (action, otherwise) => {
    try {
      return action(globalThis[storage]);
    } catch {
      return otherwise();
    }
  };
  return {
    read: (key) => attempt((place) => JSON.parse(place.getItem(key)), () => instead.get(key) ?? null),
    write: (key, value) => attempt((place) => place.setItem(key, JSON.stringify(value)), () => instead.set(key, value)),
    remove: (key) => attempt((place) => place.removeItem(key), () => instead.delete(key)),
  };
}

const tab = within("sessionStorage");
const device = within("localStorage");

/** @typedef {{answers: import("./answers.mjs").Answer[], step: string, contest: number}} Unfinished */

/** What is kept for one credential in one election. */
export class Keeping {
  #voter;
  #choices;
  #sent;

  /** @param {string} reference of the election @param {Uint8Array} credential public */
  constructor(reference, credential) {
    this.#voter = toHex(credential);
    this.#choices = `comitia-choices-${reference}`;
    this.#sent = `comitia-sent-${reference}-${this.#voter.slice(0, 16)}`;
  }

  /** @returns {Unfinished|null} of this voter: what another left in the tab is removed */
  get choices() {
    const kept = tab.read(this.#choices);
    if (kept && kept.voter !== this.#voter) tab.remove(this.#choices);
    return kept && kept.voter === this.#voter ? kept : null;
  }

  /** @param {Unfinished} unfinished */
  keepChoices(unfinished) { tab.write(this.#choices, { voter: this.#voter, ...unfinished }); }
  forgetChoices() { tab.remove(this.#choices); }

  /** The ballot that was sent and not acknowledged. @returns {Uint8Array|null} */
  get sent() {
    const kept = device.read(this.#sent);
    return typeof kept === "string" ? fromBase64(kept) : null;
  }

  /** @param {Uint8Array} castBallot */
  keepSent(castBallot) { device.write(this.#sent, toBase64(castBallot)); }
  forgetSent() { device.remove(this.#sent); }
}

/** The receipt that this tab got last. @param {string} reference @returns {{castBallot: Uint8Array, appended: import("../election-client.mjs").Appended}|null} */
export function keptReceipt(reference) {
  const kept = tab.read(`comitia-receipt-${reference}`);
  return kept && { castBallot: fromBase64(kept.castBallot), appended: { ...kept.appended, time: BigInt(kept.appended.time) } };
}

/** @param {string} reference @param {Uint8Array} castBallot @param {import("../election-client.mjs").Appended} appended */
export function keepReceipt(reference, castBallot, appended) {
  tab.write(`comitia-receipt-${reference}`, { castBallot: toBase64(castBallot), appended: { ...appended, time: String(appended.time) } });
}
