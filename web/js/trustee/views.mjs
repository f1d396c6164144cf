// The parts of a trustee's page: what is shown, without knowing how it comes about.

import { element } from "../elements.mjs";
import { alarms, events, faults, life, refusals } from "./words.mjs";

const drawing = "http://www.w3.org/2000/svg";

export function icon(name) {
  const node = document.createElementNS(drawing, "svg");
  node.setAttribute("class", "icon");
  node.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(drawing, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  node.append(use);
  return node;
}

/** Builds views in one language. */
export class Views {
  /** @param {import("../text.mjs").Text} text */
  constructor(text) { this.text = text; }

  say(key, values) { return this.text.say(key, values); }
  p(key, values, name = "p", attributes = {}) { return element(name, attributes, ...this.text.nodes(key, values)); }

  head(key, values, over) {
    const parts = over ? [element("p", { class: "over" }, over)] : [];
    return element("div", { class: "page-head" }, element("div", {}, ...parts, this.p(key, values, "h1", { tabindex: "-1" })));
  }

  sheet(key, ...children) { return element("section", { class: "sheet sheet--doc stack" }, this.p(key, {}, "h2"), ...children); }

  list(...keys) { return element("ul", { class: "stack-s" }, ...keys.map((key) => this.p(key, {}, "li"))); }

  notice(kind, picture, ...children) {
    const name = kind ? `notice notice--${kind}` : "notice";
    return element("div", { class: name, role: kind === "stop" ? "alert" : "status" }, icon(picture), element("div", { class: "stack-s" }, ...children));
  }

  button(key, onclick, kind = "primary") {
    return element("button", { class: kind ? `button button--${kind}` : "button", type: "button", onclick }, this.say(key));
  }

  submit(key) { return element("button", { class: "button button--primary", type: "submit" }, this.say(key)); }

  /** An input with its label and a hint. @returns {{field: HTMLElement, input: HTMLInputElement}} */
  input(id, key, attributes, hint) {
    const input = element("input", { id, name: id, ...attributes, ...(hint ? { "aria-describedby": `${id}-hint` } : {}) });
    const field = element("div", { class: "field" }, element("label", { for: id }, this.say(key)));
    if (hint) field.append(element("p", { class: "field__hint", id: `${id}-hint` }, this.say(hint)));
    field.append(attributes.type === "file" ? element("div", { class: "drop" }, input) : input);
    return { field, input };
  }

  /** A box to tick. @returns {{field: HTMLElement, input: HTMLInputElement}} */
  choice(id, key, about) {
    const input = element("input", { id, name: id, type: "checkbox" });
    return { field: element("label", { class: "choice", for: id }, input, element("span", {}, element("b", {}, this.say(key)), element("span", {}, this.say(about)))), input };
  }

  passphrase(id, key, isNew = false) {
    const attributes = { type: "password", required: "", autocomplete: isNew ? "new-password" : "current-password" };
    return this.input(id, key, attributes, isNew && id === "passphrase" ? "trustee.create.hint" : undefined);
  }

  /** A form that says what went wrong, and is locked while it works. @param {() => Promise<void>} work */
  form(children, submitKey, work, ...others) {
    const trouble = element("div", { hidden: "" });
    const button = this.submit(submitKey);
    const onsubmit = async (event) => {
      event.preventDefault();
      if (button.disabled) return;
      trouble.hidden = false;
      trouble.replaceChildren(element("p", { class: "quiet", role: "status" }, this.say("trustee.working")));
      button.disabled = true;
      try {
        await work();
        trouble.hidden = true;
      } catch (error) {
        trouble.replaceChildren(this.notice("stop", "warning", element("p", {}, this.wordsOf(error))));
      } finally {
        button.disabled = false;
      }
    };
    return element("form", { class: "form stack", onsubmit }, ...children, trouble, element("div", { class: "actions" }, button, ...others));
  }

  /** Why something did not work. */
  wordsOf(error) {
    if (Object.hasOwn(refusals, error.code ?? "")) return this.say(refusals[error.code]);
    return this.say("trustee.refusal.failed", { reason: error.message });
  }

  fingerprint(text) { return element("code", { class: "mono" }, text.match(/.{8}/g).join(" ")); }

  /** Where in a trustee's life one stands. @param {number} now the step, from 0 */
  life(now) {
    return element("ol", { class: "life" }, ...life.map(({ name, about }, index) => {
      const state = index < now ? "done" : index === now ? "now" : "todo";
      const dot = element("span", { class: "dot" }, ...(state === "done" ? [icon("tick")] : []));
      const item = element("li", { "data-state": state }, dot, element("span", { class: "life__t" }, this.p(name, {}, "b"), this.say(about)));
      if (state === "now") item.setAttribute("aria-current", "step");
      return item;
    }));
  }

  /** What an event says; nothing for what is progress only. @param {object} event */
  eventText(event) {
    switch (event.kind) {
      case "ceremonyBegins": return this.say("trustee.event.ceremony-begins", { trustees: event.trustees.length, threshold: event.threshold });
      case "ceremonyFails": return this.say("trustee.event.ceremony-fails", { faults: this.text.list(event.failures.map((failure) => this.faultText(failure))) });
      case "cosigned": return this.say("trustee.event.cosigned", { count: event.size });
      case "awaitsOthers": return this.say("trustee.event.awaits-others", { count: event.quorum });
      case "decrypted": return this.say("trustee.event.decrypted", { count: event.size });
      case "handOverFails":
        if (!event.isProved) return this.say("trustee.event.hand-over-differs", { trustee: event.culprit });
        return this.say(event.isNew ? "trustee.event.hand-over-fails.new" : "trustee.event.hand-over-fails", { trustee: event.culprit });
      default: return Object.hasOwn(events, event.kind) ? this.say(events[event.kind]) : null;
    }
  }

  faultText({ culprit, fault, witness }) {
    return culprit === 0 ? this.say("trustee.fault.nobody", { trustee: witness }) : this.say("trustee.fault.somebody", { trustee: culprit, what: this.say(faults[fault]) });
  }

  alarmText({ code, detail, check }) { return this.say(alarms[code], { detail, check }); }

  /** Something is wrong that a person must look at. */
  alarm({ code, detail, check, evidence }, save) {
    const words = element("p", {}, this.alarmText({ code, detail, check }));
    const mayGoOn = [
      "unusableTrustees", "ceremonyChanged", "messagesSuppressed", "noShare", "notKept", "spokenElsewhere", "unusableList",
    ].includes(code);
    const children = [this.p("trustee.alarm.title", {}, "h2"), words];
    if (!mayGoOn) children.push(this.p("trustee.alarm.call"));
    for (const { name, bytes } of evidence) {
      if (bytes.length > 0) children.push(element("p", {}, save(`${code}-${name}`, bytes, this.say("trustee.alarm.evidence", { name }))));
    }
    return this.notice("stop", "warning", ...children);
  }
}
