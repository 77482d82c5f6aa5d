/**
 * The small Markdown of messages: what is drawn, and above all what stays as it was typed.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { parse, plainText } from "../../static/js/chat/markdown.js";
import { Seeded } from "./support/seeded.js";

/** @import { Block } from "../../static/js/chat/markdown.js" */
/** @import { Inline } from "../../static/js/chat/markdown_inlines.js" */

// A short notation of the tree: <b>, <i>, <s>, <c> for code, <a address>, and blocks in braces.
const LETTERS = { strong: "b", emphasis: "i", strike: "s" };

/** @param {Inline[]} inlines @returns {string} */
function inlinesSaid(inlines) {
  return inlines
    .map((node) => {
      if (node.kind === "text") return node.text;
      if (node.kind === "code") return `<c>${node.text}</c>`;
      if (node.kind === "link") return `<a ${node.url}>${inlinesSaid(node.inlines)}</a>`;
      return `<${LETTERS[node.kind]}>${inlinesSaid(node.inlines)}</${LETTERS[node.kind]}>`;
    })
    .join("");
}

/** @param {Block[]} blocks @returns {string} */
function said(blocks) {
  return blocks
    .map((block) => {
      if (block.kind === "paragraph") return inlinesSaid(block.inlines);
      if (block.kind === "code") return `{code${block.language && ` ${block.language}`}|${block.text}}`;
      if (block.kind === "quote") return `{quote|${said(block.blocks)}}`;
      const items = block.items.map((item) => `${item.number ?? ""}${block.sign} ${said(item.blocks)}`);
      return `{list|${items.join("|")}}`;
    })
    .join("¶");
}

/** @param {string} title @param {[string, string][]} cases */
function drawn(title, cases) {
  for (const [text, expected] of cases) {
    test(`${title}: ${JSON.stringify(text)}`, () => assert.equal(said(parse(text)), expected));
  }
}

/** @param {string} title @param {string[]} texts */
function asTyped(title, texts) {
  for (const text of texts) {
    test(`${title}: ${JSON.stringify(text)}`, () => {
      const inlines = [{ kind: "text", text }];
      assert.deepEqual(parse(text), [{ kind: "paragraph", inlines }]);
    });
  }
}

drawn("emphasis", [
  ["*a*", "<i>a</i>"],
  ["_a_", "<i>a</i>"],
  ["**a**", "<b>a</b>"],
  ["~~a~~", "<s>a</s>"],
  ["a *b c* d", "a <i>b c</i> d"],
  ["(*a*), “**b**”!", "(<i>a</i>), “<b>b</b>”!"],
  ["*a*.", "<i>a</i>."],
  ["*Yes.* No", "<i>Yes.</i> No"],
  ["**Ana:** hi *(no)* _“so”_", "<b>Ana:</b> hi <i>(no)</i> <i>“so”</i>"],
  ["*a*-*b*", "<i>a</i>-<i>b</i>"],
  ["**-20 %**", "<b>-20 %</b>"],
  ["**yes**/**no**", "<b>yes</b>/<b>no</b>"],
  ["_snake_case_", "<i>snake_case</i>"],
  ["¿*qué*? ¡**sí**!", "¿<i>qué</i>? ¡<b>sí</b>!"],
  ["**жирно** и *курсив*", "<b>жирно</b> и <i>курсив</i>"],
  ["这是**重要**的", "这是<b>重要</b>的"],
  ["👍*ok*👍 **🎉**", "👍<i>ok</i>👍 <b>🎉</b>"],
]);

drawn("marks inside marks", [
  ["**a *b* c**", "<b>a <i>b</i> c</b>"],
  ["*a **b** c*", "<i>a <b>b</b> c</i>"],
  ["_**~~a~~**_", "<i><b><s>a</s></b></i>"],
  ["***a***", "<b><i>a</i></b>"],
  ["***a* b**", "<b><i>a</i> b</b>"],
  ["***a** b*", "<i><b>a</b> b</i>"],
  ["**a *b***", "<b>a <i>b</i></b>"],
  ["*a **b***", "<i>a <b>b</b></i>"],
  ["*a `*` b*", "<i>a <c>*</c> b</i>"],
  ["*[a](https://b.c/)*", "<i><a https://b.c/>a</a></i>"],
  ["[*a* `b`](https://b.c/)", "<a https://b.c/><i>a</i> <c>b</c></a>"],
]);

drawn("marks that cross, or meet their like", [
  ["*a **b* c**", "<i>a **b</i> c**"],
  ["*a *b* c*", "*a <i>b</i> c*"],
  ["**a **b** c**", "**a <b>b</b> c**"],
  ["*a _b* c_", "<i>a _b</i> c_"],
  ["*a***", "<i>a</i>**"],
]);

