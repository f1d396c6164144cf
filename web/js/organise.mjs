// Keeps an organiser's page as it would be after loading it again, proposes the browser's time zone, and copies links. Without it everything works by hand.

import { localise } from "./times.mjs";

const live = document.querySelector("[data-live]");

/** Takes the parts that live from the page as it is now; what somebody is reading or typing in stays. */
async function reload() {
  // With its query, which tells of what was just done.
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  const old = document.querySelector("[data-live]");
  if (!fresh || old.contains(document.activeElement) || old.querySelector("details[open]")) return;
  localise(fresh);
  old.replaceWith(document.adoptNode(fresh));
}

/** Several events that come together are one reload. */
function listen(election) {
  let waiting = null;
  let pause = 1000;
  const connect = () => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/events`);
    socket.addEventListener("open", () => {
      pause = 1000;
      socket.send(JSON.stringify({ subscribe: [election] }));
      reload();
    });
    socket.addEventListener("message", ({ data }) => {
      if (JSON.parse(data).election !== election || waiting) return;
      waiting = setTimeout(() => {
        waiting = null;
        reload();
      }, 300);
    });
    socket.addEventListener("close", () => {
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, 60_000);
    });
  };
  connect();
}

if (live) listen(live.dataset.live);

// Times in the zone of the browser, as long as no other was chosen.
const times = document.querySelector("[data-zone=proposed]");
if (times) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const select = times.querySelector("select");
  const fields = [...times.querySelectorAll("input")];
  if (select.value === "UTC" && [...select.options].some((option) => option.value === own)) {
    for (const field of fields) {
      // Nothing is no time; some browsers read one from the seconds alone.
      if (!field.value) continue;
      const date = new Date(`${field.value}:00Z`);
      if (Number.isNaN(date.getTime())) continue;
      const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
      field.value = shifted.toISOString().slice(0, 16);
    }
    select.value = own;
  }
}

for (const code of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = code.dataset.copy;
  button.addEventListener("click", () => navigator.clipboard.writeText(code.textContent));
  code.after(button);
}
