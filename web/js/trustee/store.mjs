// What a trustee's page keeps, in the browser's database: the key file, encrypted under its passphrase; what is known of copies of it; copies of public boards.

const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const done = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave up storing"));
});

export class BrowserStore {
  #database;

  static async open() {
    const store = new BrowserStore();
    const opening = indexedDB.open("comitia-trustee", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("kept");
      opening.result.createObjectStore("boards");
    };
    store.#database = await request(opening);
    return store;
  }

  async #get(name, key) { return request(this.#database.transaction(name).objectStore(name).get(key)); }

  /** Resolves when the disk has it: `strict` waits for the disk, not only for the operating system. */
  async #put(name, key, value) {
    const transaction = this.#database.transaction(name, "readwrite", { durability: "strict" });
    transaction.objectStore(name).put(value, key);
    await done(transaction);
  }

  /** The key file; `null` where there is none. */
  async file() { return (await this.#get("kept", "file")) ?? null; }
  async keep(file) { await this.#put("kept", "file", file); }

  /** Of which ceremonies, by their ids, there is a tested copy of the share; `key`: of the signing key. */
  async copies() { return (await this.#get("kept", "copies")) ?? []; }
  async addCopy(name) { await this.#put("kept", "copies", [...new Set([...await this.copies(), name])]); }

  /** What has happened, the newest last. */
  async happened() { return (await this.#get("kept", "happened")) ?? []; }
  async keepHappened(events) { await this.#put("kept", "happened", events.slice(-200)); }

  async holds(board, path) {
    return await request(this.#database.transaction("boards").objectStore("boards").count([board, path])) > 0;
  }

  async read(board, path) { return (await this.#get("boards", [board, path])) ?? null; }
  async write(board, path, bytes) { await this.#put("boards", [board, path], bytes); }

  async setAside(board) {
    const transaction = this.#database.transaction("boards", "readwrite");
    transaction.objectStore("boards").delete(IDBKeyRange.bound([board], [board, []]));
    await done(transaction);
  }

  /** Forgets everything: for the end, or for another backup. */
  async clear() {
    const transaction = this.#database.transaction(["kept", "boards"], "readwrite", { durability: "strict" });
    for (const name of ["kept", "boards"]) transaction.objectStore(name).clear();
    await done(transaction);
  }
}