asTyped("no emphasis", [
  "a",
  "2*3*4",
  "2 * 3 * 4",
  "2**8 and 2**9",
  "snake_case_words and _private_var",
  "__init__.py and __main__",
  "*a",
  "a*",
  "**bold",
  "bold**",
  "** bold **",
  "* *",
  "~a~",
  "~~~a~~~",
  "****a****",
  "*\na*",
  "*a\nb*",
  "teh\n*the",
  "*.* and **/*.js",
  "rm *.py foo.*",
  "src/**/*.js test/**/*.js",
  "**/*.js **/*.css",
  "char **argv, int **p;",
  "C:\\*.* D:\\*.*",
  "f(*args, **kwargs)",
  "/*a*/",
  "*/5 * */2",
  "foo/_bar_/baz",
  "un*believ*able",
  "¯\\_(ツ)_/¯",
  "*_* yes *_*",
  "(*_*) yes (*_*)",
  "-_- yes -_-",
  "^_^ yes ^_^",
  ">_< yes >_<",
  "T_T ;_; u_u",
  "\\*o*/",
  "***",
  "_____",
]);

drawn("code in a line", [
  ["`a*b*c`", "<c>a*b*c</c>"],
  ["*a `b* c` d", "*a <c>b* c</c> d"],
  ["``a`b``", "<c>a`b</c>"],
  ["`` ` ``", "<c>`</c>"],
  ["` a `", "<c>a</c>"],
  ["`a` `b`", "<c>a</c> <c>b</c>"],
  ["```a``` b", "<c>a</c> b"],
  ["`<b>&amp;`", "<c><b>&amp;</c>"],
  ["`https://a.b/`", "<c>https://a.b/</c>"],
]);

asTyped("no code in a line", ["`a", "a`", "``", "` `", "``a`", "`a\nb`", "don`t", "` ` `"]);

drawn("addresses", [
  ["https://a.b", "<a https://a.b/>https://a.b</a>"],
  ["see https://a.b/c?d=e&f#g now", "see <a https://a.b/c?d=e&f#g>https://a.b/c?d=e&f#g</a> now"],
  ["https://a.b/snake_case_*x*", "<a https://a.b/snake_case_*x>https://a.b/snake_case_*x</a>*"],
  ["_https://a.b/c_d_", "<i><a https://a.b/c_d>https://a.b/c_d</a></i>"],
  ["*https://a.b/*", "<i><a https://a.b/>https://a.b/</a></i>"],
  ["**https://a.b/**", "<b><a https://a.b/>https://a.b/</a></b>"],
  ["https://a.b/c_(d)", "<a https://a.b/c_(d)>https://a.b/c_(d)</a>"],
  ["(https://a.b/c_(d))", "(<a https://a.b/c_(d)>https://a.b/c_(d)</a>)"],
  ["(https://a.b/c)d", "(<a https://a.b/c>https://a.b/c</a>)d"],
  ["https://a.b/?c[]=1&d[]=2", "<a https://a.b/?c[]=1&d[]=2>https://a.b/?c[]=1&d[]=2</a>"],
  ["[https://a.b/]", "[<a https://a.b/>https://a.b/</a>]"],
  ["https://a.b/c.", "<a https://a.b/c>https://a.b/c</a>."],
  ["Is it https://a.b/c?!", "Is it <a https://a.b/c>https://a.b/c</a>?!"],
  ["«https://a.b/c».", "«<a https://a.b/c>https://a.b/c</a>»."],
  ["<https://a.b/c>", "<<a https://a.b/c>https://a.b/c</a>>"],
  ['"https://a.b/c"', '"<a https://a.b/c>https://a.b/c</a>"'],
  ["见https://a.b/c。谢谢", "见https://a.b/c。谢谢"],
  ["见 https://a.b/c。谢谢", "见 <a https://a.b/c>https://a.b/c</a>。谢谢"],
  ["HTTP://A.B/C", "<a http://a.b/C>HTTP://A.B/C</a>"],
  ["https://президент.рф/я", "<a https://xn--d1abbgf6aiiy.xn--p1ai/%D1%8F>https://президент.рф/я</a>"],
  ["http://127.0.0.1:8000/r/1/", "<a http://127.0.0.1:8000/r/1/>http://127.0.0.1:8000/r/1/</a>"],
  ["http://[::1]:8000/", "<a http://[::1]:8000/>http://[::1]:8000/</a>"],
  ["mailto:ana@a.b.", "<a mailto:ana@a.b>mailto:ana@a.b</a>."],
  ["https://a.b\\c", "<a https://a.b/>https://a.b</a>\\c"],
]);

