/** Whether two lists of contests have the same options with the same votes. */
export function sameResult(ours, theirs) {
  const plain = (contests) => JSON.stringify(contests.map(({ title, options }) => [title, options.map(({ name, votes }) => [name, votes])]));
  return plain(ours) === plain(theirs);
}
