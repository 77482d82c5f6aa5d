import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf, helpFor, namedLast, putRight } from "../../static/js/chat/typed_commands.js";

/** @type {import("../../static/js/chat/typed_commands.js").TypedCommand[]} */
const COMMANDS = [
  { name: "#cR", usage: "#cR <sala>", help: "crea una sala", completes: "" },
  { name: "#gR", usage: "#gR <sala>", help: "va a una sala", completes: "rooms" },
  { name: "#eR", usage: "#eR", help: "vuelve", completes: "" },
  { name: "#dR", usage: "#dR <sala>", help: "cierra una sala", completes: "own_rooms" },
  { name: "#show users", usage: "#show users", help: "muestra a la gente", completes: "" },
  { name: "#private", usage: "#private <login> texto", help: "escribe a alguien", completes: "people" },
  { name: "#help", usage: "#help", help: "muestra esta lista", completes: "" },
];

const CHOICES = /** @type {Record<string, any[]>} */ ({
  rooms: ["General", "Sala de té", "Estudio", "Té"].map((value) => ({ value, label: value, note: "" })),
  own_rooms: [{ value: "Estudio", label: "Estudio", note: "" }],
  people: [
    { value: "ana", label: "Ana Pérez", note: "ana" },
    { value: "ivan7", label: "Иван", note: "ivan7" },
  ],
});

/** @param {string} text */
const help = (text) => helpFor(text, COMMANDS, (kind) => CHOICES[kind]);
/** @param {string} text */
const texts = (text) => help(text)?.suggestions.map((suggestion) => suggestion.text);

test("no command is suggested where none is typed", () => {
  for (const text of ["", "hello", "a #gR", "##gR", "＃gR", "#gR x\ny"]) assert.equal(help(text), null, text);
});

test("a number sign alone lists every command", () => {
  assert.equal(texts("#")?.length, COMMANDS.length);
  assert.deepEqual(help("#")?.suggestions[1], {
    label: "#gR <sala>",
    note: "va a una sala",
    text: "#gR ",
    isWhole: false,
  });
});

test("commands are found without case, from their beginning", () => {
  assert.deepEqual(texts("#GR"), ["#gR "]);
  assert.deepEqual(texts("  #sh"), ["  #show users"]);
  assert.deepEqual(texts("#show  U"), ["#show users"]);
  assert.deepEqual(texts("#\\pri"), ["#private "]);
  assert.equal(help("#g")?.isSure, true);
});

test("commands are also found by what they do, but nobody is sure of that", () => {
  assert.deepEqual(texts("#gente"), ["#show users"]);
  assert.equal(help("#gente")?.isSure, false);
});

test("a command that has been typed is not completed any more", () => {
  for (const text of ["#er", "#HELP", "#show users"]) assert.equal(help(text)?.isSure, false, text);
});

test("nothing is suggested for a word that is no command", () => {
  assert.deepEqual(texts("#gr2"), []);
});

test("rooms are suggested, the best first, without case and accents", () => {
  assert.deepEqual(texts("#gR te"), ["#gR Té", "#gR Sala de té"]);
  assert.deepEqual(texts("#gr <sala"), ["#gr <Sala de té>"]);
  assert.deepEqual(texts("#gR<est"), ["#gR<Estudio>"]);
  assert.equal(help("#gR ")?.isSure, false);
  assert.equal(help("#gR te")?.isSure, false);
  assert.equal(help("#gR te")?.suggestions[0].isWhole, true);
});

test("of the rooms that can be closed only one's own are suggested", () => {
  assert.deepEqual(texts("#dR "), ["#dR Estudio"]);
});

test("a room whose name has been typed needs no suggestion, so that Enter goes there", () => {
  assert.deepEqual(texts("#gR estudio"), []);
  assert.deepEqual(texts("#gR <Estudio>"), []);
});

test("a new room is called as one likes", () => {
  assert.deepEqual(help("#cR E"), { command: COMMANDS[0], suggestions: [], isSure: false });
});

test("people are found by login and by name, until their message begins", () => {
  assert.deepEqual(texts("#private An"), ["#private ana ", "#private ivan7 "]);
  assert.deepEqual(texts("#private ив"), ["#private ivan7 "]);
  assert.deepEqual(texts("#\\private<iv"), ["#\\private<ivan7> "]);
  assert.deepEqual(texts("#private perez"), ["#private ana "]);
  for (const text of ["#private ana h", "#private <ana> ", "#\\private<ana>h"]) assert.deepEqual(texts(text), [], text);
  assert.equal(help("#private a")?.suggestions[0].isWhole, false);
  assert.equal(help("#private a")?.isSure, true);
});

test("a line is of the command that it begins with", () => {
  assert.deepEqual(commandOf(" #DR <Estudio> ", COMMANDS), { name: "#dR", argument: "Estudio" });
  assert.deepEqual(commandOf("#show  users", COMMANDS), { name: "#show users", argument: "" });
  assert.equal(commandOf("#exits", COMMANDS), null);
  assert.equal(commandOf("#dRx", COMMANDS), null);
});

test("what the server means is what it names last", () => {
  assert.equal(namedLast("There is no command #cRx. Did you mean #gR?", COMMANDS)?.name, "#gR");
  assert.equal(namedLast("There is no command #gRx. Did you mean #gR?", COMMANDS)?.name, "#gR");
  assert.equal(namedLast("No.", COMMANDS), undefined);
});

test("a line is put right by another command in the place of its first word", () => {
  /** @param {string} name */
  const command = (name) => /** @type {typeof COMMANDS[0]} */ (COMMANDS.find((each) => each.name === name));
  assert.equal(putRight("#gr2 Estudio", command("#gR")), "#gR Estudio");
  assert.equal(putRight("＃gR <a b>", command("#gR")), "#gR <a b>");
  assert.equal(putRight("#privat<ana> hi", command("#private")), "#private<ana> hi");
  assert.equal(putRight("#halp me", command("#help")), "#help");
  assert.equal(putRight("#g", command("#gR")), "#gR ");
});
