/**
 * A sentence with a name in it, short enough for its place: the name gives way, and says so.
 */

/** @type {CanvasRenderingContext2D | null} */
let pen = null;

/**
 * @param {HTMLTextAreaElement} field  that the sentence shall stand in, on one line
 * @param {string} name
 * @param {(name: string) => string} sentence
 */
export function shortened(field, name, sentence) {
  const style = getComputedStyle(field);
  const room = field.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
  pen ??= document.createElement("canvas").getContext("2d");
  // A field that is not laid out yet has no width.
  if (pen === null || room <= 0) return sentence(name);
  pen.font = style.font;
  const letters = Array.from(name);
  for (let length = letters.length; length > 0; length -= 1) {
    const short = length === letters.length ? name : `${letters.slice(0, length).join("").trimEnd()}…`;
    if (pen.measureText(sentence(short)).width <= room) return sentence(short);
  }
  return sentence("…");
}
