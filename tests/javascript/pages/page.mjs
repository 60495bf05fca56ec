// Just enough of a page to draw views on without a browser: elements, their text, and clicks.

class Element {
  constructor(tag) {
    this.nodeName = tag.toUpperCase();
    this.childNodes = [];
    this.dataset = {};
    this.listeners = {};
    this.style = {};
    this.parent = null;
  }

  append(...nodes) {
    for (const node of nodes) this.insertBefore(node, null);
  }

  replaceChildren(...nodes) {
    for (const node of this.childNodes) if (node instanceof Element) node.parent = null;
    this.childNodes = [];
    this.append(...nodes);
  }

  insertBefore(node, place) {
    if (node instanceof Element) node.remove();
    const index = place === null ? this.childNodes.length : this.childNodes.indexOf(place);
    this.childNodes.splice(index, 0, node);
    if (node instanceof Element) node.parent = this;
  }

  remove() {
    if (this.parent !== null) this.parent.childNodes = this.parent.childNodes.filter((node) => node !== this);
    this.parent = null;
  }

  replaceWith(other) {
    if (this.parent === null) return;
    this.parent.insertBefore(other, this);
    this.remove();
  }

  get isConnected() {
    return this === document.body || (this.parent?.isConnected ?? false);
  }

  get firstChild() {
    return this.childNodes[0] ?? null;
  }

  get nextSibling() {
    const siblings = this.parent?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  get children() {
    return this.childNodes.filter((node) => node instanceof Element);
  }

  get childElementCount() {
    return this.children.length;
  }

  get textContent() {
    return this.childNodes.map((node) => (node instanceof Element ? node.textContent : node)).join(" ");
  }

  set textContent(text) {
    this.replaceChildren(text);
  }

  setAttribute(name, value) {
    this[name] = value;
  }

  toggleAttribute(name, isSet) {
    this[name] = isSet;
    return isSet;
  }

  addEventListener(name, hear) {
    this.listeners[name] = hear;
  }

  contains(node) {
    return node === this || this.all((one) => one === node).length > 0;
  }

  /** All elements below of which this is true. */
  all(isOne) {
    return this.childNodes.filter((node) => node instanceof Element).flatMap((node) => [...(isOne(node) ? [node] : []), ...node.all(isOne)]);
  }

  /** The button that says this. */
  button(text) {
    const found = this.all((one) => one.nodeName === "BUTTON" && one.textContent === text);
    if (found.length !== 1) throw new Error(`${found.length} buttons say ${text}`);
    return found[0];
  }

  click() {
    this.listeners.click();
  }

  focus() {
    document.activeElement = this;
  }
}

globalThis.document = {
  activeElement: null,
  body: new Element("body"),
  addEventListener: () => {},
  createElement: (tag) => new Element(tag),
  createElementNS: (_, tag) => new Element(tag),
};
globalThis.Element = globalThis.HTMLElement = Element;

/** An empty element. */
export const element = (tag = "div") => new Element(tag);

/** Lets everything happen that waits for nothing but its turn. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
