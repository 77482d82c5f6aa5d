import assert from "node:assert/strict";
import { test } from "node:test";

import { Drafts } from "../../static/js/chat/drafts.js";
import { DeviceSettings } from "../../static/js/page/device_settings.js";
import { FakeStorage } from "./support/fake_storage.js";

const DAY = 24 * 60 * 60 * 1000;

test("what is being written is there again on another page, place by place", () => {
  const storage = new FakeStorage();
  new Drafts(storage, "ana", () => 0).write("r/1", "half a sen");

  const drafts = new Drafts(storage, "ana", () => DAY);

  assert.equal(drafts.read("r/1"), "half a sen");
  assert.equal(drafts.read("r/2"), "");
});

test("somebody else at the same device does not see it", () => {
  const storage = new FakeStorage();
  new Drafts(storage, "ana", () => 0).write("p/ben", "dear Ben");

  assert.equal(new Drafts(storage, "ana/p", () => 0).read("ben"), "");
  assert.equal(new Drafts(storage, "eva", () => 0).read("p/ben"), "");
});

test("what has been sent leaves nothing behind", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage, "ana", () => 0);
  drafts.write("r/1", "hello");
  drafts.write("r/1", "");

  assert.equal(storage.length, 0);
  assert.equal(drafts.read("r/1"), "");
});

test("whoever wants to leave nothing on a device leaves nothing", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage, "ana", () => 0);
  drafts.write("r/1", "hello");
  new Drafts(storage, "eva", () => 0).write("r/1", "hers");

  drafts.clear();

  assert.equal(drafts.read("r/1"), "");
  assert.deepEqual([storage.length, storage.key(0)], [1, "chat/draft/eva/r/1"]);
});

test("whoever leaves nothing on a device does not leave what still stands in the line when the page goes", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage, "ana", () => 0);
  drafts.write("r/1", "between us");
  drafts.clear();

  drafts.write("r/1", "between us");

  assert.equal(storage.length, 0);
});

test("a tab where nothing is being written takes nothing away from another one", () => {
  const storage = new FakeStorage();
  const [one, other] = [1, 2].map(() => new Drafts(storage, "ana", () => 0));
  other.read("r/1");
  one.write("r/1", "half a sen");

  other.write("r/1", "");

  assert.equal(new Drafts(storage, "ana", () => 0).read("r/1"), "half a sen");
});

test("what another tab has written over is kept again when this page goes", () => {
  const storage = new FakeStorage();
  const [one, other] = [1, 2].map(() => new Drafts(storage, "ana", () => 0));
  one.write("r/1", "half a sen");
  other.write("r/1", "x");

  one.write("r/1", "half a sen");

  assert.equal(new Drafts(storage, "ana", () => 0).read("r/1"), "half a sen");
});

test("what was deleted at a log-out is not kept again by another tab that goes too", () => {
  const storage = new FakeStorage();
  const [one, other] = [1, 2].map(() => new Drafts(storage, "ana", () => 0));
  one.write("r/1", "between us");
  other.clear();

  one.write("r/1", "between us");

  assert.equal(storage.length, 0);
});

test("what was kept by an earlier page and is sent from this one leaves nothing behind", () => {
  const storage = new FakeStorage();
  new Drafts(storage, "ana", () => 0).write("r/1", "half a sen");
  const drafts = new Drafts(storage, "ana", () => 0);
  drafts.read("r/1");

  drafts.write("r/1", "");

  assert.equal(storage.length, 0);
});

test("only the newest of many places are kept, and none for ever", () => {
  const storage = new FakeStorage();
  let now = 0;
  const drafts = new Drafts(storage, "ana", () => now);
  for (now = 1; now <= 40; now += 1) drafts.write(`r/${now}`, "x");
  assert.equal(storage.length, 30);
  assert.equal(new Drafts(storage, "ana", () => 50).read("r/10"), "");
  assert.equal(new Drafts(storage, "ana", () => 50).read("r/11"), "x");

  new Drafts(storage, "ana", () => 31 * DAY);

  assert.equal(storage.length, 0);
});

test("where nothing can be kept it is held as long as the page is there", () => {
  for (const storage of [null, new FakeStorage({ isFull: true })]) {
    const drafts = new Drafts(storage, "ana", () => 0);
    drafts.write("r/1", "hello");
    assert.equal(drafts.read("r/1"), "hello");
  }
});

test("what is kept and is not readable counts as nothing", () => {
  const storage = new FakeStorage();
  storage.setItem("chat/draft/ana/r/1", "{");
  storage.setItem("chat/draft/ana/r/2", '{"text":7,"at":1}');

  const drafts = new Drafts(storage, "ana", () => 2);

  assert.equal(drafts.read("r/1"), "");
  assert.equal(drafts.read("r/2"), "");
});

test("Enter sends at a desk and breaks the line under a thumb, unless somebody has chosen", () => {
  const storage = new FakeStorage();
  const settings = new DeviceSettings(storage);
  assert.deepEqual(
    [true, false].map((isTouch) => settings.entersSend(isTouch)),
    [false, true],
  );

  settings.choose("enter", "sends");
  assert.equal(new DeviceSettings(storage).entersSend(true), true);
  settings.choose("enter", "breaks");
  assert.equal(settings.entersSend(false), false);
});

test("a setting that nobody knows is as if nothing had been chosen", () => {
  const storage = new FakeStorage();
  storage.setItem("chat/settings", '{"announce":"loudly"}');

  assert.equal(new DeviceSettings(storage).get("announce"), "all");
});

test("what was chosen in another tab holds here", () => {
  const storage = new FakeStorage();
  const settings = new DeviceSettings(storage);
  new DeviceSettings(storage).choose("announce", "off");
  assert.equal(settings.get("announce"), "all");

  settings.changed("chat/settings");

  assert.equal(settings.get("announce"), "off");
});
