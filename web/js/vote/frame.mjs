// What stands around every step.

import { afterwards, element, icon, paragraphs, shape, told } from "../elements.mjs";
import { rosettePath, viewBox } from "../rosette.mjs";

/** From so many questions on a ballot has a bar that shows how far one is, and a list to go to one. */
export const manyQuestions = 5;

/** The election's ornament. @param {Uint8Array} electionId */
export function rosette(electionId) {
  // Drawn later; a path without a form would not be valid.
  const path = shape("path", { d: "" });
  afterwards(() => path.setAttribute("d", rosettePath(electionId)));
  return shape("svg", { class: "rosette", viewBox, "aria-hidden": "true" }, path);
}

/** @param {import("./page.mjs").Page} page @param {string|null} over @param {string} title @param {string} [description] */
export function pageHead({ electionId }, over, title, description = "") {
  return element(
    "div", { class: "page-head" },
    element("div", {}, over ? element("p", { class: "over" }, told(over)) : null, element("h1", { tabindex: "-1" }, told(title)), paragraphs(description, "quiet")),
    rosette(electionId),
  );
}

/** The three bars. @param {import("../text.mjs").Text} text @param {number} now the step that one is at, from 0; 3 when all is done */
export function steps(text, now) {
  const names = [text.say("booth.step.choose"), text.say("booth.step.review"), text.say("booth.step.cast")];
  return element("ol", { class: "steps", "aria-label": text.say("booth.steps") }, names.map((name, index) => {
    if (index < now) return element("li", { "data-state": "done" }, icon("tick"), name, element("span", { class: "vh" }, text.say("booth.step.done")));
    return element("li", { "data-state": index === now ? "now" : "todo", "aria-current": index === now ? "step" : null }, name);
  }));
}

/** A statement with a drawing: what is assured, or where its limit is. @param {string} drawing @param {Node[]} nodes @param {boolean} [isLimit] */
export const assurance = (drawing, nodes, isLimit) => element("li", { class: isLimit ? "limit" : null }, icon(drawing), element("span", {}, nodes));

/** @param {"wait"|"stop"|""} tone @param {Node[]} nodes @param {Record<string, string>} [attributes] */
export function notice(tone, nodes, attributes = {}) {
  const drawing = tone === "" ? "info" : "warning";
  return element("div", { class: tone ? `notice notice--${tone}` : "notice", ...attributes }, icon(drawing), element("p", {}, nodes));
}

/** Twelve words, numbered. @param {string[]} words @param {string} label */
export const wordList = (words, label) => element("ol", { class: "tracker", "aria-label": label, lang: "en", dir: "ltr", translate: "no" }, words.map((word) => element("li", {}, word)));
