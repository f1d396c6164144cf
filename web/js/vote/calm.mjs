// What happened, and what to do: one sheet, at most two ways on.

import { element, icon } from "../elements.mjs";

/**
 * @param {import("../text.mjs").Text} text
 * @param {{drawing: string, title: string, said: (Node|string|null)[][], actions?: {name: string, act: () => void, quiet?: boolean}[], busy?: boolean}} what
 *   `said`: a paragraph each
 */
export function calm(text, { drawing, title, said, actions = [], busy = false }) {
  const buttons = actions.map(({ name, act, quiet }, index) => {
    const style = quiet ? "button button--plain" : index === 0 ? "button button--primary" : "button";
    return element("button", { class: style, type: "button", onclick: act }, name);
  });
  return {
    title,
    main: [
      element(
        "section", { class: "sheet sheet--doc stack calm", "aria-busy": busy ? "true" : null, role: busy ? "status" : null },
        icon(drawing, "icon calm__icon"), element("h1", { tabindex: "-1" }, title), said.map((nodes) => element("p", {}, nodes)),
        buttons.length > 0 ? element("div", { class: "actions" }, buttons) : null,
      ),
    ],
  };
}
