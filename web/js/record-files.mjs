// The files of a published record (docs/spec/05-log.md, 5.3; 06-record.md), and how they are had from a service.

const width = 256;
// What one election can have is far less; a service that claims more wants to keep us busy.
const mostEntries = 50_000_000;
const longestWait = 60_000;
const atOnce = 6;

/** A file that the record must have, and the service does not give. */
export class FileMissing extends Error {
  /** @param {string} path @param {unknown} [cause] none: the service says that there is no such file */
  constructor(path, cause) {
    super(cause ? `${path} could not be loaded: ${cause}` : `the record has no ${path}`, { cause });
    this.name = "FileMissing";
    this.path = path;
    this.isAbsent = cause === undefined;
  }
}

/** @param {number} index of a tile @returns {string} as its path spells it */
function spelled(index) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  return groups.join("/");
}

function tiles(folder, count) {
  return Array.from({ length: Math.ceil(count / width) }, (_, index) => {
    const here = Math.min(width, count - index * width);
    return { path: `${folder}/${spelled(index)}${here < width ? `.p/${here}` : ""}`, first: index * width, count: here };
  });
}

/** @param {number} size of the board @returns {{path: string, first: number, count: number}[]} its bundles of entries, in order */
export const bundlesOf = (size) => tiles("tile/entries", size);

/** @param {number} size of the board @returns {string[]} its tiles of hashes */
export function hashTilesOf(size) {
  const paths = [];
  for (let [level, count] = [0, size]; count > 0; level++, count = Math.floor(count / width)) paths.push(...tiles(`tile/${level}`, count).map(({ path }) => path));
  return paths;
}

/** The size that a checkpoint names, not verified; `null` where it names none that a board can have. @param {Uint8Array} checkpoint */
export function sizeNamedBy(checkpoint) {
  const line = new TextDecoder().decode(checkpoint).split("\n")[1] ?? "";
  const size = /^[1-9]\d{0,9}$/.test(line) ? Number(line) : 0;
  return size > 0 && size <= mostEntries ? size : null;
}

/** @param {Uint8Array} bundle @returns {Uint8Array[]} its entries; those before the fault where it is malformed */
export function entriesOf(bundle) {
  const entries = [];
  for (let at = 0; at + 2 <= bundle.length;) {
    const end = at + 2 + (bundle[at] << 8 | bundle[at + 1]);
    if (end > bundle.length) break;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** The record as a service publishes it, now. */
export class PublishedRecord {
  #base;
  #tries;
  /** Bytes loaded so far. */
  loaded = 0;

  /** @param {string} service its address; empty for the page's own @param {string} reference of the election @param {{tries?: number}} [options] */
  constructor(service, reference, { tries = 6 } = {}) {
    this.#base = `${service}/api/v1/elections/${reference}/board`;
    this.#tries = tries;
  }

  /** @param {string} path @returns {Promise<Uint8Array|null>} `null` where there is no such file @throws {FileMissing} when it cannot be loaded */
  async file(path) {
    for (let attempt = 1; ; attempt++) {
      let wait = 250 * 2 ** attempt * (0.5 + Math.random());
      try {
        const answer = await fetch(`${this.#base}/${path}`, { signal: AbortSignal.timeout(longestWait), credentials: "omit" });
        if (answer.ok) {
          const bytes = new Uint8Array(await answer.arrayBuffer());
          this.loaded += bytes.length;
          return bytes;
        }
        if (answer.status === 404) return null;
        if (![429, 502, 503, 504].includes(answer.status) || attempt >= this.#tries) throw new FileMissing(path, answer.status);
        wait = Math.max(wait, Math.min(Number(answer.headers.get("Retry-After") ?? 0), 30) * 1000);
      } catch (error) {
        if (error instanceof FileMissing || attempt >= this.#tries) throw error instanceof FileMissing ? error : new FileMissing(path, error);
      }
      await pause(wait);
    }
  }

  /** A file that must be there. @param {string} path @returns {Promise<Uint8Array>} */
  async need(path) {
    const bytes = await this.file(path);
    if (bytes === null) throw new FileMissing(path);
    return bytes;
  }

  /** Files that must be there, in the order asked for, some of them loaded ahead. @param {string[]} paths */
  async *inOrder(paths) {
    const coming = [];
    let next = 0;
    for (let at = 0; at < paths.length; at++) {
      while (next < paths.length && coming.length < atOnce) {
        const load = this.need(paths[next++]);
        // Whoever stops half-way does not ask for the rest.
        load.catch(() => {});
        coming.push(load);
      }
      yield { path: paths[at], bytes: await coming.shift() };
    }
  }

  /** What proves that the board of a size begins with that of an earlier one. @returns {Promise<Uint8Array[]>} */
  async consistency(oldSize, newSize) {
    const text = new TextDecoder().decode(await this.need(`consistency?old=${oldSize}&new=${newSize}`));
    return text.split("\n").filter((line) => line !== "").map((line) => Uint8Array.from(atob(line), (character) => character.charCodeAt(0)));
  }
}
