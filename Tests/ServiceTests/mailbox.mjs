// A mail server of a test's own (`mail_server.py`), and certificates for it.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./service.mjs";

/** A certificate for localhost that is its own authority. */
export function certificate(folder, name = "mail") {
  const [chain, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", chain, "-days", "2", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost",
  ], { stdio: "pipe" });
  return { chain, key };
}

export class Mailbox {
  /** What arrived, taken over or refused for its content. */
  mails = [];

  constructor(port) {
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), "comitia-mail-"));
  }

  /** @param {{chain: string, key: string}} [tls] @param {string} [login] `user:password` */
  async begin(tls, login) {
    const words = [join(root, "Tests/ServiceTests/mail_server.py"), String(this.port), ...(tls ? [tls.chain, tls.key] : login ? ["", ""] : []), ...(login ? [login] : [])];
    const running = spawn(join(root, ".build/python/bin/python"), words, { stdio: ["pipe", "pipe", "inherit"] });
    this.process = running;
    this.ended = new Promise((resolve) => { running.on("close", resolve); });
    let rest = "";
    await new Promise((resolve, reject) => {
      running.on("error", (error) => reject(new Error(`${error.message}; run: scripts/python-env`)));
      running.on("close", (code) => reject(new Error(`the mail server ended: ${code}`)));
      running.stdout.setEncoding("utf8").on("data", (text) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          const event = JSON.parse(line);
          if (event.ready) resolve(); else this.mails.push(event);
        }
      });
    });
  }

  async end() {
    this.process?.kill("SIGKILL");
    await this.ended;
  }

  async stop() {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Mails to an address. */
  to(address) { return this.mails.filter((mail) => mail.recipient === address); }
}

/** The voting link in a mail. */
export const linkIn = (mail) => mail.text.match(/https?:\/\/\S+\/vote\/[a-z0-9]+#\S+/)?.[0];
