// A transparency log and its reader, written from the C2SP documents and RFC 9162, not from the Swift code.

import { createHash, generateKeyPairSync, sign, verify, createPublicKey } from "node:crypto";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.from([1]), left, right);
export const leafHash = (entry) => sha256(Buffer.from([0]), Buffer.from(entry));

function largestPowerBelow(count) {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The root over leaf hashes (RFC 9162, 2.1.1). */
export function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  const split = largestPowerBelow(leaves.length);
  return node(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

/** The consistency proof from a size to all leaves (RFC 9162, 2.1.4). */
export function consistency(old, leaves) {
  if (old === 0) return [];
  const part = (size, rest, isWhole) => {
    if (size === rest.length) return isWhole ? [] : [rootOf(rest)];
    const split = largestPowerBelow(rest.length);
    if (size <= split) return [...part(size, rest.slice(0, split), isWhole), rootOf(rest.slice(split))];
    return [...part(size - split, rest.slice(split), false), rootOf(rest.slice(0, split))];
  };
  return part(old, leaves, true);
}

const rawKey = (key) => Buffer.from(key.export({ format: "jwk" }).x, "base64url");

/** Reads a vkey. */
export function readKey(vkey) {
  const [, name, id, content] = vkey.match(/^([^+]+)\+([0-9a-f]{8})\+(.*)$/);
  const bytes = Buffer.from(content, "base64");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: bytes.subarray(1).toString("base64url") }, format: "jwk" });
  return { name, id, type: bytes[0], key };
}

/** The vkey of a public key of 32 bytes; type 1 signs as a log, 4 as a witness. */
export function vkeyOf(name, type, key) {
  const content = Buffer.concat([Buffer.from([type]), key]);
  const id = sha256(Buffer.from(`${name}\n`), content).subarray(0, 4);
  return `${name}+${id.toString("hex")}+${content.toString("base64")}`;
}

/** A log's key. */
class Signer {
  constructor(name) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    this.vkey = vkeyOf(name, 1, rawKey(publicKey));
    this.id = Buffer.from(readKey(this.vkey).id, "hex");
    Object.assign(this, { name, privateKey });
  }

  /** A signed note. */
  sign(text) {
    const signature = sign(null, Buffer.from(text), this.privateKey);
    return `${text}\n— ${this.name} ${Buffer.concat([this.id, signature]).toString("base64")}\n`;
  }
}

/** A log that may lie: its entries are whatever it is told. */
export class Log {
  constructor(origin) { this.signer = new Signer(origin); }

  get vkey() { return this.signer.vkey; }

  checkpoint(entries) {
    const root = rootOf(entries.map(leafHash));
    return this.signer.sign(`${this.signer.name}\n${entries.length}\n${root.toString("base64")}\n`);
  }

  /** The body of an add-checkpoint request. */
  request(old, entries) {
    const proof = consistency(old, entries.map(leafHash)).map((hash) => `${hash.toString("base64")}\n`).join("");
    return `old ${old}\n${proof}\n${this.checkpoint(entries)}`;
  }
}

/** The signature lines of a note with one name. */
const linesOf = (text, name) => text.split("\n").filter((line) => line.startsWith(`— ${name} `));

/** Verifies a cosignature/v1 in an answer or a note; its time in Unix seconds, or null. */
export function cosignatureTime(text, body, vkey) {
  const { name, id, type, key } = readKey(vkey);
  const lines = linesOf(text, name);
  if (type !== 4 || lines.length !== 1) return null;
  const bytes = Buffer.from(lines[0].split(" ")[2], "base64");
  if (bytes.length !== 76 || bytes.subarray(0, 4).toString("hex") !== id) return null;
  const time = bytes.readBigUInt64BE(4);
  return verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${body}`), key, bytes.subarray(12)) ? Number(time) : null;
}

/** Origin, size, root and body of a signed checkpoint. */
export function readCheckpoint(note) {
  const body = note.slice(0, note.lastIndexOf("\n\n") + 1);
  const [origin, size, root] = body.split("\n");
  return { body, origin, size: Number(size), root };
}

/** Whether a log with this vkey signed the note. */
export function isSigned(note, vkey) {
  const { name, key } = readKey(vkey);
  const { body } = readCheckpoint(note);
  return linesOf(note, name).some((line) => verify(null, Buffer.from(body), key, Buffer.from(line.split(" ")[2], "base64").subarray(4)));
}
