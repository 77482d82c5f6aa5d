/**
 * Keeps the page as high as what a keyboard leaves of the screen. Where the browser does that by itself it changes
 * nothing; Safari on a phone lays its keyboard over the page and moves the page away under it.
 */

/** Less than this is a bar of the browser, not a keyboard. */
const KEYBOARD_PX = 120;
/** Somebody who looks closer shall see the same page, larger. */
const ENLARGED = 1.01;

/** @param {Window} window */
export function fitViewport(window) {
  const { visualViewport, document } = window;
  if (visualViewport === null) return;
  const { style, dataset } = document.documentElement;
  /** The highest it has been at each width: without a keyboard. @type {Map<number, number>} */
  const tallest = new Map();
  let isAwaited = false;

  const fit = () => {
    isAwaited = false;
    const { width, height, offsetTop, scale } = visualViewport;
    if (scale > ENLARGED) return;
    const full = Math.max(tallest.get(Math.round(width)) ?? 0, height);
    tallest.set(Math.round(width), full);
    style.setProperty("--vvh", `${height}px`);
    style.setProperty("--vvt", `${offsetTop}px`);
    const hasKeyboard = full - height > KEYBOARD_PX && isWriting(document.activeElement);
    if (hasKeyboard) dataset.keyboard = "open";
    else delete dataset.keyboard;
  };
  const soon = () => {
    if (isAwaited) return;
    isAwaited = true;
    window.requestAnimationFrame(fit);
  };
  for (const type of ["resize", "scroll"]) visualViewport.addEventListener(type, soon);
  // An installed page on a phone may be measured wrongly at first, and when it is turned.
  for (const type of ["pageshow", "orientationchange", "focusin", "focusout"]) window.addEventListener(type, soon);
  fit();
}

/** @param {Element | null} element */
function isWriting(element) {
  return element?.matches("textarea, input, [contenteditable]") ?? false;
}
