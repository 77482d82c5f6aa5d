/**
 * The server as the wire contract describes it, small enough to be seen through: what is stored is an array.
 */

const PAGE = 50;
const MISSED_LIMIT = 1000;

export class ModelServer {
  history = "history-1";
  /** @type {Map<string, any[]>} */
  logs = new Map([["room:1", []]]);
  /** @type {Map<number, any>} */
  rooms = new Map([[1, { id: 1, name: "Lobby", kind: "default", owner: null, capacity: null }]]);
  /** Names by login; a person's inbox is the log `inbox/<login>`. @type {Map<string, string>} */
  people = new Map();
  /** @type {Map<string, any>} */
  #sent = new Map();
  /** Up to where each has read: by login and place, a stream or `@login`. @type {Map<string, number>} */
  marks = new Map();
  /** @type {Set<ModelConnection>} */
  connections = new Set();
  #nextRoom = 2;
  #now;
  /** Answers a command in place of carrying it out, or after it has been. @type {(command: any) => "before" | "after" | null} */
  fails = () => null;

  /** @param {() => number} now */
  constructor(now) {
    this.#now = now;
  }

  /** @param {string} login */
  join(login) {
    this.people.set(login, login[0].toUpperCase() + login.slice(1));
    this.logs.set(`inbox/${login}`, []);
  }

  /**
   * @param {string} login
   * @param {(frame: any) => void} send
   * @param {(code: number) => void} close
   */
  accept(login, send, close) {
    const connection = new ModelConnection(this, login, send, close);
    this.connections.add(connection);
    return connection;
  }

