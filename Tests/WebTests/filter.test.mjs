// Finding an option in a long list.

import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, plain } from "../../web/js/vote/filter.mjs";

test("words are found by how they begin, in any order and without accents", () => {
  const option = plain("Hồng Orrelby-Chloé, member since 2011");
  for (const typed of ["", "hong", "ORR", "orr hồ", "chloe", "2011 mem"]) assert.ok(matches(option, plain(typed)), typed);
  for (const typed of ["ong", "relby", "hong sand", "2012"]) assert.ok(!matches(option, plain(typed)), typed);
});