asTyped("no address", [
  "www.a.b and a.b and ana@a.b",
  "xhttps://a.b",
  "http:// https://",
  "ftp://a.b file:///etc/passwd data:text/html,x",
  "javascript:alert(1) vbscript:x JAVASCRIPT://a.b/%0aalert(1)",
  "java\tscript:alert(1)",
  "https://google.com@evil.com/",
  "http://a.b,http://c.d",
  "https://google.com:443@evil.com",
  "https://@evil.com",
  "https://a.b/\u202ec",
  "https://a.b/\u2066c",
  "https://a\u200b.b/",
  "https://a.b/\u0007",
  "https://%",
  "https://a.b:99999/",
  "mailto:",
  "mailto:ana@a.b?bcc=eve@a.b",
  `https://a.b/${"c".repeat(2048)}`,
]);

drawn("links with a label", [
  ["[a](https://b.c/d)", "<a https://b.c/d>a</a>"],
  ["[a](https://b.c/(d))", "<a https://b.c/(d)>a</a>"],
  ["[a](mailto:b@c.d)", "<a mailto:b@c.d>a</a>"],
  ["![a](https://b.c/)", "!<a https://b.c/>a</a>"],
  ["[[a](https://b.c/)]", "[<a https://b.c/>a</a>]"],
  ["[x] [a](https://b.c/)", "[x] <a https://b.c/>a</a>"],
  ["[b.c](https://b.c/d)", "<a https://b.c/d>b.c</a>"],
  ["[https://b.c](https://b.c/)", "<a https://b.c/>https://b.c</a>"],
  ["[b@c.d](mailto:b@c.d)", "<a mailto:b@c.d>b@c.d</a>"],
  ["[президент.рф](https://президент.рф/)", "<a https://xn--d1abbgf6aiiy.xn--p1ai/>президент.рф</a>"],
]);

drawn("a label that could deceive does not hide the address", [
  ["[bank.com](https://evil.com)", "[bank.com](<a https://evil.com/>https://evil.com</a>)"],
  [
    "[https://bank.com/](https://evil.com/)",
    "[<a https://bank.com/>https://bank.com/</a>](<a https://evil.com/>https://evil.com/</a>)",
  ],
  ["[your **bank**.com](https://evil.com/)", "[your <b>bank</b>.com](<a https://evil.com/>https://evil.com/</a>)"],
  [
    "[bank.com](https://bank.com.evil.com/)",
    "[bank.com](<a https://bank.com.evil.com/>https://bank.com.evil.com/</a>)",
  ],
  ["[bank。com](https://evil.com/)", "[bank。com](<a https://evil.com/>https://evil.com/</a>)"],
  ["[ｂａｎｋ．ｃｏｍ](https://evil.com/)", "[ｂａｎｋ．ｃｏｍ](<a https://evil.com/>https://evil.com/</a>)"],
  ["[bank\u200d.c\u0301om](https://evil.com/)", "[bank\u200d.c\u0301om](<a https://evil.com/>https://evil.com/</a>)"],
  ["[\u202emoc.knab](https://evil.com/)", "[\u202emoc.knab](<a https://evil.com/>https://evil.com/</a>)"],
  ["[10.0.0.1](https://evil.com/)", "[10.0.0.1](<a https://evil.com/>https://evil.com/</a>)"],
  ["[ana@bank.com](mailto:eve@evil.com)", "[ana@bank.com](<a mailto:eve@evil.com>mailto:eve@evil.com</a>)"],
]);

asTyped("no link with a label", [
  "[a](javascript:alert(1))",
  "[a](java\tscript:alert(1))",
  "[a](data:text/html,x)",
  "[a](//b.c/)",
  "[a](/r/1/)",
  "[a](https://)",
  "[a](https://u@b.c/)",
  "[a] (b)",
  "[a]",
  "[a](",
  "[a][1]",
  "a[i](x)",
]);

drawn("labels that are none", [
  ["[](https://b.c/)", "[](<a https://b.c/>https://b.c/</a>)"],
  ["[ ](https://b.c/)", "[ ](<a https://b.c/>https://b.c/</a>)"],
  ['[a](https://b.c/ "d")', '[a](<a https://b.c/>https://b.c/</a> "d")'],
]);

