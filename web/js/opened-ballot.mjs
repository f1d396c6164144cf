// The file that a booth saves when a ballot is tested, and what an address of /check names.

import { fromHex } from "./election-client.mjs";

const hex = (value, bytes) => (typeof value === "string" && /^([0-9a-f]{2})+$/.test(value) && (bytes === undefined || value.length === 2 * bytes) ? fromHex(value) : null);

/**
 * Reads opened-ballot.json: `{electionId, ballotHash, ballot, opening, reference?}`, hexadecimal.
 * @param {string} text @returns {{electionId: Uint8Array, ballotHash: Uint8Array, ballot: Uint8Array, opening: Uint8Array, reference: string|null}|null} `null` if it is none
 */
export function readOpenedFile(text) {
  try {
    const content = JSON.parse(text);
    const opened = {
      electionId: hex(content.electionId, 32), ballotHash: hex(content.ballotHash, 32), ballot: hex(content.ballot), opening: hex(content.opening),
      reference: referenceIn(String(content.reference ?? "")),
    };
    return opened.electionId && opened.ballotHash && opened.ballot && opened.opening ? opened : null;
  } catch {
    return null;
  }
}

/** The reference of an election in an address or by itself; `null` if there is none. @param {string} typed */
export function referenceIn(typed) { return /(?:^|\/)([a-z0-9]{20})(?:$|[/?#.])/.exec(typed.trim())?.[1] ?? null; }

/** What stands behind the # of /check: the reference of an election, and the ballot hash as hexadecimal or words. @param {string} fragment */
export function readCheckAddress(fragment) {
  const parts = /^([a-z0-9]{20})(?:[./](.+))?$/.exec(fragment);
  return parts ? { reference: parts[1], hash: parts[2] ?? null } : null;
}
