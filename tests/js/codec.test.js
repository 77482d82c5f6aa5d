import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, encode, fitsIntoAFrame, wellFormed } from "../../static/js/chat/codec.js";

test("a frame with one object is one event, a frame with an array its events in order", () => {
  assert.deepEqual(decode('{"type":"a"}'), [{ type: "a" }]);
  assert.deepEqual(decode('[{"type":"a"},{"type":"b"}]'), [{ type: "a" }, { type: "b" }]);
});

test("what is no frame is left out and stops nothing", () => {
  for (const data of ["", "{", "null", "7", '"type"', "{}", '{"type":1}', new ArrayBuffer(2), undefined]) {
    assert.deepEqual(decode(data), []);
  }
  assert.deepEqual(decode('[null,{"type":"a"},[]]'), [{ type: "a" }]);
});

test("a text loses what would be malformed and nothing else", () => {
  assert.equal(wellFormed("a\0b"), "ab");
  assert.equal(wellFormed("half \ud83d of a pair"), "half \ufffd of a pair");
  assert.equal(wellFormed("👩‍👩‍👧 ＃ñ\u202e\n"), "👩‍👩‍👧 ＃ñ\u202e\n");
});

test("a frame is measured in bytes", () => {
  assert.ok(fitsIntoAFrame("é".repeat(32_768)));
  assert.ok(!fitsIntoAFrame(`${"é".repeat(32_768)}x`));
});

test("what is encoded decodes to the same", () => {
  const command = { type: "message.post", room: 1, text: '"\n</script>' };

  assert.deepEqual(decode(encode(command)), [command]);
});
