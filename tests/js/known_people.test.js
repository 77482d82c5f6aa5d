import assert from "node:assert/strict";
import { test } from "node:test";

import { isShared, sharedNames } from "../../static/js/chat/known_people.js";

const BEN = { login: "ben", name: "Ben Stone" };
const OTHER = { login: "ben2", name: "ben stone" };
const EVA = { login: "eva", name: "Eva" };

/** @param {{ talks?: object[], here?: object[], all?: object[] }} lists */
function known({ talks = [], here = [], all = [] }) {
  const chat = { privateTalk: { conversations: { all: talks } }, place: { occupants: { people: here } } };
  return /** @type {any} */ ({ chat, people: { all } });
}

for (const [where, lists] of Object.entries({
  "in the room": { talks: [BEN, EVA], here: [OTHER] },
  "among all people": { talks: [BEN, EVA], all: [EVA, OTHER] },
  "in another conversation": { talks: [BEN, OTHER, EVA] },
})) {
  test(`somebody ${where} may bear the name of one in a conversation`, () => {
    const shared = sharedNames(known(lists));

    assert.equal(isShared(shared, BEN.name), true);
    assert.equal(isShared(shared, OTHER.name), true);
    assert.equal(isShared(shared, EVA.name), false);
  });
}
