// Asks again for a cast ballot's receipt until enough trustees have cosigned it.

/** Milliseconds before the first question, and the most between two: they cosign within a minute, or some of them are away. */
const first = 10_000;
const longest = 600_000;

export class ReceiptWatch {
  #timer = null;

  /** @param {() => Promise<boolean>} ask asks and tells whether that was all; what it throws is a reason to ask again */
  constructor(ask) {
    this.#in(first, ask);
  }

  end() { clearTimeout(this.#timer); }

  /** Half of the time at random, so that those who voted in the same minute do not ask in the same second. */
  #in(pause, ask) {
    this.#timer = setTimeout(async () => {
      if (!await ask().catch(() => false)) this.#in(Math.min(2 * pause, longest), ask);
    }, pause * (0.5 + Math.random() / 2));
  }
}
