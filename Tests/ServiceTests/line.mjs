// The line between one trustee and the service: a proxy of the trustee's own, that can be cut, break off half-way or fall silent, and that knows what goes over it.

import { Agent, createServer, request } from "node:http";
import { freePort } from "./service.mjs";

/** @typedef {{method: string, path: string, body: Buffer, status: number, answer: Buffer}} Exchange */

export class Line {
  /** "open"; "cut": no connection; "half": requests arrive, answers break off half-way; "silent": nothing arrives, and nobody is told. */
  state = "open";
  /** Told of each request before it is passed on, which waits for it. @type {(exchange: Exchange) => Promise<void> | void} */
  ask = () => {};
  /** Told of each answer before it is passed on, which waits for it. @type {(exchange: Exchange) => Promise<void> | void} */
  watch = () => {};
  #sockets = new Set();

  static async start(service) {
    const line = new Line();
    line.service = service;
    line.port = await freePort();
    line.address = `http://localhost:${line.port}`;
    line.agent = new Agent({ keepAlive: true });
    line.server = createServer((asked, answer) => line.#carry(asked, answer).catch(() => answer.destroy()));
    line.server.on("connection", (socket) => line.#take(socket));
    await new Promise((resolve) => { line.server.listen(line.port, "127.0.0.1", resolve); });
    return line;
  }

  #take(socket) {
    if (this.state === "cut") {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => {});
  }

  async #carry(asked, answer) {
    const body = await read(asked);
    const exchange = { method: asked.method, path: asked.url, body };
    await this.ask(exchange);
    if (this.state === "silent") return;
    if (this.state === "cut") throw new Error("cut");
    const headers = { ...asked.headers };
    // Answers as they are, to be looked into.
    delete headers["accept-encoding"];
    const received = await new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port: this.service.port, method: asked.method, path: asked.url, headers, agent: this.agent }, resolve)
        .on("error", reject).end(body);
    });
    exchange.status = received.statusCode;
    exchange.answer = await read(received);
    await this.watch(exchange);
    if (this.state === "silent") return;
    const fields = { ...received.headers };
    delete fields["transfer-encoding"];
    // 204 has no length.
    if (exchange.answer.length > 0) fields["content-length"] = exchange.answer.length;
    answer.writeHead(received.statusCode, fields);
    if (this.state === "half") {
      answer.write(exchange.answer.subarray(0, exchange.answer.length >> 1), () => answer.socket?.destroy());
    } else if (this.state === "cut") {
      answer.destroy();
    } else {
      answer.end(exchange.answer);
    }
  }

  #drop() { for (const socket of this.#sockets) socket.destroy(); }

  /** From now on nothing gets through as it should. */
  fail(state) {
    this.state = state;
    if (state === "cut") this.#drop();
  }

  /** As before. What waited for an answer has lost its connection. */
  mend() {
    const wasSilent = this.state === "silent";
    this.state = "open";
    if (wasSilent) this.#drop();
  }

  async stop() {
    this.state = "cut";
    this.#drop();
    this.agent.destroy();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** The phase that a trustee is told of in this answer; `null`: it is another one. */
export function phaseIn({ path, status, answer }) {
  if (status !== 200 || !/\/trustees\/state\?/.test(path)) return null;
  return JSON.parse(answer.toString("utf8")).phase;
}

/** What a trustee has to say in a phase, and where. */
const messages = { ceremony: /\/messages$/, drill: /\/drill$/, open: /\/cosignatures\?/, closing: /\/cosignatures\?/, decrypting: /\/partials$/, signing: /\/signing$/, marking: /\/marking$/ };

/** Whether a trustee says what it has to say in a phase. */
export const says = (phase, { method, path }) => method === "POST" && (messages[phase]?.test(path) ?? false);

/** Whether the service has taken it. */
export const isSaid = (phase, exchange) => says(phase, exchange) && exchange.status < 300;
