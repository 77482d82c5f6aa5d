import assert from "node:assert/strict";
import { test } from "node:test";

import { asShown, asTyped, isCommandLine } from "../../static/js/chat/command_line.js";
import { isBlank, lengthOf } from "../../static/js/chat/visible_text.js";
import { golden } from "./support/golden.js";

for (const { name, frame } of golden("lines")) {
  test(`a command and never a message: ${name}`, () => {
    assert.ok(isCommandLine(frame.text));
  });
}

for (const { name, frame, expect } of golden("commands").filter(({ frame }) => frame?.type === "message.post")) {
  test(`a message, shown as the server stores it: ${name}`, () => {
    assert.ok(!isCommandLine(frame.text));
    assert.equal(asShown(frame.text).normalize("NFC"), expect.command.text);
  });
}

test("a line after a full-width number sign is for the server to refuse, not for the outbox", () => {
  assert.ok(isCommandLine("＃gR x"));
});

test("two number signs escape behind white space too", () => {
  assert.ok(!isCommandLine("  ##x"));
  assert.equal(asShown("  ##x # ##"), "  #x # ##");
});

test("what is typed again is shown as it was, and is no command", () => {
  for (const text of ["plain", "#gR x", "##", "  #x"]) {
    assert.ok(!isCommandLine(asTyped(text)));
    assert.equal(asShown(asTyped(text)), text);
  }
});

test("white space and invisible characters are blank", () => {
  for (const text of ["", " \n\t", "\u200b\u2060\ufeff", "\u3164\uffa0", "\u{e0041}"]) assert.ok(isBlank(text));
  for (const text of [".", " ñ ", "👍", "\u200bх"]) assert.ok(!isBlank(text));
});

test("a text is as long as its code points once composed", () => {
  assert.equal(lengthOf("e\u0301👍"), 2);
});
