// A small WebSocket client (RFC 6455) over a raw socket: shows each message, and with which code the service closes.

import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { until } from "./service.mjs";

export class LiveClient {
  /** @type {object[]} */
  messages = [];
  /** The code with which the service closed, once it has. */
  closed = null;
  #buffer = Buffer.alloc(0);
  #isOpen = false;

  /** @param {import("./service.mjs").Service} service */
  static async open(service) {
    const client = new LiveClient();
    const socket = connect(service.port, "127.0.0.1");
    client.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (bytes) => client.#received(bytes));
    const key = randomBytes(16).toString("base64");
    socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: localhost:${service.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
      + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
    await until(() => client.#isOpen, "the WebSocket", 20);
    return client;
  }

  #received(bytes) {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    if (!this.#isOpen) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = this.#buffer.subarray(0, end).toString();
      if (!head.startsWith("HTTP/1.1 101")) throw new Error(`no WebSocket: ${head}`);
      this.#isOpen = true;
      this.#buffer = this.#buffer.subarray(end + 4);
    }
    while (this.#frame());
  }

  /** Reads a frame; the service neither masks nor splits them. */
  #frame() {
    const buffer = this.#buffer;
    if (buffer.length < 2) return false;
    let [length, at] = [buffer[1] & 0x7f, 2];
    if (length === 126) {
      if (buffer.length < 4) return false;
      [length, at] = [buffer.readUInt16BE(2), 4];
    }
    if (buffer.length < at + length) return false;
    const payload = buffer.subarray(at, at + length);
    this.#buffer = buffer.subarray(at + length);
    switch (buffer[0] & 0x0f) {
      case 1: this.messages.push(JSON.parse(payload.toString())); break;
      case 8:
        this.closed = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        this.#write(8, payload);
        break;
      case 9: this.#write(10, payload); break;
      default: break;
    }
    return true;
  }

  #write(opcode, payload) {
    const mask = randomBytes(4);
    const head = payload.length < 126 ? [0x80 | opcode, 0x80 | payload.length] : [0x80 | opcode, 0xfe, payload.length >> 8, payload.length & 0xff];
    this.socket.write(Buffer.concat([Buffer.from(head), mask, Buffer.from(payload.map((byte, index) => byte ^ mask[index % 4]))]));
  }

  say(message) { this.#write(1, Buffer.from(JSON.stringify(message))); }

  async subscribe(...elections) {
    this.say({ subscribe: elections });
    await this.heard((message) => message.event === "subscribed");
  }

  /** Waits for a message. */
  heard(matches, seconds = 60) { return until(() => this.messages.find(matches), "a live event", seconds); }

  end() { this.socket.destroy(); }
}