drawn("blocks of code", [
  ["```\na\n  *b*\n```", "{code|a\n  *b*}"],
  ["```js\nlet a;\n```", "{code js|let a;}"],
  ["```let a\nb```", "{code|let a\nb}"],
  ["```two words\na\n```", "{code|two words\na}"],
  ["````\n```\n````", "{code|```}"],
  ["x\n\n```\na\n```\n\ny", "x¶{code|a}¶y"],
  ["```\na\n```\n```\nb\n```", "{code|a}¶{code|b}"],
  ["```\n> a\n- b\n- c\n```", "{code|> a\n- b\n- c}"],
]);

asTyped("no block of code", ["```", "```\na", "```\n```", "```\n \n```", "a\n```", "``\na\n``", "~~~\na\n~~~"]);

drawn("quotes", [
  ["> a", "{quote|a}"],
  ["> a\n> *b*\nc", "{quote|a\n<i>b</i>}¶c"],
  ["> a\n\nb", "{quote|a}¶b"],
  ["> > a\n> b", "{quote|{quote|a}¶b}"],
  ["> - a\n> - b", "{quote|{list|- a|- b}}"],
  ["> ```\n> a\n> ```", "{quote|{code|a}}"],
  ["> a\n>\n> b", "{quote|a\n\nb}"],
  ["> > > > > > a", "{quote|{quote|{quote|{quote|> > a}}}}"],
]);

asTyped("no quote", [">", ">\n> ", ">a", ">_<", ">>> print(1)", "a > b", "a\n    > b"]);

drawn("lists", [
  ["- a\n- b", "{list|- a|- b}"],
  ["* a\n* b", "{list|- a|- b}"],
  ["1. a\n2. b", "{list|1. a|2. b}"],
  ["3) a\n7) b", "{list|3) a|7) b}"],
  ["- a\n\n- b", "{list|- a|- b}"],
  ["x:\n- a\n- b\ny", "x:¶{list|- a|- b}¶y"],
  ["x:\n\n- a\n- b\n\n\ny", "x:¶{list|- a|- b}¶y"],
  ["- a\n- b\n1. c\n2. d", "{list|- a|- b}¶{list|1. c|2. d}"],
  ["- a\n  - b\n  - c\n- d", "{list|- a¶{list|- b|- c}|- d}"],
  ["1. a\n    - b\n    - c\n2. d", "{list|1. a¶{list|- b|- c}|2. d}"],
  ["- a\n  - b\n  - c", "{list|- a¶{list|- b|- c}}"],
  ["- a\n\t- b\n\t- c", "{list|- a¶{list|- b|- c}}"],
  ["- a\n  b\n- c", "{list|- a\nb|- c}"],
  ["- a\n\n  b\n- c", "{list|- a\n\nb|- c}"],
  ["- **a**\n- `b`", "{list|- <b>a</b>|- <c>b</c>}"],
  ["- a\n  ```\n  b\n  ```\n- c", "{list|- a¶{code|b}|- c}"],
]);

asTyped("no list", [
  "- a",
  "* only on weekdays",
  "- 5 °C",
  "3. Mai",
  "- a\n  b",
  "-a\n-b",
  "+ a\n+ b",
  "1.a\n2.b",
  "007. Bond\n008. Bill",
  "2020. A year\n2021. Another",
  "-\n-",
  "---",
  "- - -",
  "— Hi\n— Hello",
]);

asTyped("no other Markdown", [
  "# Title",
  "## Title ##",
  "Title\n=====",
  "Title\n-----",
  "| a | b |\n|---|---|\n| c | d |",
  "<b>a</b> <!-- c --> &amp; <script>alert(1)</script>",
  "![a][b]",
  "\\*a\\*",
  "line  \nbreak\\\nkept",
  "a\n\n\nb",
  "  a \t b  ",
  "Ana: hi\n12:01 Ben: hi",
]);

// What holds for every text.

const MARKS = /[*_~`>[\]().\s\d-]/u;

/** Every piece of text in order. @param {Block[]} blocks @returns {string} */
function leaves(blocks) {
  return blocks
    .map((block) => {
      if (block.kind === "paragraph") return inlineLeaves(block.inlines);
      if (block.kind === "code") return block.language + block.text;
      if (block.kind === "quote") return leaves(block.blocks);
      return block.items.map((item) => (item.number ?? "") + leaves(item.blocks)).join("");
    })
    .join("");
}

/** @param {Inline[]} inlines @returns {string} */
function inlineLeaves(inlines) {
  return inlines.map((node) => ("text" in node ? node.text : inlineLeaves(node.inlines))).join("");
}

/** @param {(Block | Inline)[]} nodes @returns {number} */
function depthOf(nodes) {
  const inside = nodes.flatMap((node) => {
    if ("items" in node) return node.items.map((item) => depthOf(item.blocks));
    if ("blocks" in node) return depthOf(node.blocks);
    return "inlines" in node ? depthOf(node.inlines) : 0;
  });
  return 1 + Math.max(0, ...inside);
}

/** Is the text what is left of the source when some marks are taken out of it? @param {string} text @param {string} source */
function isWithoutMarks(text, source) {
  let at = 0;
  for (const sign of source) {
    if (text.startsWith(sign, at)) at += sign.length;
    else if (!MARKS.test(sign)) return false;
  }
  return at === text.length;
}

const PIECES = [
  ..."*_~`>[]()-.#\\/:!?'\" \n\n\t19ab😀é中",
  ...[
    "**",
    "~~",
    "***",
    "```",
    "\n```",
    "\n> ",
    "\n- ",
    "\n  - ",
    "\n1. ",
    "\n2) ",
    "https://a.b/",
    "mailto:a@b",
    "a b",
    "aa",
  ],
];

