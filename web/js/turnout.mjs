// Keeps the page of an election up to date: the number of voters at once, and the rest of the part that lives (curve, state, progress of the
// trustees) by asking for the page again, not more often than every few seconds. Without it the page can be loaded again.

import { localise } from "./times.mjs";

/** Milliseconds between two times at which the page is asked for. */
const shortest = 5000;
/** Milliseconds by which many readers are spread after an event that all of them hear. */
const spread = 2000;
const longestPause = 60_000;

const language = document.documentElement.lang;

function fresh() { return document.getElementById("live"); }

class LivePage {
  #timer = null;
  #asked = 0;
  #pause = 1000;

  constructor(election) { this.election = election; }

  connect() {
    const address = new URL("/api/v1/events", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ subscribe: [this.election] }));
      this.#pause = 1000;
    });
    socket.addEventListener("message", (message) => this.hear(JSON.parse(message.data)));
    socket.addEventListener("close", () => {
      this.mark(false);
      setTimeout(() => this.connect(), this.#pause * (1 + Math.random()));
      this.#pause = Math.min(this.#pause * 2, longestPause);
    });
  }

  hear(event) {
    if (event.event === "subscribed") {
      this.mark(true);
      // What happened while nobody listened.
      if (this.#asked > 0) this.askSoon();
      return;
    }
    if (event.election !== this.election) return;
    if (event.event === "vote_cast") this.count(event.voters);
    this.askSoon();
  }

  /** Says whether what is shown moves by itself. */
  mark(isLive) {
    const live = fresh();
    const chip = live?.querySelector("[data-live-mark]");
    if (chip) chip.hidden = !isLive;
    const hint = live?.querySelector("[data-reload-hint]");
    if (hint) hint.hidden = isLive;
    this.isLive = isLive;
  }

  /** The number of voters, at once. */
  count(voters) {
    const number = fresh()?.querySelector("[data-voters]");
    if (!number || Number(number.dataset.voters) >= voters) return;
    number.dataset.voters = String(voters);
    number.textContent = new Intl.NumberFormat(language).format(voters);
    const roll = Number(fresh().querySelector("[data-roll]")?.dataset.roll);
    const percent = fresh().querySelector("[data-percent]");
    if (percent && roll > 0) {
      const format = { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 };
      percent.textContent = new Intl.NumberFormat(language, format).format(voters / roll);
    }
  }

  askSoon() {
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#asked + shortest - Date.now()) + Math.random() * spread;
    this.#timer = setTimeout(() => { this.ask(); }, wait);
  }

  async ask() {
    if (document.visibilityState === "hidden") {
      // Asked when somebody looks again.
      document.addEventListener("visibilitychange", () => this.ask(), { once: true });
      return;
    }
    this.#timer = null;
    this.#asked = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      this.show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The connection is away; when it is back, the socket is, and the page is asked for again.
    }
  }

  show(page) {
    const [was, is] = [fresh(), page.getElementById("live")];
    // Another page than this one, such as the result in place of its announcement.
    if (!is) return location.reload();
    const known = Number(was.querySelector("[data-voters]")?.dataset.voters ?? 0);
    was.replaceWith(is);
    const [state, next] = [document.getElementById("state"), page.getElementById("state")];
    if (state && next && state.textContent !== next.textContent) state.replaceWith(next);
    localise(is);
    this.mark(this.isLive);
    this.count(known);
  }
}

const live = fresh();
if (live) {
  new LivePage(live.dataset.election).connect();
}
