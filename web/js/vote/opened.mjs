// A ballot that was opened instead of cast.

import { element, icon, paragraphs, shape } from "../elements.mjs";
import { qrPath } from "../qr.mjs";
import { notice, pageHead, steps, wordList } from "./frame.mjs";
import { chosen } from "./review.mjs";

/**
 * What became of a test: `entry` of the board once its opening is published, `failure` why it is not.
 * @typedef {{file: Blob, words: string[], hash: string, index: number, entry: number|null, failure: string, busy: boolean}} Test
 */

/** The code that leads a second device to the check of this ballot. */
function codeOf(text, address) {
  const { path, size } = qrPath(address);
  const qr = shape("svg", { viewBox: `-2 -2 ${size + 4} ${size + 4}`, role: "img", "aria-label": text.say("booth.opened.code") }, shape("path", { d: path }));
  return element("div", { class: "qrline" }, element("div", { class: "qr" }, qr), element("p", { class: "fine quiet" }, text.say("booth.opened.scan")));
}

/** The quiet choice to let everybody see what this ballot says. @param {Test} test @param {() => void} publish */
function publishing(text, { entry, failure, busy }, publish) {
  const title = element("h2", { id: "publish", tabindex: "-1" }, text.say("booth.publish.title"));
  if (entry !== null) return element("section", { class: "stack-s" }, title, notice("", text.nodes("booth.publish.done", { entry })));
  return element(
    "section", { class: "stack-s" }, title, paragraphs(text.say("booth.publish.what"), "small quiet"),
    failure ? notice("stop", text.nodes("booth.publish.failed", { detail: failure })) : null,
    element("p", { class: "flush" }, element("button", { class: "button button--plain", type: "button", disabled: busy, "aria-busy": busy ? "true" : null, onclick: publish }, text.say("booth.publish"))),
  );
}

/** @param {import("./page.mjs").Page} page @param {Test} test @param {() => void} publish */
export function opened(page, test, publish) {
  const { text } = page;
  const { file, words, index } = test;
  const address = `${location.origin}/check#${page.reference}${test.entry === null ? "" : `/${test.hash}`}`;
  const link = element("a", { class: "address", href: address, target: "_blank", rel: "noopener" }, address.replace(/^https?:\/\//, ""));
  return {
    title: text.say("booth.opened.title"),
    main: [
      pageHead(page, page.manifest.title, text.say("booth.opened.title")), steps(text, 1),
      element(
        "div", { class: "cols cols--side" },
        element(
          "div", { class: "col" },
          notice("wait", text.nodes("booth.opened.not-cast", { entry: index })),
          element(
            "section", { class: "sheet sheet--doc stack" }, element("h2", {}, text.say("booth.opened.check")),
            element(
              "ol", { class: "numbered stack-s" },
              // Once it is published, the other device needs no file.
              test.entry === null ? [element("li", {}, text.say("booth.opened.save")), element("li", {}, text.nodes("booth.opened.elsewhere", { address: link }))]
                : element("li", {}, text.nodes("booth.opened.published", { address: link })),
              element("li", {}, text.say("booth.opened.compare")),
            ),
            element("div", { class: "actions" }, element("a", { class: "button", href: URL.createObjectURL(file), download: "comitia-opened-ballot.json" }, icon("download"), text.say("booth.opened.file"))),
            codeOf(text, address),
            wordList(words, text.say("booth.sealed.words")),
          ),
          element("section", { class: "sheet", "aria-labelledby": "says" }, element("header", {}, element("h2", { id: "says" }, text.say("booth.opened.says"))), chosen(page)),
          element("div", { class: "actions actions--fill" }, element("button", { class: "button button--primary", type: "button", onclick: () => page.toReview() }, text.say("booth.opened.fresh"))),
          publishing(text, test, publish),
        ),
        element("aside", { class: "sheet stack-s" }, element("h2", {}, text.say("booth.opened.limit")), paragraphs(text.say("booth.opened.limit.what"), "small quiet")),
      ),
    ],
  };
}