  time() {
    return new Date(this.#now() + 1_700_000_000_000).toISOString();
  }

  milliseconds() {
    return this.#now() + 1_700_000_000_000;
  }

  /** @param {string} login */
  person(login) {
    return { id: login.charCodeAt(0), login, name: this.people.get(login) };
  }

  /** @param {number} id */
  view(id) {
    const occupants = this.occupants(id).length;
    return {
      access: "open",
      closing_at: null,
      ...this.rooms.get(id),
      occupants,
      seq: this.logs.get(`room:${id}`)?.length,
    };
  }

  /** @param {number} id */
  occupants(id) {
    const logins = new Set([...this.connections].filter(({ room }) => room === id).map(({ login }) => login));
    return [...logins].sort().map((login) => ({ login, name: this.people.get(login) }));
  }

  /** @param {number} id  @param {string} login */
  isFullFor(id, login) {
    const { capacity } = this.rooms.get(id);
    const here = this.occupants(id);
    return capacity !== null && here.length >= capacity && !here.some((person) => person.login === login);
  }

  /** @param {string} name  @param {number | null} capacity */
  open(name, capacity = null) {
    const id = this.#nextRoom++;
    this.rooms.set(id, { id, name, kind: "permanent", owner: null, capacity });
    this.logs.set(`room:${id}`, []);
    this.#tellAll({ type: "room.opened", room: this.view(id) });
    return id;
  }

  /** @param {number} id */
  close(id) {
    const { name } = this.rooms.get(id);
    const stream = `room:${id}`;
    this.#append(stream, { type: "room.closed", room: { id, name }, reason: "deleted", moved_to: 1 });
    this.rooms.delete(id);
    this.#tellAll({ type: "room.removed", id });
    for (const connection of this.connections) {
      if (connection.room !== id) continue;
      connection.room = 1;
      this.admit(connection.login, 1);
      connection.send({
        type: "room.entered",
        room: this.view(1),
        occupants: this.occupants(1),
        reason: "room_closed",
      });
      connection.follow("room:1", null);
      connection.caughtUp();
    }
  }

  /**
   * @param {string} login
   * @param {any} command
   * @param {number} room  where the connection is
   */
  post(login, command, room) {
    const known = this.#repeated(login, command, command.room);
    if (known !== null) return known;
    if (command.room !== room) {
      return { refused: this.rooms.has(command.room) ? "not_in_room" : "room_closed" };
    }
    const entry = {
      type: "message.posted",
      author: this.person(login),
      text: command.text,
      client_id: command.client_id,
    };
    const stored = this.#append(`room:${room}`, entry);
    for (const connection of this.connections) {
      if (!connection.isGreeted || connection.room === room) continue;
      connection.send({ type: "room.grew", heads: { [`room:${room}`]: stored.seq } });
    }
    return this.#remember(login, command, command.room, stored);
  }

  /** @param {string} login  @param {any} command */
  direct(login, command) {
    const known = this.#repeated(login, command, command.to);
    if (known !== null) return known;
    if (!this.people.has(command.to)) return { refused: "user_not_found" };
    const [author, to] = [this.person(login), this.person(command.to)];
    const entry = { type: "direct.posted", author, to, text: command.text, client_id: command.client_id };
    this.#append(`inbox/${command.to}`, entry);
    const stored = this.#append(`inbox/${login}`, entry);
    return this.#remember(login, command, command.to, stored);
  }

  /** @param {string} login  @param {any} command */
  mark(login, { stream, with: peer, seq }) {
    if (stream !== undefined && !this.marks.has(`${login}/${stream}`)) return { refused: "not_found" };
    if (peer !== undefined && !this.people.has(peer)) return { refused: "user_not_found" };
    const key = `${login}/${stream ?? `@${peer}`}`;
    const head = peer === undefined ? this.logs.get(stream)?.length : this.talk(login, peer).at(-1)?.seq;
    const before = this.marks.get(key) ?? 0;
    const read = Math.max(before, Math.min(seq, head ?? 0));
    this.marks.set(key, read);
    const place = stream === undefined ? { with: peer } : { stream };
    for (const connection of this.connections) {
      if (read > before && connection.login === login) connection.send({ type: "read.marked", ...place, read });
    }
    return { read };
  }

  /** Of the inbox, what was exchanged with somebody. @param {string} login  @param {string} peer  @returns {any[]} */
  talk(login, peer) {
    const inbox = /** @type {any[]} */ (this.logs.get(`inbox/${login}`));
    return inbox.filter(({ author, to }) => author.login === peer || to.login === peer);
  }

  /** @param {string} login */
  conversations(login) {
    const peers = [...this.people.keys()].filter((peer) => peer !== login && this.talk(login, peer).length > 0);
    return peers.map((peer) => {
      const read = this.marks.get(`${login}/@${peer}`) ?? 0;
      const unread = this.talk(login, peer).filter(({ seq, author }) => seq > read && author.login === peer).length;
      const { seq, sent_at: at, text } = this.talk(login, peer).at(-1);
      return { login: peer, name: this.people.get(peer), seq, at, text, read, unread };
    });
  }

  /** Who comes into a room for the first time has read it. @param {string} login  @param {number} id */
  admit(login, id) {
    const key = `${login}/room:${id}`;
    if (!this.marks.has(key)) this.marks.set(key, this.logs.get(`room:${id}`)?.length ?? 0);
  }

  /** @param {string} login  @param {any} command  @param {unknown} target */
  #repeated(login, { client_id: clientId, text }, target) {
    const known = this.#sent.get(`${login}/${clientId}`);
    if (known === undefined) return null;
    if (known.text !== text || known.target !== target) return { refused: "conflict" };
    return { ...known.ack, duplicate: true };
  }

