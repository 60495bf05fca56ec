// @ts-check
// The live part of the page when news come: what is as it was stays, so that nobody hears it read out again.

/** Make the elements in it those of `fresh`, one by one. What is heard when it changes (`aria-live`) stays where it is.
 * @param {Element} element @param {Element} fresh */
export function renewParts(element, fresh) {
  let place = element.firstElementChild;
  for (const part of [...fresh.children]) {
    const found = partLike(part, place);
    if (found === null) {
      element.insertBefore(part, place);
      continue;
    }
    while (place !== null && place !== found) place = without(place); // it is not told any more
    place = found.nextElementSibling;
    if (found.isEqualNode(part)) continue;
    if (found.hasAttribute("aria-live")) renewParts(found, part);
    else found.replaceWith(part);
  }
  while (place !== null) place = without(place);
}

/** @param {Element} part @param {Element | null} from */
function partLike(part, from) {
  for (let one = from; one !== null; one = one.nextElementSibling) {
    if (one.nodeName === part.nodeName && one.className === part.className) return one;
  }
  return null;
}

/** @param {Element} part @returns {Element | null} what comes after it */
function without(part) {
  const next = part.nextElementSibling;
  part.remove();
  return next;
}
