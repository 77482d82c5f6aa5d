import assert from "node:assert/strict";
import { test } from "node:test";

import { afterClose } from "../../static/js/chat/close_codes.js";
import { golden } from "./support/golden.js";

for (const { name, close, reconnects } of golden("close_codes")) {
  test(`${name}: a client ${reconnects ? "comes back" : "stays away"}`, () => {
    assert.equal(afterClose(close).step === "reconnect", reconnects);
  });
}

test("a session that has ended leads to the log-in page", () => {
  assert.equal(afterClose(4401).step, "log_in");
});

test("each code after which a client stays away has its own reason", () => {
  const reasons = [1000, 4400, 4401, 4403, 4409].map((code) => afterClose(code).why);

  assert.equal(new Set(reasons).size, reasons.length);
});
