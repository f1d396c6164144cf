// Chromium driven over its own protocol, through a pipe: beside the page nothing runs that would be measured with it.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The one without windows: what a desktop's tabs and menus cost is nothing that a phone pays.
const program = "/usr/lib/chromium/chromium-headless-shell";
const words = [
  "--no-sandbox", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
];

export class Chromium {
  #waiting = new Map();
  #listeners = [];
  #last = 0;
  #rest = "";

  static start() {
    const chromium = new Chromium();
    chromium.folder = mkdtempSync(join(tmpdir(), "comitia-chromium-"));
    chromium.process = spawn(program, [...words, `--user-data-dir=${chromium.folder}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    chromium.ended = new Promise((resolve) => { chromium.process.on("close", resolve); });
    chromium.process.stdio[4].setEncoding("utf8").on("data", (text) => chromium.#heard(text));
    return chromium;
  }

  #heard(text) {
    const messages = (this.#rest + text).split("\0");
    this.#rest = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      const asked = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (asked && message.error) asked.reject(new Error(`${asked.method}: ${message.error.message}`));
      else if (asked) asked.resolve(message.result);
      else for (const listener of this.#listeners) listener(message);
    }
  }

  /** @param {string} method @param {object} [params] @param {string} [sessionId] of a page or worker @returns {Promise<any>} */
  send(method, params = {}, sessionId = undefined) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { method, resolve, reject });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** @param {(message: {method: string, params: any, sessionId?: string}) => void} listener */
  on(listener) { this.#listeners.push(listener); }

  async stop() {
    this.process.kill();
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
