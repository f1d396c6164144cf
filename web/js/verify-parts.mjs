// Pieces that the verifying pages are made of.

import { element } from "./elements.mjs";

const svg = "http://www.w3.org/2000/svg";

/** @param {string} name of a symbol of icons.svg @returns {SVGElement} */
export function icon(name) {
  const node = document.createElementNS(svg, "svg");
  node.setAttribute("class", "icon");
  node.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  node.append(use);
  return node;
}

/** @param {""|"wait"|"stop"} kind @param {string} sign of the icon @param {...(Node|string)} content */
export function notice(kind, sign, ...content) {
  return element("div", { class: kind ? `notice notice--${kind}` : "notice" }, icon(sign), element("div", { class: "stack-s" }, ...content));
}

/** What was found, in one sentence, and what is to be known of it. @param {""|"wait"|"stop"} kind @param {Node[]} said @param {Node[]} [more] */
export function verdict(kind, said, more = []) {
  const mark = element("span", { class: kind ? `bigtick bigtick--${kind}` : "bigtick" }, icon({ "": "tick", wait: "clock", stop: "close" }[kind]));
  const lines = [element("strong", {}, ...said), ...(more.length > 0 ? [element("br", {}), element("span", { class: "small quiet" }, ...more)] : [])];
  return element("div", { class: "verdict" }, mark, element("p", { role: kind === "stop" ? "alert" : "status" }, ...lines));
}

/** Terms and what they are; what is empty is left out. @param {...[string, (Node|string|null|(Node|string)[])]} rows */
export function facts(...rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined);
  return element("dl", { class: "dl" }, ...shown.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, ...[value].flat())]));
}

/** @param {string[]} words */
export const wordList = (words) => element("ol", { class: "tracker", lang: "en", translate: "no" }, ...words.map((word) => element("li", {}, word)));

/** A hash to be compared by eye. @param {string} hex */
export function hash(hex) {
  return element("code", { class: "hash hash--parts", dir: "ltr" }, ...(hex.match(/.{1,8}/g) ?? []).flatMap((part) => [element("span", {}, part), element("wbr", {})]));
}

/** A button that saves a file made here. @param {string} said @param {string} name @param {string} content @param {string} type */
export function saveButton(said, name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  return element("a", { class: "button", href: address, download: name }, icon("download"), said);
}

/** @param {import("./text.mjs").Text} text @param {number} bytes */
export function size(text, bytes) {
  const mega = bytes >= 1_000_000;
  return new Intl.NumberFormat(text.language, { style: "unit", unit: mega ? "megabyte" : "kilobyte", maximumFractionDigits: mega ? 1 : 0 }).format(bytes / (mega ? 1e6 : 1e3));
}

/** @param {import("./text.mjs").Text} text @param {number} seconds */
export function duration(text, seconds) {
  const minutes = seconds >= 90;
  return new Intl.NumberFormat(text.language, { style: "unit", unit: minutes ? "minute" : "second", unitDisplay: "long", maximumFractionDigits: seconds < 10 ? 1 : 0 })
    .format(minutes ? Math.round(seconds / 60) : seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds));
}

/** What is wrong with a field, beside it; nothing takes it back. @param {string} id of the input @param {string|null} said */
export function fieldError(id, said) {
  const place = document.querySelector(`#${id}-error`);
  const input = document.querySelector(`#${id}`);
  place.hidden = said === null;
  place.replaceChildren(...(said === null ? [] : [icon("warning"), said]));
  if (said === null) return input.removeAttribute("aria-invalid");
  input.setAttribute("aria-invalid", "true");
  input.focus();
}
