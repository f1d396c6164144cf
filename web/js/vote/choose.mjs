// One question a screen.

import { afterwards, element, icon, shape, told } from "../elements.mjs";
import { toHex } from "../election-client.mjs";
import { give, isSingle, leaveBlank, standing, sum, unused } from "./answers.mjs";
import { OptionFilter, longList } from "./filter.mjs";
import { assurance, manyQuestions, notice, pageHead, steps } from "./frame.mjs";

const strokes = ["M4.6 6.4C12 12.6 27 27.4 38 36.6", "M37.2 3.8C28.4 13 13.4 28 5.2 38.8"];
// Up to so many points, each has a field of its own; up to so many, they stand in a list.
const fewPoints = 5;
const listedPoints = 20;

const box = (input) => element("span", { class: "mark" }, input, shape("svg", { viewBox: "0 0 42 42", "aria-hidden": "true" }, strokes.map((d) => shape("path", { d }))));

/** The rule of a contest in words. @returns {Node[]} */
function rule(text, { kind, minimum, maximum, range, options }) {
  if (kind === "score") return text.nodes(minimum > 0 ? "booth.rule.score-some" : "booth.rule.score", { range });
  if (maximum === 1) return text.nodes(minimum > 0 ? "booth.rule.one" : "booth.rule.one-or-none");
  const count = Math.min(maximum, options.length);
  if (minimum === count) return text.nodes("booth.rule.exactly", { count });
  return minimum > 1 ? text.nodes("booth.rule.between", { minimum, count }) : text.nodes("booth.rule.up-to", { count });
}

/** What the strip says of an answer: what is marked, and what may still be. */
function progress(text, contest, answer) {
  if (answer.blank) return [text.say("booth.progress.blank"), ""];
  if (contest.kind === "score") {
    const count = answer.values.filter((value) => value > 0).length;
    return [text.say("booth.progress.points", { count }), ""];
  }
  const most = Math.min(contest.maximum, contest.options.length);
  const left = unused(contest, answer);
  if (isSingle(contest)) return [text.say(left > 0 ? "booth.progress.none" : "booth.progress.one"), ""];
  return [text.say("booth.progress.marked", { marked: sum(answer), most }), left > 0 ? text.say("booth.progress.left", { count: left }) : text.say("booth.progress.all")];
}

class Question {
  /** @param {import("./page.mjs").Page} page @param {number} index of the contest */
  constructor(page, index) {
    this.page = page;
    this.text = page.text;
    this.index = index;
    this.contest = page.manifest.contests[index];
    this.inputs = [];
    this.output = element("output", { for: "ballot" });
    this.message = element("div", { class: "tell", role: "status" });
    this.asked = false;
  }

  get answer() { return this.page.answers[this.index]; }
  set answer(answer) {
    this.page.answers[this.index] = answer;
    this.page.keep();
  }

  view() {
    const { page, text, contest, index } = this;
    const { contests, title, description } = page.manifest;
    const first = index === 0 || page.returning;
    const head = element(
      "legend", { class: "ballot__head" },
      contests.length > 1 ? element("span", { class: "small quiet" }, text.say("booth.question", { number: index + 1, count: contests.length })) : null,
      contests.length >= manyQuestions ? element("progress", { class: "ballot__way", value: index + 1, max: contests.length, "aria-hidden": "true" }) : null,
      element("h2", { tabindex: "-1", "data-start": true }, told(contest.title)),
      contest.description ? element("span", { class: "small ballot__rule" }, told(contest.description)) : null,
      element("span", { class: "quiet ballot__rule" }, rule(text, contest)),
    );
    const order = page.orders[index];
    const rows = contest.options.map((option, at) => this.option(option, at));
    this.filter = rows.length < longList ? null : new OptionFilter(text, contest, order, () => this.answer.values);
    const form = element("form", { id: "ballot", novalidate: true, onsubmit: (event) => this.next(event) },
      element("fieldset", { class: this.filter ? "sheet sheet--doc ballot ballot--long" : "sheet sheet--doc ballot" }, head, this.filter?.view(rows), order.map((at) => rows[at]), this.blankRow()));
    this.say();
    return {
      title: contest.title,
      main: [
        pageHead(page, null, title, index === 0 ? description : ""), steps(text, 0),
        element("div", { class: "cols cols--side" }, element("div", { class: "col" }, page.notices(), form, this.message), this.aside()),
      ],
      strip: [
        this.output,
        element("div", { class: "actions" }, first ? null : element("button", { class: "button strip__back", type: "button", onclick: () => history.back() }, icon("back"), element("span", { class: "vh" }, text.say("booth.back"))),
          this.onward = element("button", { class: "button button--primary", form: "ballot" }, this.onwardName())),
      ],
    };
  }

  onwardName() {
    if (this.asked) return this.text.say("booth.leave-blank");
    const last = this.page.returning || this.index === this.page.manifest.contests.length - 1;
    return this.text.say(last ? "booth.review" : "booth.next-question");
  }

