import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

const page = /** @type {any} */ (globalThis);
/** What waits for the next frame. @type {Map<number, () => void>} */
let frames;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  frames = new Map();
  page.HTMLElement = class extends EventTarget {
    isConnected = true;
  };
  page.requestAnimationFrame = (/** @type {() => void} */ run) => frames.set(frames.size + 1, run).size;
  page.cancelAnimationFrame = (/** @type {number} */ id) => frames.delete(id);
});

afterEach(() => mock.timers.reset());

/** An element that counts how often it draws. */
async function counting() {
  const { ChatElement } = await import("../../static/js/elements/chat_element.js");
  const drawn = { count: 0 };
  const draw = new ChatElement().batched(() => {
    drawn.count += 1;
  });
  return { drawn, draw };
}

/** The browser draws its next picture. */
function nextFrame() {
  for (const [id, run] of [...frames]) {
    frames.delete(id);
    run();
  }
}

test("all that changes before the next frame is drawn once", async () => {
  const { drawn, draw } = await counting();

  draw();
  draw();
  nextFrame();
  mock.timers.tick(1000);
  assert.equal(drawn.count, 1);

  draw();
  nextFrame();
  assert.equal(drawn.count, 2);
});

test("a page that is hidden before its next frame draws all the same, also later", async () => {
  const { drawn, draw } = await counting();

  draw();
  mock.timers.tick(200);
  assert.equal(drawn.count, 1);

  draw();
  mock.timers.tick(200);
  assert.equal(drawn.count, 2);
});

test("what an element holds is let go of once, when it leaves the page", async () => {
  const { ChatElement } = await import("../../static/js/elements/chat_element.js");
  const element = new ChatElement();
  let released = 0;
  element.connected = () => {
    element.onLeave(() => {
      released += 1;
    });
  };

  element.connectedCallback();
  assert.equal(released, 0);
  element.disconnectedCallback();
  element.disconnectedCallback();

  assert.equal(released, 1);
});
