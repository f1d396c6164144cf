// Finding an option in a long list: what is typed narrows it, what is marked always stays in sight.

import { element, told } from "../elements.mjs";

/** From so many options on a list can be narrowed. */
export const longList = 13;

/** Letters as people type them in a hurry: in any case, without accents. @param {string} words */
export const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether every word that was typed begins a word of an option. @param {string} option as `plain` gives it @param {string} typed the same */
export const matches = (option, typed) => typed.split(/\s+/).every((word) => word === "" || option.split(/[\s\p{P}]+/u).some((own) => own.startsWith(word)));

export class OptionFilter {
  /** @param {import("../text.mjs").Text} text @param {import("../manifest.mjs").Contest} contest @param {number[]} order in which its options are shown
   * @param {() => number[]} values of the answer as it is */
  constructor(text, contest, order, values) {
    Object.assign(this, { text, contest, order, values, rows: [] });
    this.words = contest.options.map(({ name, description }) => plain(`${name} ${description}`));
    this.found = element("span", { class: "small quiet", role: "status" });
    this.marks = element("p", { class: "small filter__marks" });
    this.input = element("input", {
      type: "search", id: "filter", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", oninput: () => this.narrow(),
      // Enter in a form's field would send the form.
      onkeydown: (event) => { if (event.key === "Enter") event.preventDefault(); },
    });
  }

  /** @param {HTMLElement[]} rows of the options, in the manifest's order */
  view(rows) {
    this.rows = rows;
    this.changed();
    return element("div", { class: "field filter" }, element("label", { for: "filter" }, this.text.say("booth.filter")), this.input, this.found, this.marks);
  }

  narrow() {
    const typed = plain(this.input.value.trim());
    const values = this.values();
    let count = 0;
    this.rows.forEach((row, at) => {
      const isFound = matches(this.words[at], typed);
      row.hidden = !isFound && values[at] === 0;
      if (isFound) count += 1;
    });
    this.found.textContent = typed === "" ? "" : this.text.say("booth.filter.found", { count });
  }

  /** After a mark was made or taken away. */
  changed() {
    const place = this.marks.parentElement;
    const before = place?.getBoundingClientRect().bottom;
    const names = this.order.filter((at) => this.values()[at] > 0).map((at) => this.contest.options[at].name);
    this.marks.hidden = names.length === 0;
    this.marks.replaceChildren(...this.text.nodes("booth.filter.marks", { names: told(this.text.list(names)) }));
    // What is below stays under the finger, in browsers too that do not see to it.
    if (place) scrollBy(0, place.getBoundingClientRect().bottom - before);
  }
}
