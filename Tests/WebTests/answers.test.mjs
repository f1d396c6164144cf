// The rules of a ballot, as the booth keeps them while a voter marks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, give, isSingle, leaveBlank, standing, sum, unanswered, unused } from "../../web/js/vote/answers.mjs";

const contest = (kind, options, range, minimum, maximum) => ({ kind, range, minimum, maximum, options: Array.from({ length: options }, (_, index) => ({ name: `${index}` })) });
const three = contest("approval", 5, 1, 0, 3);
const single = contest("single", 3, 1, 1, 1);
const points = contest("score", 3, 10, 0, 30);

test("one mark too many is not made", () => {
  let answer = unanswered(three);
  for (const option of [0, 2, 4]) answer = give(three, answer, option, 1);
  assert.deepEqual(answer.values, [1, 0, 1, 0, 1]);
  assert.equal(give(three, answer, 1, 1), null);
  assert.deepEqual(give(three, answer, 2, 0).values, [1, 0, 0, 0, 1]);
  assert.deepEqual([sum(answer), unused(three, answer), unused(three, unanswered(three))], [3, 0, 3]);
});

test("of a single choice the other mark goes", () => {
  assert.ok(isSingle(single) && !isSingle(three) && !isSingle(points));
  assert.deepEqual(give(single, give(single, unanswered(single), 0, 1), 2, 1).values, [0, 0, 1]);
});

test("a blank takes every mark away, and a mark the blank", () => {
  const blank = leaveBlank(three, true);
  assert.deepEqual(blank, { values: [0, 0, 0, 0, 0], blank: true });
  assert.deepEqual(give(three, blank, 1, 1), { values: [0, 1, 0, 0, 0], blank: false });
});

test("points outside the range are not given", () => {
  for (const value of [-1, 11, 1.5, Number.NaN]) assert.equal(give(points, unanswered(points), 0, value), null, String(value));
  assert.deepEqual(give(points, unanswered(points), 0, 10).values, [10, 0, 0]);
  assert.equal(unused(points, unanswered(points)), 0);
});

test("one goes on when something is marked, or a blank is meant and allowed", () => {
  assert.equal(standing(three, unanswered(three)), "blank");
  assert.equal(standing(three, leaveBlank(three, true)), "ready");
  assert.equal(standing(single, unanswered(single)), "short");
  assert.equal(standing(single, give(single, unanswered(single), 1, 1)), "ready");
});

test("kept answers of another ballot, or damaged ones, are not taken", () => {
  const contests = [three, single];
  const good = contests.map(unanswered);
  assert.ok(fits(contests, good));
  for (const bad of [null, {}, [], [good[0]], [good[1], good[0]], [{ values: [1, 1, 1, 1, 0] }, good[1]], [{ values: [2, 0, 0, 0, 0] }, good[1]], [{ values: "00000" }, good[1]]]) {
    assert.ok(!fits(contests, bad), JSON.stringify(bad));
  }
});
