// Where the page for voting starts.

import { ElectionClient } from "../election-client.mjs";
import { afterwards } from "../elements.mjs";
import { askHowItWent } from "../feedback.mjs";
import { Text, languageChooser } from "../text.mjs";
import { Kernel } from "./kernel.mjs";
import { Page } from "./page.mjs";

/** The secret of the voting link: in the fragment, which browsers never send. @returns {Uint8Array|null} */
function secretOfLink() {
  const text = location.hash.slice(1);
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null;
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  return bytes.length === 32 ? bytes : null;
}

/** The public credential of a secret and what the board shows of it; `null` without a secret. */
async function voterOf(booth, client, secret) {
  if (!secret) return null;
  const credential = booth.readCredential(secret);
  return { credential, standing: await client.credential(credential) };
}

// Another link opened in the same tab changes the fragment alone, and browsers then load nothing.
addEventListener("hashchange", () => { if (location.hash.length > 1) location.reload(); });

// All that is needed is asked for at once: on a mobile network every question after an answer is time that the voter waits.
const reference = location.pathname.split("/").filter(Boolean)[1];
const secret = secretOfLink();
const client = new ElectionClient("", reference);
const kernel = new Kernel();
const facts = client.booth();
const booth = kernel.here();
const voter = booth.then((here) => voterOf(here, client, secret));
for (const asked of [facts, booth, voter]) asked.catch(() => {});
const text = await Text.load(["en", "de", "fr", "es", "ar"], "/text/booth");
text.fill();
text.onChange(() => text.fill());
document.querySelector("#language").append(languageChooser(text));

const page = new Page(text, kernel, reference, secret);
try {
  await page.open(await booth, await facts, await voter);
} catch (error) {
  page.failed(error);
}
// The typeface is a quarter of all that is loaded: the question comes first, and keeps the letters that it has come in.
afterwards(() => document.fonts.load("1em Inter").catch(() => {}));
facts.then(({ pilot }) => pilot && afterwards(() => askHowItWent(text)), () => {});
