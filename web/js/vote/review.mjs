// The ballot once more, encrypted and not cast.

import { element, icon, paragraphs, told } from "../elements.mjs";
import { sum, unused } from "./answers.mjs";
import { manyQuestions, notice, pageHead, steps, wordList } from "./frame.mjs";

/** What was chosen, for a reader's eye. @param {import("./page.mjs").Page} page @param {(index: number) => void} [change] goes back to a question */
export function chosen({ text, manifest, orders, answers }, change) {
  return element("dl", { class: "picked" }, manifest.contests.map((contest, index) => {
    const answer = answers[index];
    const scored = contest.kind === "score";
    const rows = orders[index].flatMap((at) => {
      const value = answer.values[at];
      if (value === 0) return [];
      return [element("dd", {}, scored ? element("span", { class: "rank" }, text.number(value)) : icon("cross", ""), told(contest.options[at].name))];
    });
    const left = unused(contest, answer);
    if (sum(answer) === 0) rows.push(element("dd", {}, text.say("booth.picked.blank")));
    else if (left > 0) rows.push(element("dd", { class: "small quiet" }, text.say("booth.picked.unused", { count: left })));
    else if (scored && answer.values.includes(0)) rows.push(element("dd", { class: "small quiet" }, text.say("booth.picked.zero")));
    const link = change
      ? element("button", { class: "button button--plain", type: "button", onclick: () => change(index), "aria-describedby": `picked-${index}` }, text.say("booth.change"))
      : null;
    return element("div", {}, element("dt", {}, element("span", { id: `picked-${index}` }, told(contest.title)), link), rows);
  }));
}

/** All questions of a long ballot in few lines, to go to one. @param {import("./page.mjs").Page} page */
function jumps(page) {
  const { text, manifest, answers } = page;
  if (manifest.contests.length < manyQuestions) return null;
  const row = (contest, at) => {
    const isBlank = sum(answers[at]) === 0;
    return element("li", {}, element("button", { class: "button button--plain", type: "button", onclick: () => page.change(at) }, told(contest.title), isBlank ? element("small", { class: "quiet" }, text.say("booth.picked.blank")) : null));
  };
  return element("details", { class: "sheet jumps" }, element("summary", {}, text.say("booth.jump")), element("ol", { class: "numbered" }, manifest.contests.map(row)));
}

/** @param {import("./page.mjs").Page} page */
export function review(page) {
  const { text } = page;
  const state = element("div", { role: "status" }, notice("wait", text.nodes("booth.review.encrypting")));
  const words = element("div", {}, element("p", { class: "small quiet" }, text.say("booth.sealed.wait")));
  page.encrypted.then(async ({ ballotHash }) => {
    state.replaceChildren(notice("wait", text.nodes("booth.review.not-cast")));
    words.replaceChildren(wordList(await page.words(ballotHash), text.say("booth.sealed.words")));
  }).catch(() => {
    words.replaceChildren(element("p", { class: "small quiet" }, text.say("booth.sealed.missing")));
  });
  return {
    title: text.say("booth.review.title"),
    main: [
      pageHead(page, page.manifest.title, text.say("booth.review.title")), steps(text, 1),
      element(
        "div", { class: "cols cols--side" },
        element(
          "div", { class: "col" }, state, jumps(page),
          element("section", { class: "sheet sheet--doc", "aria-labelledby": "chosen" }, element("h2", { class: "vh", id: "chosen" }, text.say("booth.review.choices")), chosen(page, (index) => page.change(index))),
          page.notices(),
          element("div", { class: "actions actions--fill" }, element("button", { class: "button button--primary", type: "button", onclick: () => page.cast() }, text.say("booth.cast"))),
          element(
            "section", { class: "stack-s" }, element("h2", {}, text.say("booth.test.title")), paragraphs(text.say("booth.test.what"), "small quiet"),
            element("p", { class: "flush" }, element("button", { class: "button button--plain", type: "button", onclick: () => page.test() }, text.say("booth.test"))),
          ),
        ),
        element("aside", { class: "sheet stack-s sealed", "aria-labelledby": "sealed" }, element("h2", { id: "sealed" }, text.say("booth.sealed")), paragraphs(text.say("booth.sealed.what"), "small quiet"), words),
      ),
    ],
  };
}
