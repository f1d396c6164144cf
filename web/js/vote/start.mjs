// Where the page for voting starts.

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

// Another link opened in the same tab changes the fragment alone, and browsers then load nothing.
addEventListener("hashchange", () => { if (location.hash.length > 1) location.reload(); });

const kernel = new Kernel();
const loading = kernel.load();
loading.catch(() => {});
const text = await Text.load(["en", "de", "fr", "es", "ar"], "/text/booth");
text.fill();
text.onChange(() => text.fill());
document.querySelector("#language").append(languageChooser(text));

const page = new Page(text, kernel, location.pathname.split("/").filter(Boolean)[1], secretOfLink());
try {
  await loading;
  await page.open();
} catch (error) {
  page.failed(error);
}
