/**
 * The shapes that travel: frames of the wire contract (docs/protocol.md), and what a host gives the chat to live in.
 *
 * Types only. A field that the contract adds later is simply not named here yet; nothing breaks by it.
 */

/** @typedef {{ login: string, name: string }} Occupant */
/** @typedef {{ id: number, login: string, name: string }} Person */

/**
 * @typedef {object} RoomView
 * @property {number} id
 * @property {string} name
 * @property {"default" | "temporary" | "permanent"} kind
 * @property {string} access
 * @property {string | null} owner
 * @property {number | null} capacity
 * @property {number} occupants  people, not sockets
 * @property {number} seq
 * @property {string | null} closing_at
 * @property {number | null} [read]  in a list: up to where one has read it, null where one has never been
 * @property {string} [active_at]  in a list: when something was last said there, or when it was made
 */

/**
 * @typedef {object} MessagePosted
 * @property {"message.posted"} type
 * @property {string} stream
 * @property {number} seq
 * @property {Person} author
 * @property {string} text
 * @property {string} sent_at
 * @property {string} client_id
 */

/**
 * @typedef {object} DirectPosted
 * @property {"direct.posted"} type
 * @property {string} stream
 * @property {number} seq
 * @property {Person} author
 * @property {Person} to
 * @property {string} text
 * @property {string} sent_at
 * @property {string} client_id
 */

/**
 * @typedef {object} RoomClosed
 * @property {"room.closed"} type
 * @property {string} stream
 * @property {number} seq
 * @property {{ id: number, name: string }} room
 * @property {"owner_left" | "deleted" | "moderated"} reason
 * @property {number} moved_to
 */

/** A durable event whose type is younger than this page: it has its place in the stream and is not shown.
 * @typedef {{ type: string, stream: string, seq: number }} UnknownEntry */

/** @typedef {MessagePosted | DirectPosted | RoomClosed | UnknownEntry} Entry */

/**
 * @typedef {object} Welcome
 * @property {"welcome"} type
 * @property {string} ref
 * @property {number} protocol
 * @property {string} history
 * @property {Person} you
 * @property {string} connection
 * @property {string} server_time
 * @property {number} heartbeat  seconds
 * @property {{ text: number, room_name: number, page: number }} limits
 * @property {RoomView} room
 * @property {Occupant[]} occupants
 * @property {{ seq: number }} inbox
 * @property {boolean} resumed
 */

/** @typedef {{ type: "room.entered", room: RoomView, occupants: Occupant[], reason: string }} RoomEntered */
/** @typedef {{ type: "occupancy.changed", stream: string, joined: Occupant[], left: Occupant[], count: number }}
 *  OccupancyChanged */
/** @typedef {{ type: "heartbeat", server_time: string, heads: Record<string, number> }} Heartbeat */
/** @typedef {{ type: "room.grew", heads: Record<string, number> }} RoomGrew */
/** @typedef {{ type: "read.marked", stream?: string, with?: string, read: number }} ReadMarked  one of the two is there */
/** @typedef {{ type: "caught_up", streams: Record<string, number> }} CaughtUp */
/** @typedef {{ type: "truncated", stream: string, from: number, to: number }} Truncated */
/** @typedef {{ type: "goodbye", code: number, reason: string, retry_in_ms?: number | null }} Goodbye */

/** @typedef {Record<string, any> & { type: string }} Frame */
/** @typedef {Record<string, any> & { type: "ack", ref: string }} Ack  its fields depend on the command */
/** @typedef {{ type: "error", ref?: string, code: string, message: string, retry_after?: number | null }} ErrorFrame */

/** A command without its `ref`, which the connection gives it.
 * @typedef {Record<string, unknown> & { type: string }} Command */

/**
 * What became of a command.
 *
 * `done`: carried out; what is stored is committed. `refused`: the server said no, or not now. `lost`: the connection
 * broke first, so nobody knows.
 * @typedef {{ outcome: "done", ack: Ack }
 *   | { outcome: "refused", code: string, message: string, retryAfter: number | null }
 *   | { outcome: "lost" }} Answer
 */

/** @typedef {{ login: string, name: string, online: boolean, rooms: number[] }} UserView */
/** @typedef {{ login: string, name: string, seq: number, at: string, text: string, read: number, unread: number }}
 *  ConversationView */

// What the host gives: a page, or a test with a clock of its own.

/** @typedef {unknown} TimerHandle */

/**
 * @typedef {object} Timers
 * @property {() => number} now  milliseconds, monotonic
 * @property {(ms: number, run: () => void) => TimerHandle} after
 * @property {(handle: TimerHandle) => void} cancel
 */

/**
 * The part of a WebSocket that is used.
 * @typedef {object} Socket
 * @property {((event: any) => void) | null} onopen
 * @property {((event: { data: any }) => void) | null} onmessage
 * @property {((event: { code: number }) => void) | null} onclose
 * @property {(data: string) => void} send
 * @property {(code?: number) => void} close
 */

/**
 * What keeps the outbox of a person on this device, for all pages at once. Nothing here fails: what cannot be kept is
 * held by whoever wrote it.
 * @typedef {object} OutboxStore
 * @property {() => Promise<any[]>} load  whatever is there, in no order
 * @property {(item: any) => Promise<void>} save  until it would outlive a crash, or cannot be kept
 * @property {(clientId: string) => Promise<void>} remove
 * @property {<T>(lane: string, run: () => Promise<T>) => Promise<T>} inTurn  alone among all pages, as long as they live
 */

/**
 * @typedef {object} World
 * @property {() => Socket} openSocket
 * @property {() => Promise<"in" | "out" | "unknown">} askSession  is the session still good?
 * @property {Timers} timers
 * @property {() => number} wall  the device's own clock, milliseconds since 1970
 * @property {() => number} random  in [0, 1)
 * @property {() => string} newId  a UUID in lower case
 * @property {OutboxStore} outboxStore
 */

export {};
