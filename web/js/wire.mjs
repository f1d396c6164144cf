// The encoding of docs/spec/02-primitives.md, 2.4, as requests and answers of the modules use it.

/** Writes big-endian numbers and bytes. */
export class Writer {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** @param {number} count @returns {number} where `count` more bytes start */
  #grow(count) {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes.fill(0);
      this.#bytes = larger;
    }
    return start;
  }

  /** @param {number|bigint} value a whole number that fits @param {number} count its bytes */
  #number(value, count) {
    let rest;
    try {
      rest = BigInt(value);
    } catch {
      throw new RangeError(`${value} is not a whole number`);
    }
    if (rest < 0n || rest >> BigInt(8 * count) !== 0n) throw new RangeError(`${value} does not fit into ${count} bytes`);
    const start = this.#grow(count);
    for (let index = count - 1; index >= 0; index--) {
      this.#bytes[start + index] = Number(rest & 255n);
      rest >>= 8n;
    }
    return this;
  }

  u8(value) { return this.#number(value, 1); }
  u16(value) { return this.#number(value, 2); }
  u32(value) { return this.#number(value, 4); }
  u64(value) { return this.#number(value, 8); }

  /** @param {Uint8Array} bytes @param {number} [count] how many there must be @param {string} [name] of the argument, for errors */
  raw(bytes, count, name = "bytes") {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array`);
    if (count !== undefined && bytes.length !== count) throw new RangeError(`${name} must have ${count} bytes, not ${bytes.length}`);
    const start = this.#grow(bytes.length);
    this.#bytes.set(bytes, start);
    return this;
  }

  /** @param {Uint8Array} bytes preceded by their count */
  blob(bytes, name = "bytes") {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array`);
    return this.u32(bytes.length).raw(bytes);
  }

  /** What was written. */
  get bytes() { return this.#bytes.subarray(0, this.#length); }

  /** Overwrites what was written. */
  wipe() { this.#bytes.fill(0); }
}

/** Reads what `Writer` writes. */
export class Reader {
  #bytes;
  #position = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) { this.#bytes = bytes; }

  /** @param {number} count @returns {Uint8Array} a copy */
  raw(count) {
    const end = this.#position + count;
    if (end > this.#bytes.length) throw new RangeError("an answer that ends too early");
    const bytes = this.#bytes.slice(this.#position, end);
    this.#position = end;
    return bytes;
  }

  #number(count) { return this.raw(count).reduce((value, byte) => value << 8n | BigInt(byte), 0n); }

  u8() { return Number(this.#number(1)); }
  u16() { return Number(this.#number(2)); }
  u32() { return Number(this.#number(4)); }
  /** @returns {bigint} */
  u64() { return this.#number(8); }
  blob() { return this.raw(this.u32()); }
  text() { return new TextDecoder().decode(this.raw(this.u16())); }
  /** All that is left. */
  rest() { return this.raw(this.#bytes.length - this.#position); }
}
