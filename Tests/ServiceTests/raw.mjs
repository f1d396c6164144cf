// What no decent client sends: requests byte by byte over a socket.

import { connect } from "node:net";

/** Opens a connection; `received` is all that came until it was closed. */
export function open(service) {
  const socket = connect(service.port, "127.0.0.1");
  const connection = { socket, isClosed: false };
  const parts = [];
  socket.on("data", (bytes) => parts.push(bytes));
  socket.on("error", () => {});
  connection.received = new Promise((resolve) => {
    socket.on("close", () => {
      connection.isClosed = true;
      resolve(Buffer.concat(parts));
    });
  });
  connection.ready = new Promise((resolve) => { socket.on("connect", resolve); });
  return connection;
}

/** The parts of an answer. */
export function parse(bytes) {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  const [first, ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Headers();
  for (const line of lines) headers.append(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim());
  return { status: Number(first.split(" ")[1]), headers, body: text.slice(end + 4) };
}

/** Sends bytes as they are, and reads the one answer. */
export async function send(service, bytes) {
  const connection = open(service);
  const timer = setTimeout(() => connection.socket.destroy(), 20_000);
  connection.socket.write(bytes);
  const answer = await connection.received;
  clearTimeout(timer);
  return parse(answer);
}

/** A request whose target and fields are sent as they are. */
export function ask(service, method, target, fields = {}, body = "") {
  const all = { Host: `localhost:${service.port}`, Connection: "close", ...(body ? { "Content-Length": Buffer.byteLength(body) } : {}), ...fields };
  const lines = Object.entries(all).filter(([, value]) => value !== undefined).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
  return send(service, `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** What an operator's monitoring reads. */
export async function metric(service, name) {
  const text = await (await fetch(`${service.address}/metrics`)).text();
  return Number(text.match(new RegExp(`^${name} (.*)$`, "m"))?.[1] ?? NaN);
}

/** What the service's answers tell of everything that an attack could change, its audit log included. */
export async function stateOf(chief) {
  const state = {};
  for (const path of ["/accounts?limit=200", "/elections?limit=200", "/audit-log?limit=200"]) state[path] = await chief.get(path);
  for (const { reference } of state["/elections?limit=200"].items) {
    for (const part of ["", "/voters?limit=200", "/trustees", "/roll/rules"]) {
      const path = `/elections/${reference}${part}`;
      state[path] = await chief.get(path);
    }
    // When a trustee was last heard of changes by itself.
    for (const trustee of state[`/elections/${reference}/trustees`].trustees) delete trustee.seen;
  }
  return state;
}
