// The text of a page in the reader's language: catalogues of web/text, one file a language, and only the one that is shown is loaded.
//
// A catalogue maps keys to text. `{name}` is a place for a value; numbers are written as the language writes them. A text that depends on a number has a form
// for each plural category of CLDR, chosen by `{count}`. `**…**` is emphasis, where the page asks for nodes.

/** What the languages call themselves. */
export const languageNames = { en: "English", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية" };

const rightToLeft = ["ar"];
const kept = "comitia-language";

/** What the reader chose before; storage may be forbidden. */
function chosenLanguage() {
  try {
    return localStorage.getItem(kept);
  } catch {
    return null;
  }
}

/** Remembers a choice, for static pages and, as a cookie, for those that the service writes. */
function keepLanguage(language) {
  try {
    localStorage.setItem(kept, language);
  } catch {
    // Then it lasts as long as the page.
  }
  document.cookie = `language=${language}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

/** The first language of a list that we have; `en` if none. @param {readonly string[]} wanted @param {string[]} ours */
export function pickLanguage(wanted, ours) {
  for (const tag of wanted) {
    const language = String(tag).toLowerCase().split("-")[0];
    if (ours.includes(language)) return language;
  }
  return "en";
}

/** Texts of one language, which can be exchanged for another while a page is open. */
export class Text {
  #catalogue = {};
  #folder = "/text";
  #listeners = [];
  /** Codes of the languages that can be chosen. */
  languages;
  language = "en";

  /**
   * Loads the language that the reader chose, or that the browser proposes, and tells the document.
   * @param {string[]} [languages] that the page can be read in
   * @param {string} [folder] of the catalogues: the booth has its own, of its own texts alone
   */
  static async load(languages = ["en", "de", "fr", "es"], folder = "/text") {
    const text = new Text();
    text.#folder = folder;
    text.languages = languages;
    await text.#use(pickLanguage([chosenLanguage() ?? "", ...navigator.languages], languages));
    return text;
  }

  /** A text without a page. @param {string} language @param {Record<string, any>} catalogue */
  static of(language, catalogue) {
    const text = new Text();
    text.languages = [language];
    text.language = language;
    text.#catalogue = catalogue;
    return text;
  }

  async #use(language) {
    const answer = await fetch(`${this.#folder}/${language}.json`);
    if (!answer.ok) throw new Error(`${this.#folder}/${language}.json: ${answer.status}`);
    this.#catalogue = await answer.json();
    this.language = language;
    document.documentElement.lang = language;
    document.documentElement.dir = this.direction;
  }

  /** Changes the language, remembers it, and tells who listens. */
  async choose(language) {
    await this.#use(language);
    keepLanguage(language);
    for (const listener of this.#listeners) listener();
  }

  /** @param {() => void} listener called after the language has changed */
  onChange(listener) { this.#listeners.push(listener); }

  get direction() { return rightToLeft.includes(this.language) ? "rtl" : "ltr"; }

  #form(key, values) {
    const entry = this.#catalogue[key];
    if (entry === undefined) throw new Error(`no text for ${key} in ${this.language}`);
    if (typeof entry === "string") return entry;
    return entry[new Intl.PluralRules(this.language).select(values.count)] ?? entry.other;
  }

  #written(value) { return typeof value === "number" ? this.number(value) : value; }

  /** @param {string} key @param {Record<string, string|number>} [values] for the places @returns {string} */
  say(key, values = {}) {
    return this.#form(key, values).replace(/\{(\w+)\}/g, (_, name) => String(this.#written(values[name])));
  }

  /**
   * The same as parts of a page: values may be nodes, and `**…**` is strong. What a value holds is never read as anything but text.
   * @param {string} key @param {Record<string, string|number|Node>} [values] @returns {Node[]}
   */
  nodes(key, values = {}) {
    const fill = (piece) => piece.split(/(\{\w+\})/).filter((part) => part !== "").map((part) => {
      const value = part.startsWith("{") ? this.#written(values[part.slice(1, -1)]) : part;
      return value instanceof Node ? value : document.createTextNode(String(value));
    });
    return this.#form(key, values).split("**").flatMap((piece, index) => {
      if (index % 2 === 0) return fill(piece);
      const strong = document.createElement("strong");
      strong.append(...fill(piece));
      return [strong];
    });
  }

  /**
   * Puts texts into what the document already has: `data-text` names the text of an element, `data-label` its accessible name.
   * @param {ParentNode} [within]
   */
  fill(within = document) {
    for (const node of within.querySelectorAll("[data-text]")) node.replaceChildren(...this.nodes(node.dataset.text));
    for (const node of within.querySelectorAll("[data-label]")) node.setAttribute("aria-label", this.say(node.dataset.label));
  }

  /** @param {number} value @returns {string} */
  number(value) {
    // A browser needs a while to learn how a language writes numbers; small ones are written by most as they are.
    if (this.language !== "ar" && Number.isInteger(value) && value >= 0 && value < 1000) return String(value);
    return new Intl.NumberFormat(this.language).format(value);
  }

  /** @param {string[]} items @returns {string} the items as an enumeration */
  list(items) { return new Intl.ListFormat(this.language, { type: "conjunction" }).format(items); }

  /** English is written in many ways: times are written in the reader's own. */
  get #reader() { return globalThis.navigator?.languages?.find((own) => own.split("-")[0] === this.language) ?? this.language; }

  /** A day with its weekday, and the time, where the reader is. @param {number} milliseconds since 1970 @returns {string} */
  moment(milliseconds) {
    const date = new Date(milliseconds);
    const ownYear = date.getFullYear() === new Date().getFullYear();
    const day = { weekday: "long", day: "numeric", month: "long", ...(ownYear ? {} : { year: "numeric" }) };
    return new Intl.DateTimeFormat(this.#reader, { ...day, hour: "numeric", minute: "2-digit" }).format(date);
  }

  /** @param {number} milliseconds since 1970 @returns {string} the time of day where the reader is */
  timeOfDay(milliseconds) { return new Intl.DateTimeFormat(this.#reader, { hour: "numeric", minute: "2-digit" }).format(new Date(milliseconds)); }

  /** The same as an element. @param {number} milliseconds since 1970 @returns {HTMLTimeElement} */
  time(milliseconds) {
    const node = document.createElement("time");
    node.dateTime = new Date(milliseconds).toISOString();
    node.textContent = this.moment(milliseconds);
    return node;
  }
}

/**
 * The list in which a reader chooses a language; each is named in itself.
 * @param {Text} text @returns {HTMLElement}
 */
export function languageChooser(text) {
  const label = document.createElement("label");
  label.className = "language";
  const name = document.createElement("span");
  name.className = "vh";
  name.dataset.text = "common.language";
  name.textContent = text.say("common.language");
  const list = document.createElement("select");
  list.append(...text.languages.map((language) => {
    const option = new Option(languageNames[language], language, language === text.language, language === text.language);
    option.lang = language;
    return option;
  }));
  list.addEventListener("change", () => text.choose(list.value).catch(() => { list.value = text.language; }));
  label.append(name, list);
  return label;
}
