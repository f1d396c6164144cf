// QR codes (ISO/IEC 18004) of short texts, such as an address: bytes, error correction level M, versions 1 to 10, which hold up to 213 bytes.

/** For versions from 1: codewords of error correction in a block; blocks of the first kind; their codewords of data. Blocks of the second kind have one more. */
const blocks = [
  [10, 1, 16, 0], [16, 1, 28, 0], [26, 1, 44, 0], [18, 2, 32, 0], [24, 2, 43, 0], [16, 4, 27, 0], [18, 4, 31, 0], [22, 2, 38, 2], [22, 3, 36, 2], [26, 4, 43, 1],
];
/** Where alignment patterns stand, on both axes. */
const alignments = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

/** Powers of 2 and their logarithms in the field of 256 elements. */
const [powers, logarithms] = (() => {
  const [power, logarithm] = [new Uint8Array(510), new Uint8Array(256)];
  for (let exponent = 0, value = 1; exponent < 255; exponent++) {
    power[exponent] = power[exponent + 255] = value;
    logarithm[value] = exponent;
    value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
  }
  return [power, logarithm];
})();
const times = (a, b) => (a && b ? powers[logarithms[a] + logarithms[b]] : 0);

/** The remainder of data by the generator of so many codewords. */
function correction(data, count) {
  let generator = [1];
  for (let root = 0; root < count; root++) {
    generator = Array.from({ length: generator.length + 1 }, (_, at) => (generator[at] ?? 0) ^ times(generator[at - 1] ?? 0, powers[root]));
  }
  const rest = [...data, ...new Array(count).fill(0)];
  for (let at = 0; at < data.length; at++) {
    const factor = rest[at];
    for (let step = 0; step <= count; step++) rest[at + step] ^= times(generator[step], factor);
  }
  return rest.slice(data.length);
}

/** All codewords of a text in the order of the symbol. */
function codewords(bytes, version) {
  const [check, first, length, second] = blocks[version - 1];
  const capacity = first * length + second * (length + 1);
  const bits = [];
  const push = (value, count) => { for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1); };
  push(4, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, capacity * 8 - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity * 8; pad ^= 0xec ^ 0x11) push(pad, 8);
  const words = Array.from({ length: capacity }, (_, at) => bits.slice(8 * at, 8 * at + 8).reduce((value, bit) => (value << 1) | bit, 0));
  const data = [];
  for (let block = 0, at = 0; block < first + second; block++) {
    const end = at + length + (block < first ? 0 : 1);
    data.push(words.slice(at, end));
    at = end;
  }
  const checks = data.map((block) => correction(block, check));
  const across = (rows, count) => Array.from({ length: count }, (_, at) => rows.flatMap((row) => (at < row.length ? [row[at]] : []))).flat();
  return [...across(data, length + 1), ...across(checks, check)];
}

