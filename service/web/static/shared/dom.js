// @ts-check
// Elements in one line each; text goes in as text, so nothing from outside becomes markup.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * The element `tag.class`, with properties (`on...` are listeners, `data` and `aria-...` attributes).
 * @param {string} tag @param {Record<string, any> | null} [properties] @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function el(tag, properties, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length > 0) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties ?? {})) set(element, key, value);
  element.append(...nodes(children));
  return element;
}

/** @param {HTMLElement} element @param {string} key @param {any} value */
function set(element, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key === "data") Object.assign(element.dataset, value);
  else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key.includes("-") || key === "role" || key === "for") element.setAttribute(key, String(value));
  else /** @type {any} */ (element)[key] = value;
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "number" ? String(child) : /** @type {Node | string} */ (child)));
}

/** @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement} */
export function $(selector, root = document) {
  const found = root.querySelector(selector);
  if (found === null) throw new Error(`there is no ${selector}`);
  return /** @type {HTMLElement} */ (found);
}

/** When what is on the page by now has been painted; of a page that nobody sees, when somebody does. @returns {Promise<void>} */
export function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** @type {Map<string, Promise<void>>} */
const sheets = new Map(); // by address

/**
 * Has a style sheet in force, before ours, which have the last word.
 * @param {URL} url @returns {Promise<void>} when it is, or when it will not come
 */
export function styled(url) {
  const sheet = el("link", { rel: "stylesheet", href: url.href });
  const coming = sheets.get(url.href) ?? new Promise((resolve) => {
    sheet.onload = () => resolve();
    sheet.onerror = () => {
      sheets.delete(url.href); // who wants it next asks again
      sheet.remove();
      resolve();
    };
    document.head.prepend(sheet);
  });
  sheets.set(url.href, coming);
  return coming;
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
