// News on the recipient's page: only what differs is put in the place of what stands there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { renewParts } from "../../../service/web/static/tracking/parts.js";

/** Just enough of an element: those in it, or its text. */
class Part {
  constructor(nodeName, className, inside = [], attributes = []) {
    Object.assign(this, { nodeName, className, attributes, parent: null });
    this.text = typeof inside === "string" ? inside : "";
    this.children = typeof inside === "string" ? [] : inside;
    for (const child of this.children) child.parent = this;
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get nextElementSibling() {
    return this.parent.children[this.parent.children.indexOf(this) + 1] ?? null;
  }
  hasAttribute(name) {
    return this.attributes.includes(name);
  }
  isEqualNode(other) {
    return String(this) === String(other);
  }
  toString() {
    return `<${this.nodeName} ${this.className}>${this.text}${this.children.join("")}`;
  }
  insertBefore(part, place) {
    part.remove();
    const index = place === null ? this.children.length : this.children.indexOf(place);
    this.children.splice(index, 0, part);
    part.parent = this;
  }
  replaceWith(part) {
    this.parent.insertBefore(part, this);
    this.remove();
  }
  remove() {
    if (this.parent !== null) this.parent.children = this.parent.children.filter((one) => one !== this);
    this.parent = null;
  }
}

function pageOf({ stage, eta = null, courier = null, photo = null }) {
  const times = eta === null ? [] : [new Part("P", "eta", eta)];
  const news = new Part("DIV", "news", [new Part("H1", "", stage), ...times], ["aria-live"]);
  const rest = [
    courier === null ? null : new Part("P", "courier", courier),
    new Part("P", "door", "To Max"),
    photo === null ? null : new Part("IMG", "photo", photo),
  ];
  return new Part("SECTION", "live", [news, ...rest.filter((one) => one !== null)]);
}

test("a courier who has moved changes that line and no other", () => {
  const page = pageOf({ stage: "On the way", eta: "13:00", courier: "550 m", photo: "p" });
  const [news, courier, door, photo] = page.children;
  const heading = news.children[0];
  const fresh = pageOf({ stage: "On the way", eta: "13:00", courier: "500 m", photo: "p" });
  const told = String(fresh);
  renewParts(page, fresh);
  assert.equal(String(page), told);
  assert.deepEqual([page.children[0], page.children[2], page.children[3]], [news, door, photo]);
  assert.ok(page.children[0] === news && page.children[2] === door && page.children[3] === photo);
  assert.ok(page.children[1] !== courier && news.children[0] === heading);
});

test("a time that changes is heard alone, by the part that has been there", () => {
  const page = pageOf({ stage: "On the way", eta: "13:00" });
  const [news] = page.children;
  const [heading] = news.children;
  renewParts(page, pageOf({ stage: "On the way", eta: "13:05" }));
  assert.ok(page.children[0] === news && news.children[0] === heading);
  assert.equal(news.children[1].text, "13:05");
});

test("parts come and go", () => {
  const shapes = [
    { stage: "Booked" },
    { stage: "Here", eta: "13:00", courier: "very near" },
    { stage: "Delivered", photo: "p" },
    { stage: "Delivered", eta: "13:00", courier: "Anna", photo: "p" },
  ];
  for (const before of shapes) {
    for (const after of shapes) {
      const page = pageOf(before);
      renewParts(page, pageOf(after));
      assert.equal(String(page), String(pageOf(after)));
    }
  }
});
