/**
 * What may know what: held by reading the modules.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../static/js/", import.meta.url);

/** The code of each module in a folder, without its comments. @param {string} folder */
function modules(folder) {
  return readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith(".js"))
    .map((name) => {
      const code = readFileSync(new URL(`${folder}/${name}`, ROOT), "utf8").replace(
        /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm,
        "",
      );
      return { name: `${folder}/${name}`, code };
    });
}

/** @param {string[]} folders @param {RegExp} forbidden */
function expectNone(folders, forbidden) {
  for (const { name, code } of folders.flatMap(modules)) assert.doesNotMatch(code, forbidden, name);
}

test("the chat knows no page, and no clock, chance, network or storage but those it is given", () => {
  expectNone(
    ["chat"],
    /\b(document|window|navigator|location|history\.(?:push|replace|back|state)|HTMLElement|localStorage|sessionStorage|WebSocket|fetch\(|setTimeout|setInterval|Date\.now|Math\.random|crypto)\b/,
  );
});

test("elements know no socket", () => {
  expectNone(["elements"], /\b(WebSocket|openSocket)\b/);
});

test("text from the server enters the page as text only", () => {
  expectNone(
    ["elements", "page", "chat"],
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser/,
  );
});

test("nothing is called that a page on plain http does not have", () => {
  expectNone(["elements", "page", "chat"], /randomUUID|crypto\.subtle/);
});

for (const [what, module] of [
  ["navigator.clipboard", "page/clipboard.js"],
  ["navigator.locks", "page/turns.js"],
  ["navigator.serviceWorker", "page/worker.js"],
]) {
  test(`only the module that can do without it knows ${what}`, () => {
    const knowing = ["elements", "page", "chat"].flatMap(modules).filter(({ code }) => code.includes(what));
    assert.deepEqual(
      knowing.map(({ name }) => name),
      [module],
    );
  });
}
