/**
 * A count in a badge: a number for the eye, a sentence for the ear.
 */

const MOST = 99;

/**
 * @param {HTMLElement} element
 * @param {number} count  none at all is not shown
 * @param {string} sentence
 */
export function showBadge(element, count, sentence) {
  element.hidden = count === 0;
  const number = document.createElement("span");
  number.textContent = count > MOST ? `${MOST}+` : String(count);
  number.ariaHidden = "true";
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.textContent = sentence;
  element.replaceChildren(...(count === 0 ? [] : [number, spoken]));
}
