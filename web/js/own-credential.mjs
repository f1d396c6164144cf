// The page on which a voter's own device makes the right to vote (issuer *voter*): the secret never leaves the device, the service gets the public part and a
// proof that the secret is here.

import { toHex } from "./election-client.mjs";
import { element, show } from "./elements.mjs";
import { askInPilots } from "./feedback.mjs";
import { Text, languageChooser } from "./text.mjs";
import { Verifier } from "./verifier.mjs";

const step = document.querySelector("#step");
const reference = location.pathname.split("/").filter(Boolean)[1] ?? "";
const base = `/api/v1/elections/${encodeURIComponent(reference)}`;

/** Why the service refused. */
class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const answer = await fetch(path, { ...options, signal: AbortSignal.timeout(30_000) });
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, content);
  return content;
}

/** RFC 4648, section 5, without padding: as it stands behind # in voting links. */
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

class CredentialPage {
  constructor(text) { this.text = text; }

  notice(kind, key) {
    return element("div", { class: `notice notice--${kind}`, role: kind === "stop" ? "alert" : "status" }, element("p", {}, this.text.say(key)));
  }

  fail(key, retry = true) {
    const again = element("button", { class: "button", type: "button", onclick: () => location.reload() }, this.text.say("credential.again"));
    show(step, this.notice("stop", key), ...(retry ? [element("div", { class: "actions" }, again)] : []));
  }

  async open() {
    try {
      [this.session, this.place] = [await ask("/api/v1/session"), await ask(`${base}/roll/me`)];
    } catch (error) {
      if (error.status === 401) return this.signIn();
      return this.fail(error.status === 404 ? "credential.not-on-roll" : "credential.unreachable", error.status !== 404);
    }
    this.begin();
  }

  signIn() {
    const link = element("a", { class: "button button--primary", href: `/sign-in?then=/credential/${encodeURIComponent(reference)}` }, this.text.say("credential.sign-in"));
    show(step, this.notice("wait", "credential.sign-in-first"), element("div", { class: "actions" }, link));
  }

  /** What it is, what losing it means, and one button. */
  begin() {
    const { text, place } = this;
    const parts = ["credential.what", "credential.secret", "credential.loss"].map((key) => element("p", {}, ...text.nodes(key)));
    const make = element("button", { class: "button button--primary", type: "button", onclick: () => this.make() }, text.say(place.hasCredential ? "credential.make-another" : "credential.make"));
    show(
      step,
      element("div", { class: "sheet sheet--doc stack" }, ...(place.hasCredential ? [this.notice("wait", "credential.has-one")] : []), ...parts, element("div", { class: "actions" }, make)),
    );
  }

  /** Makes the secret here, and asks that it be kept before anything is registered. */
  async make() {
    const { text } = this;
    try {
      this.module ??= await Verifier.load(await fetch("/js/verifier.wasm").then((answer) => answer.arrayBuffer()));
    } catch {
      return this.fail("credential.unreachable");
    }
    const { secret, credential } = this.module.makeCredential();
    const link = `${location.origin}/vote/${reference}#${base64url(secret)}`;
    const register = element("button", { class: "button button--primary", type: "submit", disabled: "" }, text.say("credential.register"));
    const kept = element("input", { type: "checkbox", id: "kept", onchange: () => { register.disabled = !kept.checked; } });
    const file = URL.createObjectURL(new Blob([`${text.say("credential.file")}\n\n${link}\n`], { type: "text/plain" }));
    const status = element("p", { class: "status", role: "status" });
    const copy = element("button", { class: "button", type: "button", onclick: async () => {
      await navigator.clipboard.writeText(link).then(() => { status.textContent = text.say("credential.copied"); }, () => { status.textContent = text.say("credential.not-copied"); });
    } }, text.say("credential.copy"));
    const form = element(
      "form", { class: "sheet sheet--doc stack", onsubmit: (event) => { event.preventDefault(); this.register(secret, credential, link); } },
      element("h2", { tabindex: "-1" }, text.say("credential.keep")), element("p", {}, ...text.nodes("credential.keep-text")),
      element("p", {}, element("code", { class: "cmd", id: "link" }, link)),
      element("div", { class: "actions" }, element("a", { class: "button", href: file, download: "voting-link.txt" }, text.say("credential.save")), copy), status,
      element("label", { class: "choice", for: "kept" }, kept, element("span", {}, element("b", {}, text.say("credential.kept")))),
      element("div", { class: "actions" }, register),
    );
    show(step, form);
    form.querySelector("h2").focus();
  }

  async register(secret, credential, link) {
    const { text } = this;
    const proof = this.module.proveCredential({ secret, election: reference, account: this.session.account.id });
    let answer;
    try {
      answer = await ask(`${base}/roll/me`, {
        method: "PUT", headers: { "Content-Type": "application/json", "X-Comitia-CSRF": this.session.csrf },
        body: JSON.stringify({ credential: toHex(credential), proof: toHex(proof) }),
      });
    } catch (error) {
      const key = error.status === 401 ? "credential.sign-in-first" : error.status === 409 ? "credential.too-late" : error.status === 422 ? "credential.refused" : "credential.unreachable";
      // The link stays on the page: what was kept can still be registered.
      step.querySelector("form").append(this.notice("stop", key));
      return;
    }
    secret.fill(0);
    show(
      step, this.notice("good", answer.awaitsReplacement ? "credential.waits" : "credential.done"),
      element("div", { class: "sheet stack" }, element("p", {}, ...text.nodes("credential.next")), element("p", {}, element("code", { class: "cmd", id: "link" }, link)),
        element("div", { class: "actions" }, element("a", { class: "button", href: "/mine" }, text.say("credential.back")))),
    );
  }
}

const text = await Text.load();
document.querySelector("#language").append(languageChooser(text));
const page = new CredentialPage(text);
askInPilots(text);
const title = () => {
  text.fill();
  document.title = `${text.say("credential.title")} · Comitia`;
};
title();
text.onChange(() => {
  title();
  // A link that is on the page must not go by a change of language.
  if (page.session && !document.querySelector("#link")) page.begin();
});
await page.open();