/** @param {Seeded} chance @param {number} length */
function randomText(chance, length) {
  return Array.from({ length }, () => chance.pick(PIECES)).join("");
}

for (let seed = 1; seed <= 40; seed += 1) {
  test(`no text loses more than its marks, nor nests deep: seed ${seed}`, () => {
    const chance = new Seeded(seed);
    for (let run = 0; run < 100; run += 1) {
      const text = randomText(chance, 1 + Math.floor(chance.next() * 60));
      const tree = parse(text);
      assert.ok(isWithoutMarks(leaves(tree), text), JSON.stringify([text, said(tree)]));
      assert.ok(depthOf(tree) <= 20, JSON.stringify(text));
    }
  });
}

test("each letter of a text without links is there again, in its order", () => {
  const chance = new Seeded(7);
  for (let run = 0; run < 2000; run += 1) {
    const text = randomText(chance, 50).replaceAll(/https?|mailto/g, "");
    const letters = (/** @type {string} */ all) => all.replace(/[^\p{L}\p{So}]/gu, "");
    assert.equal(letters(leaves(parse(text))), letters(text), JSON.stringify(text));
  }
});

test("a text without marks is one piece", () => {
  const chance = new Seeded(11);
  for (let run = 0; run < 500; run += 1) {
    const text = Array.from({ length: 40 }, () => chance.pick([..."abcñя中😀 \n\t.,:;!?/\\'\"#&<|{}+=@$%^"])).join("");
    assert.deepEqual(parse(text), [{ kind: "paragraph", inlines: [{ kind: "text", text }] }]);
  }
});

const SIZE = 100_000;
const BAD = [
  ..."a*_~`[]()>-1.# \n\t\\h😀\u0301",
  ...[
    "**",
    "***",
    "~~",
    "``",
    "```",
    "```\n",
    "\n```",
    "```a\n",
    "[a](",
    "[](",
    "](",
    "[a](https://",
    "(((",
    "> ",
    "> > ",
  ],
  ...[
    "\n> ",
    "- ",
    "\n- ",
    "\n  - ",
    "- a\n",
    "1. a\n\n",
    "- a\n\n\n",
    " \n",
    "*a ",
    "*a _b **c ~~d ",
    "a* ",
    "a*b",
    "*a* ",
  ],
  ...[
    "_a",
    "a_ ",
    "*_",
    "`a` ",
    "`a ``b ",
    "https://",
    "https://a.b/(",
    "https://a.b ",
    "mailto:",
    "http",
    "hm",
    "*a\n",
  ],
  ...["- a\n  ", "[[", "]]", "[a]", "](https://a.b/)", "> ```\n", "*中*", "\u202e", "**a *b "],
];

const AROUND = [
  ["a", "a"],
  ["*", "*"],
  ["```\n", "\n```"],
  ["[a](", ")"],
  ["https://a.b/", ""],
];

test("no text takes more than a time in proportion to its length", { timeout: 60_000 }, () => {
  // Whatever grew with the square of the length would take hours for these.
  BAD.forEach((piece, index) => {
    const [before, after] = AROUND[index % AROUND.length];
    const text = piece.repeat(SIZE / piece.length);
    for (const one of [text, before + text + after]) assert.ok(leaves(parse(one)).length <= one.length);
  });
});

test("the plain text of a message is without its marks", () => {
  for (const [text, expected] of [
    ["**a** `b` [c](https://d.e/) ~~f~~", "a b c f"],
    ["> a\nb", "a\nb"],
    ["- a\n- b", "• a\n• b"],
    ["1) a\n2) b", "1) a\n2) b"],
    ["```js\na\n```", "a"],
    ["2*3*4 as typed", "2*3*4 as typed"],
  ]) {
    assert.equal(plainText(text), expected);
  }
});
