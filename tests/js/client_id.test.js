import assert from "node:assert/strict";
import { test } from "node:test";

import { newClientId } from "../../static/js/chat/client_id.js";
import { Seeded } from "./support/seeded.js";

test("a client id is a UUID of version 4 in lower case", () => {
  const { fill } = new Seeded(7);

  for (let round = 0; round < 200; round += 1) {
    assert.match(newClientId(fill), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test("two client ids differ", () => {
  const { fill } = new Seeded(7);

  const ids = new Set(Array.from({ length: 1000 }, () => newClientId(fill)));

  assert.equal(ids.size, 1000);
});
