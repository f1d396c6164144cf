// How long voters wait for the booth on a slow phone.
//
// usage: node budget.mjs LINK …

import { pathToFileURL } from "node:url";
import { Chromium } from "./chromium.mjs";
import { openNetwork } from "./mobile-network.mjs";
import { Confinement, Phone } from "./phone.mjs";

// In the page: when the first question can be seen, when it has taken a tap, and when a ballot is encrypted after the button was pressed.
const watch = `
  const once = (name, found, more = () => ({})) => {
    const observer = new MutationObserver(() => {
      const node = found();
      if (!node) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => told(JSON.stringify({ [name]: performance.now(), ...more(node) }))));
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  };
  const middle = (node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  };
  once("shown", () => document.querySelector("label.option"), middle);
  addEventListener("change", () => told(JSON.stringify({ answered: performance.now() })), { once: true });
  globalThis.press = () => {
    const pressed = performance.now();
    once("encrypted", () => document.body.textContent.includes("It is encrypted and waiting on this device."), () => ({ pressed }));
    document.querySelector("#strip .button--primary").click();
  };
`;

/** Answers one question after the other, up to the last. */
const answerAll = `(async () => {
  const pause = (time) => new Promise((resolve) => { setTimeout(resolve, time); });
  while (document.querySelector("#strip .button--primary").textContent !== "Review my ballot") {
    document.querySelector("#strip .button--primary").click();
    await pause(50);
    document.querySelector("label.option input").click();
  }
  await pause(500);
})()`;

// Bodies as they came over the network; the worker's module is the only thing that a worker asks for, and counts here, too.
const weigh = `(() => {
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const sizes = new Map(entries.map(({ name, encodedBodySize }) => [name.split("#")[0], encodedBodySize]));
  return { bytes: [...sizes.values()].reduce((sum, size) => sum + size), requests: sizes.size };
})()`;

const pause = (time) => new Promise((resolve) => { setTimeout(resolve, time); });

/** Opens a voting link on a phone that has never been there. Times in milliseconds, from the start of the navigation or the press of the button. */
async function visit(confinement, link) {
  const chromium = Chromium.start();
  try {
    const phone = await Phone.open(chromium, confinement);
    await phone.send("Page.addScriptToEvaluateOnNewDocument", { source: watch });
    await pause(1500);
    confinement.hold(chromium.process.pid);
    const seen = phone.told();
    phone.send("Page.navigate", { url: link }).catch(() => {});
    const { shown, ...place } = await seen;
    const answer = phone.told();
    await phone.tap(place);
    const { answered } = await answer;
    // Somebody reads, and answers.
    await phone.evaluate(answerAll);
    const ready = phone.told();
    await phone.evaluate("press()");
    const { encrypted, pressed } = await ready;
    await phone.evaluate(`new Promise((resolve) => { const ask = () => (document.querySelectorAll(".tracker li").length === 12 ? resolve() : setTimeout(ask, 50)); ask(); })`);
    const { bytes, requests } = await phone.evaluate(weigh);
    return { shown, interactive: answered, encrypted: encrypted - pressed, bytes, requests };
  } finally {
    await chromium.stop();
  }
}

/**
 * Visits until one was short enough, for whatever else the machine does only makes it slower.
 * @param {string[]} links one visit each @param {(best: Record<string, number>) => boolean} [isEnough]
 * @returns {Promise<{processor: string, visits: number, best: {shown: number, interactive: number, encrypted: number, bytes: number, requests: number}}>}
 */
export async function measure(links, isEnough = () => false) {
  const confinement = new Confinement();
  const { origin } = new URL(links[0]);
  const network = await openNetwork(origin);
  try {
    const visits = [];
    let best = null;
    for (const link of links) {
      visits.push(await visit(confinement, link.replace(origin, network.address)));
      best = Object.fromEntries(Object.keys(visits[0]).map((key) => [key, Math.round((key === "bytes" ? Math.max : Math.min)(...visits.map((one) => one[key])))]));
      if (isEnough(best)) break;
    }
    return { processor: confinement.name, visits: visits.length, best };
  } finally {
    network.close();
    await confinement.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await measure(process.argv.slice(2)));
