// What a voter's device asks the service, over the network. No secret passes through here.

/** Why the service refused, in its own words (RFC 9457). `code` is for programs. */
export class ServiceProblem extends Error {
  /** @param {number} status @param {{type?: string, title?: string, detail?: string}} problem */
  constructor(status, problem) {
    super(problem.detail || problem.title || `the service answered ${status}`);
    this.name = "ServiceProblem";
    this.status = status;
    this.code = (problem.type ?? "").split("/").pop();
    this.problem = problem;
  }
}

/** The service could not be reached as often as it was tried: nobody knows whether what was sent arrived. Sending it again is safe. */
export class ConnectionLost extends Error {
  constructor(cause) {
    super("Connection lost. We do not know yet whether your ballot arrived. Try again: it cannot count twice.", { cause });
    this.name = "ConnectionLost";
  }
}

const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

// A service that says nothing at all for so long is away.
const longestWait = 30_000;

/**
 * The answer to something that was appended to the board.
 * @typedef {{receipt: string, index: number, time: bigint, tracker: string|null}} Appended
 */

export class ElectionClient {
  #base;
  #tries;
  #onWait;

  /**
   * @param {string} service its address; empty for the page's own
   * @param {string} reference of the election
   * @param {{tries?: number, onWait?: () => void}} [options] how often to try where the service is away or busy; what to call before trying again
   */
  constructor(service, reference, { tries = 6, onWait = () => {} } = {}) {
    this.#base = `${service}/api/v1/elections/${reference}`;
    this.#tries = tries;
    this.#onWait = onWait;
  }

  /** What a booth needs. */
  async booth() {
    const booth = await (await this.#ask("GET", "/booth")).json();
    return {
      ...booth, electionId: fromHex(booth.electionId), openingEntry: fromBase64(booth.openingEntry),
      manifest: fromBase64(booth.manifest), trustees: fromBase64(booth.trustees),
    };
  }

  /** The election as everyone sees it. */
  async election() { return (await this.#ask("GET", "")).json(); }

  /** The published result; `null` where there is none yet. */
  async results() {
    try {
      return await (await this.#ask("GET", "/results")).json();
    } catch (error) {
      if (error instanceof ServiceProblem && error.status === 404) return null;
      throw error;
    }
  }

  /** @param {Uint8Array} credential public @returns {Promise<{eligible: boolean, casts: number, nextNumber: number, challenges: number}>} */
  async credential(credential) { return (await this.#ask("GET", `/credentials/${toHex(credential)}`)).json(); }

  /** @param {Uint8Array} castBallot @returns {Promise<Appended>} */
  cast(castBallot) { return this.#append("/ballots", castBallot); }

  /** @param {Uint8Array} challenge @returns {Promise<Appended>} */
  challenge(challenge) { return this.#append("/challenges", challenge); }

  /** @param {Uint8Array} openedBallot @returns {Promise<Appended>} */
  publish(openedBallot) { return this.#append("/opened", openedBallot); }

  /** The ballot with a tracker. @param {string} tracker in hexadecimal @returns {Promise<Appended|null>} `null` where no ballot has it */
  async find(tracker) {
    try {
      return await ElectionClient.#read(await this.#ask("GET", `/ballots/${tracker}`));
    } catch (error) {
      if (error instanceof ServiceProblem && error.status === 404) return null;
      throw error;
    }
  }

  /** What has become of a ballot on the public chain. @param {string} tracker in hexadecimal */
  async anchor(tracker) { return (await this.#ask("GET", `/ballots/${tracker}/anchor`)).json(); }

  async #append(path, bytes) { return ElectionClient.#read(await this.#ask("POST", path, bytes)); }

  static async #read(answer) {
    return {
      receipt: await answer.text(), index: Number(answer.headers.get("Comitia-Entry")), time: BigInt(answer.headers.get("Comitia-Time") ?? 0),
      tracker: answer.headers.get("Comitia-Tracker"),
    };
  }

  // The same bytes again are the same ballot, so that trying again is always safe.
  async #ask(method, path, body) {
    for (let attempt = 1; ; attempt++) {
      let wait = 250 * 2 ** attempt * (0.5 + Math.random());
      try {
        const headers = body ? { "Content-Type": "application/octet-stream" } : {};
        const signal = AbortSignal.timeout(longestWait);
        const answer = await fetch(this.#base + path, { method, headers, body, signal, credentials: "same-origin", cache: "no-store" });
        if (answer.ok) return answer;
        const problem = new ServiceProblem(answer.status, await answer.json().catch(() => ({})));
        if (![429, 502, 503, 504].includes(answer.status) || attempt >= this.#tries) throw problem;
        wait = Math.max(wait, Math.min(Number(answer.headers.get("Retry-After") ?? 0), 30) * 1000);
      } catch (error) {
        if (error instanceof ServiceProblem) throw error;
        if (attempt >= this.#tries) throw new ConnectionLost(error);
      }
      this.#onWait();
      await pause(wait);
    }
  }
}

export { fromBase64, fromHex, toHex };
