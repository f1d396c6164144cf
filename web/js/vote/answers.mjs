// What a voter has answered, and whether it is a ballot (docs/spec/03-ballots.md, 3.1).

/**
 * An answer to one contest. `blank` is the mark at “none of these”.
 * @typedef {{values: number[], blank: boolean}} Answer
 * @typedef {import("../manifest.mjs").Contest} Contest
 */

/** @param {Contest} contest @returns {Answer} nothing marked */
export const unanswered = (contest) => ({ values: contest.options.map(() => 0), blank: false });

/** @param {Answer} answer @returns {number} the sum of all values */
export const sum = ({ values }) => values.reduce((total, value) => total + value, 0);

/** Whether only one option can be marked. @param {Contest} contest */
export const isSingle = ({ kind, maximum }) => kind !== "score" && maximum === 1;

/**
 * Gives an option a value, as far as the rules allow: of a single choice the other marks go; one mark too many is not made.
 * @param {Contest} contest @param {Answer} answer @param {number} option @param {number} value
 * @returns {Answer|null} `null` where too much would be given
 */
export function give(contest, answer, option, value) {
  if (!Number.isInteger(value) || value < 0 || value > contest.range) return null;
  const values = isSingle(contest) && value > 0 ? contest.options.map(() => 0) : [...answer.values];
  values[option] = value;
  const given = { values, blank: false };
  return sum(given) > contest.maximum ? null : given;
}

/** Marks “none of these”: every other mark goes. @param {Contest} contest @param {boolean} blank @returns {Answer} */
export const leaveBlank = (contest, blank) => ({ values: contest.options.map(() => 0), blank });

/**
 * Whether one may go on: `ready`; `blank` when nothing is marked and the voter has not said that this is meant; `short` when the rules ask for more.
 * @param {Contest} contest @param {Answer} answer @returns {"ready"|"blank"|"short"}
 */
export function standing(contest, answer) {
  const total = sum(answer);
  if (total < contest.minimum) return "short";
  return total === 0 && !answer.blank ? "blank" : "ready";
}

/** How many marks could still be made; none where points are given. @param {Contest} contest @param {Answer} answer */
export const unused = (contest, answer) => (contest.kind === "score" ? 0 : Math.min(contest.maximum, contest.options.length) - sum(answer));

/** Whether kept answers fit a manifest: of another election, or damaged, they do not. @param {Contest[]} contests @param {any} answers */
export const fits = (contests, answers) => Array.isArray(answers) && answers.length === contests.length
  && contests.every((contest, index) => {
    const values = answers[index]?.values;
    return Array.isArray(values) && values.length === contest.options.length && sum({ values }) <= contest.maximum
      && values.every((value) => Number.isInteger(value) && value >= 0 && value <= contest.range);
  });
