/**
 * Draws the text of a message: its tree becomes elements, each piece of text a text node.
 */

/** @import { Block, CodeBlock, List } from "../chat/markdown.js" */
/** @import { Inline, Link } from "../chat/markdown_inlines.js" */

import { isFewEmoji } from "../chat/emoji.js";
import { parse } from "../chat/markdown.js";

/** @type {Record<string, "strong" | "em" | "del">} */
const TAGS = { strong: "strong", emphasis: "em", strike: "del" };
const REL = "noopener noreferrer nofollow ugc";
const OWN_PAGES = /\/(?:r\/[0-9]+|p\/[^/]+)(?:\/|$)/;

/** What each node shows, so that showing it again costs nothing. @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/**
 * @param {HTMLElement} node  its `dir` is `auto`, so that the text's first letter decides
 * @param {string} text
 */
export function drawText(node, text) {
  if (shown.get(node) === text) return;
  shown.set(node, text);
  node.classList.add("rich-text");
  node.toggleAttribute("data-few-emoji", isFewEmoji(text));
  const blocks = parse(text);
  const [first] = blocks;
  // Most messages are one paragraph: no element is needed for it.
  const isPlain = blocks.length === 1 && first.kind === "paragraph";
  node.replaceChildren(...(isPlain ? drawInlines(first.inlines) : blocks.map(drawOutermost)));
}

/** Each runs in the direction of its own first letter. @param {Block} block */
function drawOutermost(block) {
  const drawn = drawBlock(block);
  if (drawn.dir === "") drawn.dir = "auto";
  return drawn;
}

/** @param {Block} block @returns {HTMLElement} */
function drawBlock(block) {
  if (block.kind === "code") return drawCode(block);
  if (block.kind === "list") return drawList(block);
  if (block.kind === "quote") return element("blockquote", "rich-text__quote", block.blocks.map(drawBlock));
  return element("p", "rich-text__lines", drawInlines(block.inlines));
}

/** @param {CodeBlock} block */
function drawCode({ text, language }) {
  const code = element("code", "", [text]);
  const pre = element("pre", "rich-text__code", [code]);
  pre.dir = "ltr";
  pre.tabIndex = 0; // It scrolls: the keyboard must reach it.
  if (language !== "") pre.dataset.language = language;
  return pre;
}

/** @param {List} list */
function drawList({ sign, items }) {
  const lines = items.map(({ number, blocks }) => {
    const line = /** @type {HTMLLIElement} */ (element("li", "rich-text__item", drawItem(blocks)));
    if (number !== null) line.value = number;
    return line;
  });
  const list = element(sign === "-" ? "ul" : "ol", "rich-text__list", lines);
  if (sign === ")") list.classList.add("rich-text__list--bracket");
  return list;
}

/** An item's first lines stand beside its mark. @param {Block[]} blocks @returns {(Node | string)[]} */
function drawItem([first, ...more]) {
  const opening = first.kind === "paragraph" ? drawInlines(first.inlines) : [drawBlock(first)];
  return [...opening, ...more.map(drawBlock)];
}

/** @param {Inline[]} inlines @returns {(Node | string)[]} */
function drawInlines(inlines) {
  return inlines.map((node) => {
    if (node.kind === "link") return drawLink(node);
    if ("text" in node) return node.kind === "text" ? node.text : element("code", "rich-text__snippet", [node.text]);
    return element(TAGS[node.kind], "", drawInlines(node.inlines));
  });
}

/** Where a link really leads, its title tells, in the letters that the network uses. @param {Link} link */
function drawLink({ url, inlines }) {
  const link = /** @type {HTMLAnchorElement} */ (element("a", "rich-text__link", drawInlines(inlines)));
  link.href = url;
  link.title = url;
  link.rel = REL;
  link.dir = "auto";
  if (!isOwnPage(link)) link.target = "_blank";
  return link;
}

/** @param {HTMLAnchorElement} link */
function isOwnPage({ origin, pathname }) {
  return origin === location.origin && OWN_PAGES.test(pathname);
}

/**
 * @param {string} tag
 * @param {string} name
 * @param {(Node | string)[]} children
 */
function element(tag, name, children) {
  const node = document.createElement(tag);
  if (name !== "") node.className = name;
  node.append(...children);
  return node;
}
