// Building a page's parts. Text is always set as text, so nothing that the service sends can become markup.

const drawing = "http://www.w3.org/2000/svg";

/** @param {Element} node @param {Record<string, any>} attributes functions become listeners; `null`, `undefined` and `false` are left out */
function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return node;
}

/** @param {string} name @param {Record<string, any>} attributes @param {...(Node|string|null|Node[])} children @returns {HTMLElement} */
export const element = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** @param {string} name @param {Record<string, any>} attributes @param {...Node} children @returns {SVGElement} */
export const shape = (name, attributes, ...children) => fill(document.createElementNS(drawing, name), attributes, children);

/** Where the drawings are: the booth has them in the page itself, which spares phones a question. */
const sprite = () => (document.getElementById("icons") ? "#icon-" : "/icons.svg#");

/** A drawing of the sprite that words beside it say, too. @param {string} name @param {string} [className] */
export const icon = (name, className = "icon") => shape("svg", { class: className || null, "aria-hidden": "true" }, shape("use", { href: sprite() + name }));

/** Does something a while after what was shown last can be seen: what no reader waits for. @param {() => void} action @param {number} [wait] milliseconds */
export const afterwards = (action, wait = 200) => requestAnimationFrame(() => setTimeout(action, wait));

/** What people wrote: it may run in another direction than the page. @param {string} words */
export const told = (words) => element("bdi", {}, words);

/** Text as paragraphs. @param {string} text @param {string} [className] @returns {HTMLElement[]} */
export const paragraphs = (text, className) => (text ? text.split(/\n+/).map((line) => element("p", { class: className }, told(line))) : []);

/** Replaces what a place shows. @param {HTMLElement} place @param {...Node} children */
export const show = (place, ...children) => place.replaceChildren(...children);
