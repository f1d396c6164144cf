// The stub that a voter keeps.

import { anchorWords, isSettled } from "../anchored.mjs";
import { element, icon, shape, told } from "../elements.mjs";
import { toHex } from "../election-client.mjs";
import { qrPath } from "../qr.mjs";
import { assurance, rosette, steps, wordList } from "./frame.mjs";

/**
 * The step of the way that stands on the public chain; it changes while the page is open.
 * @param {import("../text.mjs").Text} text @param {import("../anchored.mjs").Anchored|null} found
 */
export function anchorStep(text, found) {
  const isThere = found !== null && isSettled(found);
  const words = anchorWords(text, found);
  return element(
    "li", { id: "anchored", "data-state": isThere ? "done" : "todo" }, element("span", { class: "dot" }, isThere ? icon("tick") : null),
    element("b", {}, text.say("booth.way.anchored")), words.length > 0 ? words : text.say("booth.way.anchored.later"),
  );
}

/** The step that the trustees take when they cosign the board; it changes while the page is open. @param {import("../text.mjs").Text} text @param {boolean} isThere */
export function witnessStep(text, isThere) {
  return element(
    "li", { id: "witnessed", "data-state": isThere ? "done" : "todo" }, element("span", { class: "dot" }, isThere ? icon("tick") : null),
    element("b", {}, text.say("booth.way.witnessed")), text.say(isThere ? "booth.way.witnessed.done" : "booth.way.witnessed.how"),
  );
}

/** @param {string} receipt @returns {string} an address from which it can be saved */
export const receiptFile = (receipt) => URL.createObjectURL(new Blob([receipt], { type: "text/plain" }));

/** @param {import("./page.mjs").Page} page @param {{tracker: Uint8Array, words: string[]|null, index: number, size: number, time: number}} cast */
export function receiptPage(page, { tracker, words, index, size, time }) {
  const { text, manifest } = page;
  const address = `${location.origin}/verify/${page.reference}#${toHex(tracker)}`;
  const file = receiptFile(page.receipt);
  const code = qrPath(address);
  const qr = shape("svg", { viewBox: `-2 -2 ${code.size + 4} ${code.size + 4}`, role: "img", "aria-label": text.say("booth.receipt.code") }, shape("path", { d: code.path }));
  const said = words ? words.map((word, at) => `${at + 1} ${word}`).join("\n") : toHex(tracker);
  const letter = text.say("booth.receipt.letter", { title: manifest.title, words: said, entry: index, address });
  const mail = `mailto:?subject=${encodeURIComponent(text.say("booth.receipt.subject", { title: manifest.title }))}&body=${encodeURIComponent(letter)}`;
  const closes = manifest.closes > 0n ? Number(manifest.closes) : null;
  return {
    title: text.say("booth.receipt.title"),
    main: [
      steps(text, 3),
      element(
        "div", { class: "cols cols--side" },
        element(
          "div", { class: "col" },
          element(
            "article", { class: "sheet sheet--doc receipt", "aria-labelledby": "said" },
            element(
              "div", { class: "receipt__said" },
              element("div", { class: "receipt__top" }, element("span", { class: "bigtick" }, icon("tick")), rosette(page.electionId)),
              element("h1", { id: "said", tabindex: "-1" }, text.say("booth.receipt.title")),
              element("p", {}, text.nodes("booth.receipt.said", { title: element("strong", {}, told(manifest.title)) })),
            ),
            element("div", { class: "perf", "aria-hidden": "true" }),
            element(
              "div", { class: "stub" }, element("h2", {}, text.say("booth.receipt.yours")), element("p", { class: "quiet small" }, text.say("booth.receipt.keep")),
              element(
                "div", { class: "stub__body" },
                element(
                  "div", { class: "stack" }, words ? wordList(words, text.say("booth.receipt.words")) : element("p", {}, element("code", {}, toHex(tracker))),
                  element("p", { class: "fine quiet" }, text.nodes("booth.receipt.when", { time: text.time(time), entry: index })),
                  element(
                    "div", { class: "actions noprint actions--fill" },
                    element("a", { id: "save", class: "button button--primary", href: file, download: "comitia-receipt.txt" }, icon("download"), text.say("booth.receipt.save")),
                    element("button", { class: "button", type: "button", onclick: () => print() }, icon("print"), text.say("booth.receipt.print")),
                    element("a", { class: "button", href: mail }, icon("mail"), text.say("booth.receipt.mail")),
                  ),
                ),
                element("div", { class: "qrline" }, element("div", { class: "qr" }, qr), element("p", { class: "fine quiet" }, text.say("booth.receipt.scan"))),
              ),
            ),
          ),
          element(
            "section", { class: "sheet", "aria-labelledby": "proven" }, element("header", {}, element("h2", { id: "proven" }, text.say("booth.proven"))),
            element(
              "ul", { class: "assure small" },
              assurance("tick", text.nodes("booth.proven.board", { entry: index, size })),
              assurance("tick", text.nodes("booth.proven.signed")),
              assurance("tick", text.nodes("booth.proven.tracker")),
              assurance("info", text.nodes("booth.proven.limit"), true),
            ),
          ),
        ),
        element(
          "aside", { class: "col", "aria-label": text.say("booth.way") },
          element(
            "section", { class: "sheet" }, element("header", {}, element("h2", {}, text.say("booth.way"))),
            element(
              "ol", { class: "path", "aria-live": "polite" },
              element("li", { "data-state": "done" }, element("span", { class: "dot" }, icon("tick")), element("b", {}, text.say("booth.way.encrypted")), text.say("booth.way.encrypted.where")),
              element("li", { "data-state": "done" }, element("span", { class: "dot" }, icon("tick")), element("b", {}, text.say("booth.way.cast")), text.say("booth.way.cast.when", { time: text.timeOfDay(time) })),
              witnessStep(text, page.witnessed),
              manifest.anchoring ? anchorStep(text, page.anchored) : null,
              element("li", { "data-state": "todo" }, element("span", { class: "dot" }), element("b", {}, text.say("booth.way.counted")), closes ? text.nodes("booth.way.counted.after", { time: text.time(closes) }) : text.say("booth.way.counted.later")),
            ),
          ),
          element("p", { class: "small quiet noprint" }, manifest.revoting ? text.say("booth.receipt.again") : text.say("booth.receipt.final")),
          element("p", { class: "small quiet noprint" }, text.say("booth.receipt.wiped")),
        ),
      ),
    ],
  };
}
