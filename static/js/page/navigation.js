/**
 * Which conversation the page shows, and its address: the room one is in, or a private conversation.
 *
 * Emits `change` when another one is shown, `refused` with the server's sentence when a room cannot be entered.
 */

/** @import { Chat } from "../chat/chat.js" */
/** @import { Destination } from "../chat/finding.js" */
/** @import { Answer } from "../chat/types.js" */
/** @import { Layers } from "./layers.js" */

/** @typedef {{ kind: "room", room?: number, name?: string, seq?: number } | { kind: "direct", login: string, name: string }} View */
/** @typedef {{ id: number, login: string, name: string, language: string, view: View,
 *   room: { id: number, name: string }, home: string, logIn: string, longestText: number,
 *   mayKeepRooms: boolean, logOut: string, release?: string, told?: string, isKept?: boolean,
 *   commands: import("../chat/typed_commands.js").TypedCommand[] }} Config  `isKept`: of a page that shows what this device has kept */

const COOKIE_MS = 1500;

export class Navigation extends EventTarget {
  #chat;
  #config;
  #layers;
  /** @type {View} */
  #view;
  /** Does the step below what lies over the page still name a room that is gone? */
  #isStepOld = false;

  /**
   * @param {Chat} chat
   * @param {Config} config
   * @param {Layers} layers
   */
  constructor(chat, config, layers) {
    super();
    this.#chat = chat;
    this.#config = config;
    this.#layers = layers;
    this.#view = config.view.kind === "room" ? { ...config.view, room: config.room.id } : config.view;
    if (this.#view.kind === "direct") chat.privateTalk.open(this.#view.login);
    layers.begin(this.#view, location.href);
    window.addEventListener("popstate", (event) => this.#returned(event.state));
    chat.addEventListener("room", () => this.#roomChanged());
  }

  // questions

  get view() {
    return this.#view;
  }

  /**
   * The room that is shown, or that lies behind a private conversation: where one is, or is on the way to.
   * @returns {{ id: number, name: string }}
   */
  get room() {
    const { room, rooms } = this.#chat;
    const here = room ?? this.#config.room;
    if (this.#view.kind !== "room" || this.#view.room === undefined || this.#view.room === here.id) return here;
    const { room: id, name } = this.#view;
    // A room that was chosen from the printed list goes by its name there until the list has been read.
    return rooms.get(id) ?? (rooms.isRead || name === undefined ? here : { id, name });
  }

  /** @param {number} id */
  addressOfRoom(id) {
    return `${this.#config.home}r/${id}/`;
  }

  /** @param {number} id */
  invitationTo(id) {
    return `${this.#config.home}invite/${id}/`;
  }

  /** @param {string} login */
  addressOfPerson(login) {
    return `${this.#config.home}p/${encodeURIComponent(login)}/`;
  }

  // actions

  /**
   * Show a room, and go there. Without a connection one is there with the next one.
   * @param {number} id
   * @param {string} [name]  as far as whoever chose it knows
   * @returns {Promise<Answer>}
   */
  toRoom(id, name) {
    /** @type {View} */
    const view = { kind: "room", room: id, name };
    const isStep = !isSame(view, this.#view);
    this.#show(view, this.addressOfRoom(id));
    return this.#enter(id, { isStep });
  }

  /** @param {Destination} destination */
  to(destination) {
    if (destination.kind === "room") this.toRoom(destination.room);
    else this.toPerson(destination.login, destination.name);
  }

  /** Show the room one is in. */
  toThisRoom() {
    this.#show({ kind: "room", room: this.#chat.room?.id }, this.#address);
  }

  /**
   * Show a private conversation; one stays in the room.
   * @param {string} login
   * @param {string} name
   */
  toPerson(login, name) {
    this.#show({ kind: "direct", login, name }, this.addressOfPerson(login));
  }

  /**
   * Leave the page, as the session has ended, and come back to it after logging in; the log-in says why one is there.
   * Not at once: another page of this browser may just be changing the password or logging out, and its answer brings
   * the new cookie. Whoever asked with the old one before that would be told to throw away both.
   */
  toLogIn() {
    const address = `${this.#config.logIn}?ended=1&next=${encodeURIComponent(location.pathname)}`;
    setTimeout(() => location.assign(address), COOKIE_MS);
  }

  // reactions

  /** @param {View | null} view  that the browser has come back to */
  #returned(view) {
    if (this.#isStepOld) {
      this.#nameStep();
      return;
    }
    if (view === null || view.kind === undefined || isSame(view, this.#view)) return;
    this.#become(view);
    if (view.kind === "room" && view.room !== undefined && view.room !== this.#chat.place.destination)
      this.#enter(view.room);
  }

  /** One is in another room now, through a command, a button, or because the server said so. */
  #roomChanged() {
    const id = this.#chat.room?.id;
    if (id === undefined || this.#view.kind !== "room" || this.#view.room === id) return;
    // Somebody wanted to go on while this connection was being opened.
    if (this.#view.room !== undefined && this.#view.room === this.#chat.place.destination) return;
    // There is no way back into a room that has closed.
    const canGoBack = this.#view.room !== undefined && this.#chat.rooms.get(this.#view.room) !== undefined;
    if (canGoBack) this.#show({ kind: "room", room: id }, this.#address);
    else this.#stay();
  }

  // internal

  /**
   * @param {number} id
   * @param {{ isStep: boolean }} [way]  whether the history has a step for it that nobody has taken yet
   * @returns {Promise<Answer>}
   */
  async #enter(id, { isStep } = { isStep: false }) {
    const answer = await this.#chat.enter(id);
    if (answer.outcome === "refused") {
      if (this.#view.kind === "room" && this.#view.room === id) this.#turnBack(isStep);
      this.dispatchEvent(new CustomEvent("refused", { detail: answer.message }));
    }
    return answer;
  }

  /**
   * The room that is shown cannot be entered.
   * @param {boolean} isStep
   */
  #turnBack(isStep) {
    if (isStep && this.#layers.depth === 0) history.back();
    else this.#stay();
  }

  /** Show the room one is in, in the place of another that cannot be gone to. */
  #stay() {
    this.#become({ kind: "room", room: this.#chat.room?.id });
    this.#nameStep();
  }

  /** The step of the history that one is at belongs to the room one is in; so do those below, up to the page itself. */
  #nameStep() {
    const { depth } = this.#layers;
    history.replaceState({ ...this.#view, layer: depth }, "", this.#address);
    this.#isStepOld = depth > 0;
  }

  /** Of the room one is in. */
  get #address() {
    const { room } = this.#chat;
    return room === null || room.kind === "default" ? this.#config.home : this.addressOfRoom(room.id);
  }

  /**
   * @param {View} view
   * @param {string} address
   */
  #show(view, address) {
    // Where one is already: only what lies over it closes.
    if (isSame(view, this.#view)) {
      this.#layers.closeAll();
      return;
    }
    this.#layers.go(view, address);
    this.#become(view);
  }

  /** @param {View} view */
  #become(view) {
    this.#view = view;
    this.#isStepOld = false;
    this.#chat.privateTalk.open(view.kind === "direct" ? view.login : null);
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/**
 * Only something that lay over it has closed.
 * @param {View} view
 * @param {View} other
 */
function isSame(view, other) {
  if (view.kind === "direct") return other.kind === "direct" && view.login === other.login;
  return other.kind === "room" && view.room === other.room;
}
