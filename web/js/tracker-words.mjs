// Trackers as words that people can read out, type and compare (docs/spec/03-ballots.md, 3.8). The list is loaded by the first who needs it.

const count = 12;
const bitsOfAWord = 11;

/** Why words are not those of a tracker. `code` is for programs: `wrong-count`, `unknown-word`; `position` counts from 1. */
export class TrackerWordsError extends Error {
  constructor(code, details) {
    super(code === "wrong-count" ? `there are ${details.found} words and not ${count}` : `“${details.word}” is not in the list`);
    this.name = "TrackerWordsError";
    this.code = code;
    Object.assign(this, details);
  }
}

/** The 2048 words, and what they say. */
export class TrackerWords {
  /** @type {string[]} in alphabetical order */
  list;
  #numbers;

  /** @param {string} text the file, a word a line */
  constructor(text) {
    this.list = text.trim().split("\n");
    this.#numbers = new Map(this.list.flatMap((word, number) => [[word, number], [word.slice(0, 4), number]]));
  }

  static #loading = null;

  /** Loads the list, once. @returns {Promise<TrackerWords>} */
  static load() {
    TrackerWords.#loading ??= fetch("/tracker-words.txt").then(async (answer) => {
      if (!answer.ok) throw new Error(`/tracker-words.txt: ${answer.status}`);
      return new TrackerWords(await answer.text());
    }).catch((error) => {
      TrackerWords.#loading = null;
      throw error;
    });
    return TrackerWords.#loading;
  }

  /** @param {Uint8Array} tracker or another hash that is shown in words @returns {string[]} twelve, of its first 132 bits */
  words(tracker) {
    if (tracker.length < 17) throw new RangeError("a tracker has 32 bytes");
    const bit = (at) => (tracker[at >> 3] >> (7 - (at & 7))) & 1;
    return Array.from({ length: count }, (_, word) => {
      let number = 0;
      for (let at = word * bitsOfAWord; at < (word + 1) * bitsOfAWord; at++) number = (number << 1) | bit(at);
      return this.list[number];
    });
  }

  /**
   * Reads words as people type them: in any case, with numbers, commas or lines between them, and cut short after four letters.
   * @param {string} text @returns {Uint8Array} 17 bytes, the last four bits zero: how the tracker begins
   * @throws {TrackerWordsError}
   */
  prefix(text) {
    const typed = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    if (typed.length !== count) throw new TrackerWordsError("wrong-count", { found: typed.length });
    const bytes = new Uint8Array(17);
    typed.forEach((word, index) => {
      const number = this.#numbers.get(word) ?? this.#numbers.get(word.slice(0, 4));
      if (number === undefined) throw new TrackerWordsError("unknown-word", { word, position: index + 1 });
      for (let bit = 0; bit < bitsOfAWord; bit++) {
        const at = index * bitsOfAWord + bit;
        if ((number >> (bitsOfAWord - 1 - bit)) & 1) bytes[at >> 3] |= 0x80 >> (at & 7);
      }
    });
    return bytes;
  }

  /** @param {Uint8Array} prefix of `prefix` @param {Uint8Array} tracker @returns {boolean} whether the tracker begins so */
  static matches(prefix, tracker) {
    return tracker.length >= 17 && prefix.every((byte, at) => (at < 16 ? tracker[at] : tracker[16] & 0xf0) === byte);
  }

  /** @param {string} letters @returns {string[]} the words that begin so, to propose while somebody types */
  beginning(letters) { return this.list.filter((word) => word.startsWith(letters.toLowerCase())); }
}
