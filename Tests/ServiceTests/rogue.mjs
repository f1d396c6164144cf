// A trustee that does not keep to the protocol: it has the signing key of a real one, and says what it likes.

import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { publicBytes } from "./key-file.mjs";

export class Rogue {
  /** @param {import("node:crypto").KeyObject} key as in the key file of the trustee */
  constructor(service, reference, key) {
    [this.service, this.key, this.path] = [service, key, `/api/v1/elections/${reference}`];
  }

  /** Asks as a trustee does (docs/spec/08-trustee-network.md, 8.1). @param {{time?: number}} [options] Unix seconds */
  async ask(method, path, body = Buffer.alloc(0), { time = Math.floor(Date.now() / 1000) } = {}) {
    const target = this.path + path;
    const text = ["comitia trustee request/v1", `${method} ${target}`, time, createHash("sha256").update(body).digest("hex"), ""].join("\n");
    const signature = sign(null, Buffer.from(text), this.key).toString("base64");
    const answer = await fetch(this.service.address + target, {
      method, body: method === "GET" ? undefined : body, signal: AbortSignal.timeout(60_000),
      headers: {
        Authorization: `Comitia-Trustee ${publicBytes(this.key)}.${time}.${signature}`,
        ...(method === "GET" ? {} : { "Content-Type": path.includes("/cosignatures") ? "text/plain" : "application/octet-stream" }),
      },
    });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /**
   * A message of a key ceremony (docs/spec/04-trustees.md, 4.2).
   * @param {{id: string, threshold: number, keys: string[]}} ceremony id and signing keys in hexadecimal
   */
  ceremonyMessage(kind, { id, threshold, keys }, number, body) {
    const configuration = Buffer.concat([Buffer.from(id, "hex"), Buffer.of(threshold, keys.length), Buffer.from(keys.join(""), "hex")]);
    const message = Buffer.concat([Buffer.of(kind), Buffer.from(id, "hex"), Buffer.of(number), body]);
    const text = Buffer.concat([Buffer.from("comitia ceremony message/v1\n"), createHash("sha256").update(configuration).digest(), message]);
    return Buffer.concat([message, sign(null, text, this.key)]);
  }

  /** Messages for the log of a key ceremony (8.4). */
  static batch(messages) {
    const number = (value, width) => { const bytes = Buffer.alloc(width); bytes.writeUIntBE(value, 0, width); return bytes; };
    return Buffer.concat([number(messages.length, 2), ...messages.flatMap((message) => [number(message.length, 2), message])]);
  }

  /** A commitment to nonces that nobody needs to know: any two points of the right order. */
  static commitment() {
    return Buffer.concat([0, 1].map(() => Buffer.from(publicBytes(generateKeyPairSync("ed25519").privateKey), "hex")));
  }
}
