// That a step of voting was reached, for counters that belong to nobody (docs/decisions/0022-what-is-counted-of-voting.md).

/** Tells each step once a visit; nothing waits for it, and nothing comes of it where it fails. */
export class Reached {
  #address;
  #told = new Set();
  #began = 0;

  /** @param {string} reference of the election */
  constructor(reference) { this.#address = `/api/v1/elections/${reference}/steps`; }

  /** @param {"opened"|"reviewed"|"encrypted"|"cast"} step */
  tell(step) {
    if (this.#told.has(step)) return;
    this.#told.add(step);
    if (step === "opened") this.#began = Date.now();
    const minutes = Math.min(60, Math.max(1, Math.ceil((Date.now() - this.#began) / 60_000)));
    const body = JSON.stringify(step === "cast" && this.#began > 0 ? { step, minutes } : { step });
    // Without cookies, so that no account is named either.
    fetch(this.#address, { method: "POST", headers: { "Content-Type": "application/json" }, body, credentials: "omit", keepalive: true, priority: "low" }).catch(() => {});
  }
}
