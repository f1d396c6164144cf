// What a trustee's page takes for the service's answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { writeAnswer } from "../../web/js/trustee/codec.mjs";

const bytes = (text) => new TextEncoder().encode(text);
const answer = (status, body) => writeAnswer({ status, date: null, body: bytes(body) });
const own = (status, type = "/problems/not-trustee") => JSON.stringify({ type, title: "Not a trustee", status, instance: "x" });

test("a 403 is the service's where it is a problem document of that status", () => {
  const taken = answer(403, own(403));
  assert.deepEqual([...taken.subarray(0, 3)], [0, 403 >> 8, 403 & 0xff]);
  for (const body of ["", "<html><h1>403 Forbidden</h1></html>", "null", "[]", "{}", own(502), own(403, "about:blank"), own(403, "/elsewhere")]) {
    const refused = answer(403, body);
    assert.equal(refused[0], 1, body);
    assert.match(new TextDecoder().decode(refused.subarray(1)), /on the way answered 403/);
  }
});

test("from other answers nothing is concluded, whoever gives them", () => {
  for (const status of [200, 401, 404, 409, 503]) assert.equal(answer(status, "<html></html>")[0], 0);
});
