// What a report says, as far as a page needs to read it.

/** The number of the entry on which a check failed; `null` where it failed on a file, or on all. @param {string} detail */
export function entryIn(detail) {
  const number = /^entry (\d+)\b/.exec(detail)?.[1];
  return number === undefined ? null : Number(number);
}

/** Whether two lists of contests have the same options with the same votes. */
export function sameResult(ours, theirs) {
  const plain = (contests) => JSON.stringify(contests.map(({ title, options }) => [title, options.map(({ name, votes }) => [name, votes])]));
  return plain(ours) === plain(theirs);
}
