/**
 * Copying a text. A page that came over plain http from another machine has no clipboard of its own. There the browser is
 * told to copy, and given the text in the place of what is selected; one that copies only what is selected gets a field
 * that nobody sees.
 */

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it has been copied
 */
export async function copy(text) {
  // Only a page from a safe address has it, whatever the types say.
  const clipboard = /** @type {Clipboard | undefined} */ (navigator.clipboard);
  try {
    if (clipboard !== undefined) {
      await clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused, perhaps because the page has lost the focus: try the other ways.
  }
  return copyAsSelected(text) || copyFromField(text);
}

/** Nothing moves: neither the focus nor the selection. @param {string} text */
function copyAsSelected(text) {
  let isPut = false;
  const put = (/** @type {ClipboardEvent} */ event) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    isPut = event.clipboardData !== null;
  };
  document.addEventListener("copy", put, { capture: true });
  try {
    return document.execCommand("copy") && isPut;
  } finally {
    document.removeEventListener("copy", put, { capture: true });
  }
}

/** @param {string} text */
function copyFromField(text) {
  const giveBack = rememberPlace();
  const field = hiddenField(text);
  // Outside of an open dialog nothing can have the focus.
  ([...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body).append(field);
  try {
    field.focus({ preventScroll: true });
    field.select();
    return document.execCommand("copy");
  } finally {
    field.remove();
    giveBack();
  }
}

/** @param {string} text */
function hiddenField(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true; // No keyboard comes up for it,
  field.style.fontSize = "16px"; // and no phone zooms in.
  field.style.inset = "0 auto auto 0";
  field.style.opacity = "0";
  field.style.position = "fixed";
  field.setAttribute("aria-hidden", "true");
  return field;
}

/** Where the focus and the selection are: call the answer to bring them back. */
function rememberPlace() {
  const active = document.activeElement;
  const selection = document.getSelection();
  const ranges = Array.from({ length: selection?.rangeCount ?? 0 }, (_, index) => selection?.getRangeAt(index));
  const isField = active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement;
  const [start, end] = isField ? [active.selectionStart, active.selectionEnd] : [null, null];
  return () => {
    if (active instanceof HTMLElement) active.focus({ preventScroll: true });
    if (isField && start !== null) {
      active.setSelectionRange(start, end);
      return;
    }
    selection?.removeAllRanges();
    for (const range of ranges) if (range !== undefined) selection?.addRange(range);
  };
}