  aside() {
    const { page, text } = this;
    const { closes } = page.manifest;
    const { trustees, threshold } = page;
    const place = element("aside", { class: "col", "aria-label": text.say("booth.about") });
    afterwards(() => place.append(
      element("section", { class: "sheet" }, element("h2", { class: "vh" }, text.say("booth.assure.title")), element(
        "ul", { class: "assure small" },
        assurance("lock", text.nodes("booth.assure.device")),
        assurance("people", text.nodes("booth.assure.trustees", { threshold, trustees })),
        assurance("clock", closes > 0n ? text.nodes("booth.assure.time", { closes: text.time(Number(closes)) }) : text.nodes("booth.assure.no-time")),
      )),
    ));
    return place;
  }

  option(option, at) {
    const words = element("span", { id: `option-${at}` }, element("b", {}, told(option.name)), option.description ? element("small", {}, told(option.description)) : null);
    const picture = option.picture
      ? element("img", { class: "portrait", alt: "", loading: "lazy", width: "56", height: "56", src: `/api/v1/elections/${this.page.reference}/pictures/${toHex(option.picture)}` })
      : null;
    return this.contest.kind === "score" ? this.scored(words, picture, at) : element("label", { class: "option" }, box(this.input(at)), picture, words);
  }

  input(at) {
    const single = isSingle(this.contest);
    const input = element("input", { type: single ? "radio" : "checkbox", name: "option", value: String(at), onchange: () => this.mark(at, input) });
    input.checked = this.answer.values[at] > 0;
    this.inputs[at] = input;
    return input;
  }

  mark(at, input) {
    const answer = give(this.contest, this.answer, at, input.checked ? 1 : 0);
    if (answer) {
      this.answer = answer;
      if (this.blankInput) this.blankInput.checked = false;
      this.changed();
    } else {
      input.checked = false;
      this.tell("wait", this.text.nodes("booth.too-many", { count: this.contest.maximum }));
    }
  }

  /** “None of these”, where a blank vote is allowed. */
  blankRow() {
    if (this.contest.minimum > 0) return null;
    const single = isSingle(this.contest);
    const input = element("input", {
      type: single ? "radio" : "checkbox", name: "option", value: "none",
      onchange: () => {
        this.answer = leaveBlank(this.contest, input.checked);
        for (const field of this.inputs) this.clear(field);
        this.changed();
      },
    });
    input.checked = this.answer.blank;
    this.blankInput = input;
    return element("label", { class: "option option--blank" }, box(input), element("span", {}, element("b", {}, this.text.say("booth.none")), element("small", {}, this.text.say("booth.none.means"))));
  }

  clear(field) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = false;
    else if (field instanceof HTMLElement) field.value = field.tagName === "SELECT" ? "0" : "";
  }

  scored(words, picture, at) {
    const { range } = this.contest;
    const now = this.answer.values[at];
    const set = (value) => {
      const answer = give(this.contest, this.answer, at, value);
      if (answer) {
        this.answer = answer;
        if (this.blankInput) this.blankInput.checked = false;
        this.changed();
      }
      return answer !== null;
    };
    if (range <= fewPoints) {
      const scale = element("span", { class: "scale" }, Array.from({ length: range + 1 }, (_, value) => {
        const input = element("input", { type: "radio", name: `option-${at}`, value: String(value), onchange: () => set(value) });
        input.checked = value === now && now > 0;
        this.inputs.push(input);
        return element("label", {}, input, this.text.number(value));
      }));
      return element("div", { class: "option option--score", role: "radiogroup", "aria-labelledby": `option-${at}` }, picture, words, scale);
    }
    const field = range <= listedPoints
      ? element("select", { "aria-labelledby": `option-${at}`, onchange: () => set(Number(field.value)) }, Array.from({ length: range + 1 }, (_, value) => element("option", { value: String(value) }, this.text.number(value))))
      : element("input", {
        type: "number", inputmode: "numeric", min: "0", max: String(range), step: "1", "aria-labelledby": `option-${at}`,
        onchange: () => {
          if (set(field.value === "" ? 0 : Number(field.value))) return;
          field.value = "";
          set(0);
          this.tell("wait", this.text.nodes("booth.points-wrong", { range }));
        },
      });
    field.value = now > 0 || range <= listedPoints ? String(now) : "";
    this.inputs.push(field);
    return element("label", { class: "option" }, element("span", { class: "rank" }, field), picture, words);
  }

  changed() {
    this.asked = false;
    this.message.replaceChildren();
    this.say();
  }

  say() {
    this.filter?.changed();
    const [now, left] = progress(this.text, this.contest, this.answer);
    this.output.replaceChildren(now, ...(left ? [element("small", {}, left)] : []));
    if (this.onward) this.onward.textContent = this.onwardName();
  }

  tell(tone, nodes) {
    this.message.replaceChildren(notice(tone, nodes));
    this.message.scrollIntoView({ block: "nearest" });
  }

  next(event) {
    event.preventDefault();
    const found = standing(this.contest, this.answer);
    if (found === "short") return this.tell("stop", this.text.nodes("booth.too-few", { count: this.contest.minimum }));
    if (found === "blank" && !this.asked) {
      this.asked = true;
      this.onward.textContent = this.onwardName();
      return this.tell("wait", this.text.nodes("booth.nothing-marked"));
    }
    return this.page.afterQuestion(this.index);
  }
}

/** @param {import("./page.mjs").Page} page @param {number} index of the contest */
export const choose = (page, index) => new Question(page, index).view();
