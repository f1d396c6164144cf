// Building a page's parts. Text is always set as text, so nothing that the service sends can become markup.

/** @param {string} name @param {Record<string, any>} attributes functions become listeners @param {...(Node|string)} children @returns {HTMLElement} */
export function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

/** Replaces what a place shows. @param {HTMLElement} place @param {...Node} children */
export function show(place, ...children) { place.replaceChildren(...children); }

/** Says that something is going on, and lets it be painted. @param {HTMLElement} place @param {string} text */
export async function working(place, text) {
  show(place, element("p", { class: "quiet", role: "status" }, text));
  await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
}
