/**
 * Sockets between chats and a model server, over a network that does its worst.
 *
 * A cut loses what is under way in one or both directions. A dead wire loses everything and tells nobody. Events, which a
 * server gets over a bus that may fail it, can be lost, repeated and overtaken; answers keep their order as TCP keeps it.
 */

/** @import { ModelConnection, ModelServer } from "./model_server.js" */
/** @import { Seeded } from "./seeded.js" */
/** @import { VirtualTimers } from "./virtual_timers.js" */

export class HostileNetwork {
  server;
  timers;
  chance;
  /** Are handshakes refused, as by a server that is away? */
  isDown = false;
  /** How likely an event is lost, repeated or held up. */
  harm = 0;
  latency = 20;
  /** @type {Set<Wire>} */
  wires = new Set();

  /** @param {{ server: ModelServer, timers: VirtualTimers, chance: Seeded }} world */
  constructor({ server, timers, chance }) {
    this.server = server;
    this.timers = timers;
    this.chance = chance;
    this.#beat();
  }

  /** @param {string} login */
  connect(login) {
    const wire = new Wire(this, login);
    this.wires.add(wire);
    return wire;
  }

  #beat() {
    this.timers.after(15_000, () => {
      for (const { connection } of this.wires) connection?.beat();
      this.#beat();
    });
  }
}

/** One socket, as the client sees it. */
export class Wire {
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {((event: { data: string }) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number }) => void) | null} */
  onclose = null;
  /** What the client has sent. @type {any[]} */
  sent = [];
  /** @type {ModelConnection | null} */
  connection = null;
  isDead = false;
  #isUpCut = false;
  #isDownCut = false;
  #network;

  /** @param {HostileNetwork} network  @param {string} login */
  constructor(network, login) {
    this.#network = network;
    this.login = login;
    network.timers.after(network.latency, () => this.#shakeHands());
  }

  // the client's side

  /** @param {string} data */
  send(data) {
    const command = JSON.parse(data);
    this.sent.push(command);
    this.#later(() => {
      if (!this.isDead && !this.#isUpCut) this.connection?.receive(command);
    });
  }

  close() {
    this.isDead = true;
    this.#network.wires.delete(this);
    this.connection?.gone();
  }

  // the world's side

  /**
   * Break it; the client is told.
   * @param {number} [code]
   * @param {{ upToo?: boolean }} [options]  whether what the client has sent is lost too
   */
  cut(code = 1006, { upToo = true } = {}) {
    this.#isDownCut = true;
    this.#isUpCut = upToo;
    this.#later(() => {
      const { onclose } = this;
      this.close();
      onclose?.({ code });
    });
  }

  /** Lose everything from now on, and tell nobody. */
  die() {
    this.#isDownCut = this.#isUpCut = true;
  }

  /** Lose what the client sends from now on, and tell nobody; what the server sends still comes. */
  mute() {
    this.#isUpCut = true;
  }

  /** @param {any} frame */
  deliver(frame) {
    const { chance, harm, latency, timers } = this.#network;
    const isEvent = typeof frame.seq === "number" && frame.ref === undefined;
    if (isEvent && chance.happens(harm)) return;
    if (isEvent && chance.happens(harm)) timers.after(latency * 30 * chance.next(), () => this.#arrive(frame));
    else this.#later(() => this.#arrive(frame));
    if (isEvent && chance.happens(harm)) this.#later(() => this.#arrive(frame));
  }

  #shakeHands() {
    if (this.isDead) return;
    if (this.#network.isDown) {
      this.cut();
      return;
    }
    this.connection = this.#network.server.accept(
      this.login,
      (frame) => this.deliver(frame),
      (code) => this.cut(code),
    );
    this.onopen?.();
  }

  /** @param {any} frame */
  #arrive(frame) {
    if (!this.isDead && !this.#isDownCut) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** @param {() => void} run */
  #later(run) {
    this.#network.timers.after(this.#network.latency, run);
  }
}
