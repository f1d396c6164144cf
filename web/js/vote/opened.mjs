// A ballot that was opened instead of cast.

import { element, icon, paragraphs } from "../elements.mjs";
import { notice, pageHead, steps, wordList } from "./frame.mjs";
import { chosen } from "./review.mjs";

/** @param {import("./page.mjs").Page} page @param {{file: Blob, words: string[], index: number}} opened */
export function opened(page, { file, words, index }) {
  const { text } = page;
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
              "ol", { class: "numbered stack-s" }, element("li", {}, text.say("booth.opened.save")),
              element("li", {}, text.nodes("booth.opened.elsewhere", { address: element("strong", { class: "address" }, `${location.host}/check`) })), element("li", {}, text.say("booth.opened.compare")),
            ),
            element("div", { class: "actions" }, element("a", { class: "button", href: URL.createObjectURL(file), download: "comitia-opened-ballot.json" }, icon("download"), text.say("booth.opened.file"))),
            wordList(words, text.say("booth.sealed.words")),
          ),
          element("section", { class: "sheet", "aria-labelledby": "says" }, element("header", {}, element("h2", { id: "says" }, text.say("booth.opened.says"))), chosen(page)),
          element("div", { class: "actions actions--fill" }, element("button", { class: "button button--primary", type: "button", onclick: () => page.toReview() }, text.say("booth.opened.fresh"))),
        ),
        element("aside", { class: "sheet stack-s" }, element("h2", {}, text.say("booth.opened.limit")), paragraphs(text.say("booth.opened.limit.what"), "small quiet")),
      ),
    ],
  };
}
