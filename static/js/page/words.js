/**
 * What the page says, by key, in the reader's language.
 */

/** @typedef {Record<string, string | Record<string, string>>} Table */

export class Words {
  #table;
  #rules;
  #numbers;

  /**
   * @param {Table} table
   * @param {string} language
   */
  constructor(table, language) {
    this.#table = table;
    this.#rules = new Intl.PluralRules(language);
    this.#numbers = new Intl.NumberFormat(language);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]  for the names in braces; `count` chooses the form
   */
  say(key, values = {}) {
    const entry = this.#table[key] ?? key;
    const sentence = typeof entry === "string" ? entry : entry[this.#rules.select(Number(values.count))];
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return typeof value === "number" ? this.#numbers.format(value) : (value ?? whole);
    });
  }

  /** @param {string} key */
  has(key) {
    return key in this.#table;
  }
}
