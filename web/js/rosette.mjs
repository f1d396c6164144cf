// The rosette of an election: an ornament engraved from its id. An aid to the eye, never a proof: two elections look different, that is all.
// Whole numbers only, so that every device draws the same; Sources/WebPages/Rosette.swift is the same in Swift.

/** Of the `<svg class="rosette">` around the path. */
export const viewBox = "-48 -48 96 96";

/**
 * A path's `d` for an election's id.
 * @param {Uint8Array} id 32 bytes
 */
export function rosettePath(id) {
  if (id.length !== 32) throw new RangeError(`an election's id has 32 bytes, not ${id.length}`);
  const seed = new Uint8Array(8);
  id.forEach((byte, index) => { seed[index % 8] ^= byte; });
  const petals = 5 + (seed[0] % 8);
  const outer = { radius: 32, lift: seed[1] % 3, swing: 13 + (seed[2] % 4), swell: 2 + ((seed[1] >> 2) % 4), petals, ...winding(seed[3], seed[4], 11) };
  const inner = { radius: 16, lift: (seed[1] >> 4) % 3, swing: 8 + ((seed[2] >> 2) % 4), swell: 1 + ((seed[2] >> 4) % 3), petals, ...winding(seed[5], seed[6], 9) };
  return band(outer) + band(inner) + circle("46.5") + circle(String(5 + (seed[7] % 4)));
}

/** How often a band's line goes round, and how many waves it has until it meets itself. */
function winding(turns, waves, fewest) {
  const q = 4 + (turns % 4);
  return { q, p: q * (fewest + (waves % 8)) + (waves % 2 === 0 ? 1 : -1) };
}

/**
 * A closed line that swings about a circle lifted to petals. The crests are control points of a quadratic spline; it runs through the middles between
 * them. Crests are whole fifths and middles whole tenths, so nothing is rounded on the way.
 */
function band({ radius, lift, swing, swell, petals, p, q }) {
  const crests = [];
  for (let index = 0; index < 2 * p; index += 1) {
    const angle = Math.floor((65536 * q * index) / (2 * p)) & 65535;
    // In 64ths of a fifth.
    const wave = cosine(angle * petals);
    const reach = 320 * swing + ((320 * swell * wave) >> 14);
    const height = 320 * radius + ((320 * lift * wave) >> 14) + (index % 2 === 0 ? reach : -reach);
    crests.push([height * cosine(angle), height * sine(angle)].map((product) => (product + 524288) >> 20));
  }
  const middle = (index) => [0, 1].map((axis) => crests[index % (2 * p)][axis] + crests[(index + 1) % (2 * p)][axis]);
  let last = middle(0);
  let path = `M${tenths(last)}`;
  for (let index = 1; index <= 2 * p; index += 1) {
    const [next, crest] = [middle(index), crests[index % (2 * p)]];
    const step = tenths([next[0] - last[0], next[1] - last[1]]);
    if (index === 1) path += `q${tenths([2 * crest[0] - last[0], 2 * crest[1] - last[1]])} ${step}t`;
    else path += (index === 2 || step.startsWith("-") ? "" : " ") + step;
    last = next;
  }
  return path;
}

const circle = (radius) => `M${radius} 0A${radius} ${radius} 0 1 1-${radius} 0A${radius} ${radius} 0 1 1 ${radius} 0`;

/** A pair of whole tenths as the shortest that a path takes. */
function tenths(pair) {
  const [x, y] = pair.map((value) => {
    const [whole, rest] = [Math.floor(Math.abs(value) / 10), Math.abs(value) % 10];
    return (value < 0 ? "-" : "") + (whole > 0 || rest === 0 ? whole : "") + (rest > 0 ? `.${rest}` : "");
  });
  return x + (y.startsWith("-") ? "" : " ") + y;
}

const cosine = (angle) => sine(angle + 16384);

/** The sine of an angle in 65,536ths of a turn, times 16,384; to within 8 of it. */
function sine(angle) {
  const part = angle & 16383;
  const x = angle & 16384 ? 16384 - part : part;
  const square = (x * x) >> 14;
  const inner = 10512 - ((square * 1160) >> 14);
  const value = (x * (25736 - ((square * inner) >> 14))) >> 14;
  return angle & 32768 ? -value : value;
}
