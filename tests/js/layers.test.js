import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Layers } from "../../static/js/page/layers.js";
import { VirtualTimers } from "./support/virtual_timers.js";

/** A browser's history: steps back arrive when they are let, and one that is lost does not. */
class Browser {
  timers = new VirtualTimers();
  setTimeout = (/** @type {() => void} */ run, /** @type {number} */ ms) => this.timers.after(ms, run);
  clearTimeout = (/** @type {unknown} */ id) => this.timers.cancel(id);
  steps = [{ state: /** @type {any} */ (null), address: "/" }];
  index = 0;
  /** @type {Array<(event: any) => void>} */
  #listeners = [];
  /** @type {number[]} */
  #underWay = [];
  history = {
    browser: this,
    get state() {
      return this.browser.steps[this.browser.index].state;
    },
    /** @param {any} state  @param {string} _title  @param {string} [address] */
    pushState(state, _title, address) {
      const { browser } = this;
      browser.steps.splice(browser.index + 1, Infinity, { state, address: address ?? browser.address });
      browser.index += 1;
    },
    /** @param {any} state  @param {string} _title  @param {string} [address] */
    replaceState(state, _title, address) {
      this.browser.steps[this.browser.index] = { state, address: address ?? this.browser.address };
    },
    back() {
      this.go(-1);
    },
    /** @param {number} delta */
    go(delta) {
      this.browser.#underWay.push(delta);
    },
  };

  get address() {
    return this.steps[this.index].address;
  }

  /** Another page is here. */
  forgetListeners() {
    this.#listeners = [];
  }

  get isUnderWay() {
    return this.#underWay.length > 0;
  }

  /** @param {string} _type  @param {(event: any) => void} listener */
  addEventListener(_type, listener) {
    this.#listeners.push(listener);
  }

  /** Let what was asked for happen; what the person does comes in the same way. */
  arrive() {
    for (const delta of this.#underWay.splice(0)) {
      this.index += delta;
      let isStopped = false;
      const event = { state: this.history.state, stopImmediatePropagation: () => (isStopped = true) };
      for (const listener of this.#listeners) if (!isStopped) listener(event);
    }
  }

  /** Forget what was asked for, as browsers sometimes do. */
  lose() {
    this.#underWay = [];
  }

  goBack() {
    this.history.back();
    this.arrive();
  }
}

/** @type {Browser} */
let browser;
/** @type {Layers} */
let layers;
/** @type {string[]} */
let closed;

beforeEach(() => {
  browser = new Browser();
  layers = new Layers(/** @type {any} */ (browser));
  closed = [];
});

/** @param {string} name */
const open = (name) => layers.open(() => closed.push(name));

test("Back closes what was opened last, one at a time", () => {
  open("panel");
  open("sheet");

  browser.goBack();
  assert.deepEqual(closed, ["sheet"]);
  browser.goBack();
  assert.deepEqual(closed, ["sheet", "panel"]);
  assert.equal(browser.index, 0);
});

test("closing takes its step of the history with it", () => {
  open("panel");

  layers.close();
  browser.arrive();

  assert.deepEqual(closed, ["panel"]);
  assert.equal(browser.index, 0);
});

test("two quick taps close once and lead nowhere else", () => {
  open("panel");

  layers.close();
  layers.close();
  layers.closeAll();
  browser.arrive();

  assert.deepEqual(closed, ["panel"]);
  assert.equal(browser.index, 0);
  open("sheet");
  layers.close();
  browser.arrive();
  assert.deepEqual(closed, ["panel", "sheet"]);
});

for (const names of [["panel"], ["panel", "sheet"], ["panel", "sheet", "question"]]) {
  test(`going elsewhere while the last of ${names.length} layers is closing gets there`, () => {
    for (const name of names) open(name);

    layers.close();
    layers.go({ kind: "room", room: 2 }, "/r/2/");
    while (browser.isUnderWay) browser.arrive();

    assert.deepEqual(closed, [...names].reverse());
    assert.equal(browser.address, "/r/2/");
    browser.goBack();
    assert.equal(browser.address, "/");
    assert.equal(browser.index, 0);
  });
}

test("a page loaded anew with something open over it leaves no step that leads nowhere", () => {
  layers.begin({ kind: "room", room: 1 }, "/");
  open("panel");
  open("sheet");
  browser.forgetListeners();

  layers = new Layers(/** @type {any} */ (browser));
  layers.begin({ kind: "room", room: 1 }, "/");
  browser.arrive();

  assert.equal(browser.index, 0);
  assert.deepEqual(browser.history.state, { kind: "room", room: 1, layer: 0 });
  layers.go({ kind: "room", room: 2 }, "/r/2/");
  assert.equal(browser.index, 1);
  assert.equal(browser.address, "/r/2/");
});

test("closing everything takes all its steps at once", () => {
  open("panel");
  open("sheet");

  layers.closeAll();
  browser.arrive();

  assert.deepEqual(closed, ["sheet", "panel"]);
  assert.equal(browser.index, 0);
});

for (const names of [[], ["panel"], ["panel", "sheet"], ["panel", "sheet", "question"]]) {
  test(`going elsewhere from ${names.length} layers leaves no dead step behind`, () => {
    /** @type {any[]} */
    const heard = [];
    browser.addEventListener("popstate", ({ state }) => heard.push(state));
    for (const name of names) open(name);

    layers.go({ kind: "room", room: 2 }, "/r/2/");
    browser.arrive();

    assert.deepEqual(closed, [...names].reverse());
    assert.equal(browser.address, "/r/2/");
    assert.deepEqual(browser.history.state, { kind: "room", room: 2, layer: 0 });
    assert.deepEqual(heard, [], "the way there is nobody's business");
    browser.goBack();
    assert.equal(browser.address, "/");
    assert.equal(browser.index, 0);
  });
}

test("Forward to what has been closed opens nothing, and Back from there works", () => {
  open("panel");
  browser.goBack();

  browser.history.go(1);
  browser.arrive();
  assert.equal(browser.history.state.layer, 0);
  open("sheet");
  browser.goBack();

  assert.deepEqual(closed, ["panel", "sheet"]);
});

test("what lies over the page closes though the browser has lost the step back, and the next closes as ever", async () => {
  open("sheet");
  layers.close();
  browser.lose();
  layers.close();
  await browser.timers.advance(3000);
  assert.deepEqual(closed, ["sheet"]);

  open("panel");
  layers.close();
  browser.arrive();
  assert.deepEqual(closed, ["sheet", "panel"]);
});

test("a step back that comes late closes nothing else", async () => {
  open("panel");
  open("sheet");
  layers.close();
  await browser.timers.advance(3000);
  browser.arrive();
  await browser.timers.advance(5000);

  assert.deepEqual(closed, ["sheet"]);
});

test("one gets to another address though the browser has lost the step back to the page", async () => {
  open("panel");
  open("sheet");
  layers.go({ kind: "room", room: 2 }, "/r/2/");
  browser.lose();
  await browser.timers.advance(3000);

  assert.deepEqual(closed.sort(), ["panel", "sheet"]);
  assert.equal(browser.address, "/r/2/");
});