  /** @param {string} login  @param {any} command  @param {unknown} target  @param {any} stored */
  #remember(login, { client_id: clientId, text }, target, { stream, seq, sent_at }) {
    const ack = { stream, seq, sent_at, duplicate: false };
    this.#sent.set(`${login}/${clientId}`, { text, target, ack });
    return ack;
  }

  /** @param {string} key  @param {any} entry */
  #append(key, entry) {
    const log = /** @type {any[]} */ (this.logs.get(key));
    const stream = key.startsWith("inbox/") ? "inbox" : key;
    const stored = { ...entry, stream, seq: log.length + 1, sent_at: this.time() };
    log.push(stored);
    for (const connection of this.connections) {
      if (connection.follows.has(key)) connection.send(stored);
    }
    return stored;
  }

  /** @param {any} event */
  #tellAll(event) {
    for (const connection of this.connections) if (connection.isGreeted) connection.send(event);
  }
}

export class ModelConnection {
  room = 0;
  isGreeted = false;
  /** Keys of the logs whose new entries it gets. @type {Set<string>} */
  follows = new Set();
  /** @type {any[]} */
  received = [];
  #server;

  /**
   * @param {ModelServer} server
   * @param {string} login
   * @param {(frame: any) => void} send
   * @param {(code: number) => void} close
   */
  constructor(server, login, send, close) {
    this.#server = server;
    this.login = login;
    this.send = send;
    this.close = close;
  }

  gone() {
    this.#server.connections.delete(this);
  }

  beat() {
    if (!this.isGreeted) return;
    this.send({ type: "heartbeat", server_time: this.#server.time(), heads: this.#heads() });
  }

  caughtUp() {
    this.send({ type: "caught_up", streams: this.#heads() });
  }

  /** @param {any} command */
  receive(command) {
    this.received.push(command);
    const failure = this.isGreeted ? this.#server.fails(command) : null;
    if (failure === "before") this.#refuse(command, "unavailable");
    else if (failure === "after") {
      const { send } = this;
      this.send = (frame) => (frame.ref === undefined ? send(frame) : undefined);
      this.#carryOut(command);
      this.send = send;
      this.#refuse(command, "unavailable");
    } else this.#carryOut(command);
  }

  /**
   * The entries after a position, or the newest, and from now on those that are added.
   * @param {string} key
   * @param {number | null} since
   */
  follow(key, since) {
    const log = this.#server.logs.get(key) ?? [];
    const stream = key.startsWith("inbox/") ? "inbox" : key;
    const isVoid = since !== null && (since > log.length || this.isElsewhen);
    let first = since === null ? Math.max(0, log.length - PAGE) : since;
    if (since !== null && (isVoid || log.length - since > MISSED_LIMIT)) {
      first = Math.max(0, log.length - PAGE);
      this.send({ type: "truncated", stream, from: isVoid ? 1 : since + 1, to: first });
    }
    for (const entry of log.slice(first)) this.send(entry);
    if (stream !== "inbox") this.follows = new Set([...this.follows].filter((other) => other.startsWith("inbox/")));
    this.follows.add(key);
  }

  /** Does the client come from another history? */
  isElsewhen = false;

  /** @param {any} command */
  #carryOut(command) {
    const server = this.#server;
    if (command.type === "hello") this.#welcome(command);
    else if (command.type === "message.post") this.#answer(command, this.#posted(command));
    else if (command.type === "direct.post") this.#answer(command, server.direct(this.login, command));
    else if (command.type === "room.enter") this.#enter(command);
    else if (command.type === "room.list")
      this.#answer(command, { rooms: [...server.rooms.keys()].map((id) => this.#listed(id)), next: null });
    else if (command.type === "user.list") this.#answer(command, { users: [], next: null });
    else if (command.type === "conversation.list")
      this.#answer(command, { conversations: server.conversations(this.login), next: null });
    else if (command.type === "conversation.fetch") this.#answer(command, this.#conversation(command));
    else if (command.type === "history.fetch") this.#answer(command, this.#history(command));
    else if (command.type === "read.mark") this.#answer(command, server.mark(this.login, command));
    else if (command.type === "clock.sync")
      this.#answer(command, { t0: command.t0, t1: server.milliseconds(), t2: server.milliseconds() });
    else if (command.type === "ping") this.#answer(command, { server_time: server.time() });
    else this.#refuse(command, "unknown_type");
  }

  /** @param {number} id */
  #listed(id) {
    return { ...this.#server.view(id), read: this.#server.marks.get(`${this.login}/room:${id}`) ?? null };
  }

  /** @param {any} command */
  #posted(command) {
    if (command.text.trimStart().startsWith("#")) return { refused: "unknown_command" };
    return this.#server.post(this.login, command, this.room);
  }

  /** @param {any} command */
  #welcome({ ref, room, resume }) {
    const server = this.#server;
    this.isGreeted = true;
    this.isElsewhen = resume !== undefined && resume.history !== server.history;
    const wanted =
      [resume?.room?.id, room].find((id) => server.rooms.has(id) && !server.isFullFor(id, this.login)) ?? 1;
    const resumed = resume?.room !== undefined && wanted === resume.room.id;
    this.room = wanted;
    server.admit(this.login, wanted);
    const inbox = /** @type {any[]} */ (server.logs.get(`inbox/${this.login}`));
    this.send({
      type: "welcome",
      ref,
      protocol: 1,
      history: server.history,
      you: server.person(this.login),
      connection: "c",
      server_time: server.time(),
      heartbeat: 15,
      limits: { text: 4000, room_name: 40, page: PAGE },
      room: server.view(wanted),
      occupants: server.occupants(wanted),
      inbox: { seq: inbox.length },
      resumed,
    });
    const old = resume?.room;
    if (old !== undefined && !resumed) {
      for (const entry of (server.logs.get(`room:${old.id}`) ?? []).slice(old.seq)) this.send(entry);
    }
    this.follow(`room:${wanted}`, resumed ? old.seq : null);
    this.follow(`inbox/${this.login}`, resume?.inbox ?? inbox.length);
    this.caughtUp();
  }

  /** @param {any} command */
  #enter(command) {
    const server = this.#server;
    if (!server.rooms.has(command.room)) {
      this.#refuse(command, "not_found");
      return;
    }
    if (server.isFullFor(command.room, this.login)) {
      this.#refuse(command, "room_full");
      return;
    }
    const isSame = this.room === command.room;
    this.room = command.room;
    server.admit(this.login, command.room);
    this.#answer(command, { room: server.view(command.room), occupants: server.occupants(command.room) });
    if (isSame) return;
    this.follow(`room:${command.room}`, command.since ?? null);
    this.caughtUp();
  }

