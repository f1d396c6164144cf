// Where a record's files are kept while it is verified: in memory as long as they are small, then in a file of the browser's own that no other page sees.

const mostInMemory = 96 * 1024 * 1024;

export class RecordStore {
  #places = new Map();
  #inMemory = 0;
  #limit;
  #open;
  #file = null;
  #end = 0;

  /** @param {{limit?: number, open?: () => Promise<StoreFile|null>}} [options] what may stay in memory, and what makes the file */
  constructor({ limit = mostInMemory, open = openPrivateFile } = {}) {
    this.#limit = limit;
    this.#open = open;
  }

  /** @param {string} path @param {Uint8Array} bytes */
  async add(path, bytes) {
    if (this.#inMemory + bytes.length > this.#limit && this.#file === null) this.#file = (await this.#open()) ?? false;
    if (this.#inMemory + bytes.length <= this.#limit || !this.#file) {
      this.#places.set(path, bytes);
      this.#inMemory += bytes.length;
      return;
    }
    const written = this.#file.write(bytes, { at: this.#end });
    if (written !== bytes.length) throw new Error("the browser's storage is full");
    this.#places.set(path, { at: this.#end, count: bytes.length });
    this.#end += bytes.length;
  }

  /** @param {string} path @returns {Uint8Array|null} */
  read(path) {
    const place = this.#places.get(path) ?? null;
    if (place === null || place instanceof Uint8Array) return place;
    const bytes = new Uint8Array(place.count);
    return this.#file.read(bytes, { at: place.at }) === place.count ? bytes : null;
  }

  /** Forgets everything. */
  async close() {
    this.#places.clear();
    if (this.#file) await this.#file.remove();
    this.#file = null;
  }
}

/** @typedef {{write: Function, read: Function, remove: () => Promise<void>}} StoreFile */

/** A file of this page's, for its worker. @returns {Promise<StoreFile|null>} `null` where browsers have none: then all stays in memory */
async function openPrivateFile() {
  const name = `record-${crypto.randomUUID?.() ?? Date.now()}`;
  try {
    const folder = await navigator.storage.getDirectory();
    // What a page left that was closed half-way; those that are in use cannot be removed.
    for await (const left of folder.keys()) if (left.startsWith("record-")) await folder.removeEntry(left).catch(() => {});
    const access = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
    return {
      write: (bytes, place) => access.write(bytes, place),
      read: (bytes, place) => access.read(bytes, place),
      async remove() {
        access.close();
        await folder.removeEntry(name);
      },
    };
  } catch {
    return null;
  }
}
