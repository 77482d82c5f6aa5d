/**
 * What somebody has chosen on this device: how Enter behaves, what is read out. Nothing that the server need know.
 *
 * Emits `change`.
 */

/** @import { KeyValues } from "../chat/key_values.js" */

import { SafeKeyValues } from "../chat/key_values.js";

const KEY = "chat/settings";

/** What each may be; the first is what it is until somebody chooses. */
const CHOICES = /** @type {Record<string, readonly string[]>} */ ({
  enter: ["auto", "sends", "breaks"],
  announce: ["all", "private", "off"],
});

/** @typedef {"enter" | "announce"} Setting */

export class DeviceSettings extends EventTarget {
  #kept;
  /** @type {Record<string, string>} */
  #chosen;

  /** @param {KeyValues | null} storage */
  constructor(storage) {
    super();
    this.#kept = new SafeKeyValues(storage);
    this.#chosen = this.#kept.read(KEY) ?? {};
  }

  /** @param {Setting} setting */
  get(setting) {
    const chosen = this.#chosen[setting];
    return CHOICES[setting].includes(chosen) ? chosen : CHOICES[setting][0];
  }

  /**
   * @param {Setting} setting
   * @param {string} value
   */
  choose(setting, value) {
    this.#chosen = { ...this.#chosen, [setting]: value };
    this.#kept.write(KEY, this.#chosen);
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Another tab has written here. @param {string | null} key */
  changed(key) {
    if (key !== KEY) return;
    this.#chosen = this.#kept.read(KEY) ?? {};
    this.dispatchEvent(new CustomEvent("change"));
  }

  /**
   * Does Enter send? By itself it breaks the line where one writes with a thumb.
   * @param {boolean} isTouch
   */
  entersSend(isTouch) {
    const chosen = this.get("enter");
    return chosen === "sends" || (chosen === "auto" && !isTouch);
  }
}
