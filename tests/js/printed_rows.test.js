import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { grouped } from "../../static/js/chat/grouping.js";
import { roomRows } from "../../static/js/chat/log_rows.js";
import { Timeline } from "../../static/js/chat/timeline.js";

/** What the server prints and what a page draws, held to one table. @type {any[]} */
const CASES = JSON.parse(readFileSync(new URL("../contract/grouping.json", import.meta.url), "utf8"));
const LOGINS = ["ana", "ben", "cleo"];

/** @param {string} login */
const person = (login) => ({ id: LOGINS.indexOf(login), login, name: login });

/** @param {string} stream @param {any[]} messages */
function timeline(stream, messages) {
  const held = new Timeline(stream);
  held.startAt(0);
  for (const [index, { author, at, to }] of messages.entries()) {
    const seq = index + 1;
    held.offer(
      /** @type {any} */ ({
        type: to === undefined ? "message.posted" : "direct.posted",
        stream,
        seq,
        author: person(author),
        ...(to === undefined ? {} : { to: person(to) }),
        text: "hello",
        sent_at: at,
        client_id: `client-${stream}-${seq}`,
      }),
    );
  }
  return held;
}

/** @param {import("../../static/js/chat/grouping.js").Line} line */
function standing({ row, isContinued, isLast }) {
  if (row.kind === "day" || row.kind === "new") return row.kind;
  if (isContinued) return isLast ? "last" : "middle";
  return isLast ? "alone" : "first";
}

for (const { name, messages, private: direct = [], read, told, keys, days } of CASES) {
  test(name, () => {
    const rows = roomRows({
      log: timeline("room:1", messages),
      inbox: timeline("inbox", direct),
      items: [],
      notices: [],
      login: "ana",
      unread: read === undefined ? null : { after: read, count: 9 },
      dayOf: (at) => new Date(at).toISOString().slice(0, 10),
    });

    const lines = grouped(rows);

    assert.deepEqual(lines.map(standing), told);
    if (days !== undefined)
      assert.deepEqual(
        lines.filter(({ row }) => row.kind === "day").map(({ row }) => row.key),
        days,
      );
    if (keys !== undefined)
      assert.deepEqual(
        lines.filter(({ row }) => row.kind !== "day").map(({ row }) => row.key),
        keys,
      );
  });
}
