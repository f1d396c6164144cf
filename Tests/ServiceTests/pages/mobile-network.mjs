// A mobile network between a browser and a service: so many bytes a second for all connections together, and a way that takes its time.
// Browsers can imitate one themselves, but tell then of every packet, at the cost of the processor that is measured.

import { connect, createServer } from "node:net";

/** Hands on what comes, late and no faster than the network is. */
class Way {
  #free = 0;

  /** @param {{latency: number, bytesPerSecond: number}} network */
  constructor(network) { this.network = network; }

  carry(chunk, deliver) {
    const now = performance.now();
    this.#free = Math.max(now, this.#free) + (chunk.length * 1000) / this.network.bytesPerSecond;
    setTimeout(deliver, this.#free + this.network.latency - now);
  }
}

/**
 * Opens a way to a service.
 * @param {string} address of the service @param {{roundTrip?: number, bitsPerSecond?: number}} [network] milliseconds; each direction
 * @returns {Promise<{address: string, close: () => void}>}
 */
export async function openNetwork(address, { roundTrip = 20, bitsPerSecond = 4_000_000 } = {}) {
  const network = { latency: roundTrip / 2, bytesPerSecond: bitsPerSecond / 8 };
  const [up, down] = [new Way(network), new Way(network)];
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: Number(new URL(address).port), host: "localhost", allowHalfOpen: true, noDelay: true });
    for (const [from, to, way] of [[near, far, up], [far, near, down]]) {
      sockets.add(from);
      // In packets, so that connections share the way.
      from.on("data", (data) => {
        for (let at = 0; at < data.length; at += 1400) {
          const packet = data.subarray(at, at + 1400);
          way.carry(packet, () => { if (!to.destroyed) to.write(packet); });
        }
      });
      from.on("end", () => way.carry(Buffer.alloc(0), () => to.end()));
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  await new Promise((resolve, reject) => server.on("error", reject).listen(0, "localhost", resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address: `http://localhost:${server.address().port}`, close };
}
