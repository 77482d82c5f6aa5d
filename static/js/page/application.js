/**
 * The page as an application of the device: whether the browser would install it.
 *
 * Emits `change`.
 */

export class Application extends EventTarget {
  /** The browser's offer to install, as long as it stands. @type {any} */
  #offer = null;

  /** @param {Window} window */
  constructor(window) {
    super();
    window.addEventListener("beforeinstallprompt", (event) => {
      // It is made in the settings, and not over the page.
      event.preventDefault();
      this.#become(event);
    });
    window.addEventListener("appinstalled", () => this.#become(null));
  }

  get canBeInstalled() {
    return this.#offer !== null;
  }

  /** Ask the person, by the browser's own question. An offer can be taken up once. */
  install() {
    this.#offer?.prompt();
    this.#become(null);
  }

  /** @param {any} offer */
  #become(offer) {
    this.#offer = offer;
    this.dispatchEvent(new CustomEvent("change"));
  }
}
