// @ts-check
// A list on the page that follows a list of values. Elements stay and take on what is new, so that
// focus survives, and nobody clicks at what has just been replaced.

/**
 * @template T
 * @param {HTMLElement} container
 * @param {{ key: (item: T) => string, render: (item: T) => HTMLElement, isHeld?: () => boolean }} options
 *   while `isHeld`, rows change and neither come, go nor move
 * @returns {(items: T[], isAsked?: boolean) => void} shows these, whatever is held if somebody has asked for
 *   just them; an item is drawn anew when it is another object
 */
export function listOf(container, { key, render, isHeld = () => false }) {
  /** @type {Map<string, { item: T, element: HTMLElement }>} */
  const shown = new Map();

  /** @param {T} item */
  function draw(item) {
    const known = shown.get(key(item));
    if (known === undefined) shown.set(key(item), { item, element: render(item) });
    else if (known.item !== item) {
      known.item = item;
      morph(known.element, render(item));
    }
  }

  return (items, isAsked = false) => {
    if (shown.size > 0 && !isAsked && isHeld()) return items.filter((item) => shown.has(key(item))).forEach(draw);
    items.forEach(draw);
    const keys = new Set(items.map(key));
    for (const [name, { element }] of shown) {
      if (keys.has(name)) continue;
      element.remove();
      shown.delete(name);
    }
    let place = container.firstChild;
    for (const name of keys) {
      const { element } = /** @type {{ element: HTMLElement }} */ (shown.get(name));
      if (element === place) place = place.nextSibling;
      else container.insertBefore(element, place);
    }
  };
}

/** Whether a mouse rests on it: what is about to be clicked at should not move. @param {HTMLElement} element */
export function isUnderMouse(element) {
  return matchMedia("(hover: hover)").matches && element.matches(":hover");
}

/**
 * Makes the element look like another one that was drawn by the same function. Listeners stay, and
 * so does what is marked `data-own`: it looks after itself.
 * @param {Element} element @param {Element} wanted
 */
function morph(element, wanted) {
  if (element.hasAttribute("data-own")) return;
  for (const { name } of [...element.attributes]) if (!wanted.hasAttribute(name)) element.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  const [old, fresh] = [[...element.childNodes], [...wanted.childNodes]];
  const isAlike = old.length === fresh.length && old.every((node, index) => node.nodeName === fresh[index].nodeName);
  if (!isAlike) return element.replaceChildren(...fresh);
  old.forEach((node, index) => {
    const next = fresh[index];
    if (node instanceof Element && next instanceof Element) morph(node, next);
    else if (node.textContent !== next.textContent) node.textContent = next.textContent;
  });
}