  /** @param {any} command */
  #history({ stream, before, after, limit = PAGE }) {
    const log = this.#server.logs.get(stream === "inbox" ? `inbox/${this.login}` : stream) ?? [];
    return page(log, { before, after, limit });
  }

  /** @param {any} command */
  #conversation({ with: login, before, limit = PAGE }) {
    return page(this.#server.talk(this.login, login), { before, limit });
  }

  /** @param {any} command  @param {any} fields */
  #answer(command, fields) {
    if (fields.refused !== undefined) this.#refuse(command, fields.refused);
    else this.send({ type: "ack", ref: command.ref, ...fields });
  }

  /** @param {any} command  @param {string} code */
  #refuse(command, code) {
    this.send({ type: "error", ref: command.ref, code, message: `no: ${code}` });
  }

  #heads() {
    return {
      [`room:${this.room}`]: this.#server.logs.get(`room:${this.room}`)?.length ?? 0,
      inbox: this.#server.logs.get(`inbox/${this.login}`)?.length ?? 0,
    };
  }
}

/** @param {any[]} log  @param {{ before?: number, after?: number, limit: number }} bounds */
function page(log, { before, after, limit }) {
  if (after !== undefined) {
    const rest = log.filter(({ seq }) => seq > after);
    return { events: rest.slice(0, limit), more: rest.length > limit };
  }
  const rest = log.filter(({ seq }) => seq < (before ?? Infinity));
  return { events: rest.slice(-limit), more: rest.length > limit };
}
