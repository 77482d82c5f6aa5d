/**
 * Carries out what is typed after `#`: asks first where something would be lost, and shows what came of it.
 */

/** @import { Answer } from "../chat/types.js" */
/** @import { Context } from "../elements/chat_element.js" */

import { riskOf } from "../chat/command_risk.js";
import { commandOf } from "../chat/typed_commands.js";
import { noticeFor } from "./answers.js";

/** @typedef {{ text: string, yes: string, no: string }} Question */

export class CommandRun {
  #context;
  /** A command of which nobody knows whether it was carried out: sent again it keeps its id. */
  #unsure = { line: "", clientId: "" };

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  /**
   * @param {string} line
   * @returns {Question | null} what to ask before it is carried out
   */
  questionAbout(line) {
    const { chat, config, words } = this.#context;
    const waiting = chat.outbox.items.filter(({ state }) => state !== "stored").length;
    const risk = riskOf(commandOf(line, config.commands), { waiting, rooms: chat.rooms.rooms, login: chat.login });
    if (risk === null) return null;
    if (risk.kind === "closes") {
      const text = words.say("ask_close_room", { room: risk.room });
      return { text, yes: words.say("close_room"), no: words.say("keep_room") };
    }
    const text =
      risk.kind === "leaves_words"
        ? words.say("ask_leave_words", { count: risk.count })
        : words.say("ask_leave_room", { room: risk.room });
    return { text, yes: words.say("leave"), no: words.say("stay") };
  }

  /**
   * Now, on a live connection, and never later by itself.
   * @param {string} line
   * @returns {Promise<Answer>}
   */
  async carryOut(line) {
    const { chat } = this.#context;
    const clientId = this.#unsure.line === line ? this.#unsure.clientId : chat.newId();
    this.#unsure = { line: "", clientId: "" };
    const answer = await chat.run(line, clientId);
    if (answer.outcome === "lost") this.#unsure = { line, clientId };
    if (answer.outcome === "done") this.#show(answer.ack);
    return answer;
  }

  /** @param {Record<string, any>} ack */
  async #show(ack) {
    const { navigation, notices, people } = this.#context;
    if (ack.command?.startsWith("room.") && ack.command !== "room.list") navigation.toThisRoom();
    // What is answered is the beginning of a long list by name, not who is here.
    if (ack.command === "user.list" && (ack.next ?? null) !== null) await people.refresh();
    const notice = noticeFor(ack, this.#context);
    if (notice !== null) notices.add("answer", notice.text, notice);
  }
}
