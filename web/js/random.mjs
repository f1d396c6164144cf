// The platform's secure generator. Node.js before 19 has it only as a module of its own.

const generator = globalThis.crypto ?? (await import("node:crypto")).webcrypto;

/**
 * Fills an array with random bytes.
 * @param {Uint8Array} bytes at most 65 536
 * @returns {Uint8Array} the same array
 */
export const fillRandom = (bytes) => generator.getRandomValues(bytes);