const masks = [
  (y, x) => (x + y) % 2, (y) => y % 2, (y, x) => x % 3, (y, x) => (x + y) % 3, (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2,
  (y, x) => ((x * y) % 2) + ((x * y) % 3), (y, x) => (((x * y) % 2) + ((x * y) % 3)) % 2, (y, x) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** A symbol being drawn: what is dark, and what belongs to patterns. */
class Symbol {
  constructor(version) {
    this.size = 17 + 4 * version;
    this.dark = Array.from({ length: this.size }, () => new Uint8Array(this.size));
    this.fixed = Array.from({ length: this.size }, () => new Uint8Array(this.size));
    this.#patterns(version);
  }

  set(y, x, dark) {
    if (y < 0 || x < 0 || y >= this.size || x >= this.size) return;
    this.dark[y][x] = dark ? 1 : 0;
    this.fixed[y][x] = 1;
  }

  #patterns(version) {
    const end = this.size - 7;
    for (let at = 0; at < this.size; at++) {
      this.set(6, at, at % 2 === 0);
      this.set(at, 6, at % 2 === 0);
    }
    for (const [top, left] of [[0, 0], [0, end], [end, 0]]) {
      for (let y = -1; y <= 7; y++) for (let x = -1; x <= 7; x++) this.set(top + y, left + x, ![2, 4].includes(Math.max(Math.abs(y - 3), Math.abs(x - 3))));
    }
    const places = alignments[version - 1];
    for (const y of places) {
      for (const x of places) {
        if ((y === 6 && x === 6) || (y === 6 && x === places.at(-1)) || (x === 6 && y === places.at(-1))) continue;
        for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) this.set(y + dy, x + dx, Math.max(Math.abs(dy), Math.abs(dx)) !== 1);
      }
    }
    this.format(0);
    if (version < 7) return;
    const code = remainder(version, 0x1f25, 12);
    for (let bit = 0; bit < 18; bit++) {
      const [a, b] = [Math.floor(bit / 3), this.size - 11 + (bit % 3)];
      this.set(a, b, (code >> bit) & 1);
      this.set(b, a, (code >> bit) & 1);
    }
  }

  /** Writes level M, whose bits are 00, and the mask. */
  format(mask) {
    const code = remainder(mask, 0x537, 10) ^ 0x5412;
    for (let bit = 0; bit < 15; bit++) {
      const dark = (code >> bit) & 1;
      const along = bit < 6 ? bit : bit < 8 ? bit + 1 : null;
      this.set(along ?? this.size - 15 + bit, 8, dark);
      this.set(8, bit < 8 ? this.size - 1 - bit : bit === 8 ? 7 : 14 - bit, dark);
    }
    this.set(this.size - 8, 8, 1);
  }

  /** Lays bits in columns of two, up and down, from the right; the column of the timing pattern is left out. */
  lay(words) {
    let bit = 0;
    for (let right = this.size - 1, up = true; right > 0; right -= 2, up = !up) {
      if (right === 6) right = 5;
      for (let step = 0; step < this.size; step++) {
        const y = up ? this.size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.fixed[y][x]) continue;
          this.dark[y][x] = bit < 8 * words.length ? (words[bit >> 3] >> (7 - (bit & 7))) & 1 : 0;
          bit++;
        }
      }
    }
  }

  turn(mask) {
    for (let y = 0; y < this.size; y++) for (let x = 0; x < this.size; x++) if (!this.fixed[y][x] && masks[mask](y, x) === 0) this.dark[y][x] ^= 1;
  }

  /** How hard it is to read. */
  penalty() {
    const lines = [...this.dark.map((row) => row.join("")), ...this.dark.map((_, x) => this.dark.map((row) => row[x]).join(""))];
    let points = 0;
    for (const line of lines) {
      for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) points += run.length - 2;
      points += 40 * (line.match(/(?=10111010000|00001011101)/g) ?? []).length;
    }
    for (let y = 1; y < this.size; y++) {
      for (let x = 1; x < this.size; x++) {
        const count = this.dark[y][x] + this.dark[y - 1][x] + this.dark[y][x - 1] + this.dark[y - 1][x - 1];
        if (count % 4 === 0) points += 3;
      }
    }
    const share = this.dark.reduce((total, row) => total + row.reduce((sum, value) => sum + value, 0), 0) / this.size ** 2;
    return points + 10 * Math.floor(Math.abs(share * 100 - 50) / 5);
  }
}

/** A value followed by its remainder by a polynomial of a degree. */
function remainder(value, polynomial, degree) {
  let rest = value << degree;
  for (let bit = 31 - Math.clz32(rest || 1); bit >= degree; bit--) if ((rest >> bit) & 1) rest ^= polynomial << (bit - degree);
  return (value << degree) | rest;
}

/**
 * @param {string} text of at most 213 bytes
 * @returns {Uint8Array[]} rows of modules, 1 for dark, without the quiet zone around
 */
export function qrModules(text) {
  const bytes = new TextEncoder().encode(text);
  const version = 1 + blocks.findIndex(([, first, length, second], at) => bytes.length + (at < 9 ? 2 : 3) <= first * length + second * (length + 1));
  if (version === 0) throw new RangeError(`a code for ${bytes.length} bytes is too large`);
  const symbol = new Symbol(version);
  symbol.lay(codewords(bytes, version));
  let [best, fewest] = [0, Infinity];
  for (let mask = 0; mask < 8; mask++) {
    symbol.format(mask);
    symbol.turn(mask);
    const points = symbol.penalty();
    if (points < fewest) [best, fewest] = [mask, points];
    symbol.turn(mask);
  }
  symbol.format(best);
  symbol.turn(best);
  return symbol.dark;
}

/**
 * A code as a path for an SVG whose box is `0 0 size size`. The page leaves a quiet zone of four modules around it.
 * @param {string} text @returns {{size: number, path: string}}
 */
export function qrPath(text) {
  const rows = qrModules(text);
  const path = rows.flatMap((row, y) => [...row.join("").matchAll(/1+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`)).join("");
  return { size: rows.length, path };
}
