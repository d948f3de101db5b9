/** The keys of the state, each with its value. */
export type StateKey =
  /** The language that a chat chose, `zh` or `en`. */
  | `language/${Id}`
  /** The first id of a group that has become another one. */
  | `migrated/${Id}`
  /** An update that was handled, or whose answer was handed to the network. */
  | `handled/${string}`
  /** An update that was accepted and is not handled yet, as JSON with its holder. */
  | `inbox/${string}`
  /** The right to take over an update, `id-holder-count`. */
  | `taking/${string}`
  /** The lease of a replica. */
  | `replica/${string}`
  /** A lock between processes; the holder's name. */
  | `turn/${string}`
  /** A person's verdict on a passage, `user/passage/verdict`, so that it counts once. */
  | `voice/${string}`
  /** A quote that was shared in a chat, `chat/user/passage`, so that it is posted once. */
  | `shared/${string}`
  /** A person who was refused, which the bot says once. */
  | `refused/${Id}`
  /** A chat that got the hint on sending files. */
  | `hinted/${Id}`
  /** A chat that got the hint that the bot reads text only. */
  | `unreadable/${Id}`
  /** The outcome of an upload, `chat/upload`, as JSON. */
  | `upload/${string}`
  /** A fault that an admin got a message about, `admin/hash`. */
  | `fault/${string}`
  /** The right to send an admin the message that a fault is gone. */
  | `cleared-fault/${string}`
  /** A standing question, `chat.id`, as JSON. */
  | `standing/${string}`
  /** The digest of a chat or a topic, `chat.topic`, as JSON. */
  | `digest/${string}`
  /** The hashed sentences of a report that was looked through, by the hash of its file. */
  | `known/${string}`
  /** The answers of new reports to the standing questions of a chat, as JSON. */
  | `announcement/${string}`
  /** The right to send an announcement, and the mark that it was sent. */
  | `announced/${string}`
  /** The hash of `initData` that was used to open the pages. */
  | `initData/${string}`

type Id = number | string | undefined

/**
 * The little that the bot must remember: the updates that were handled, the language that a chat chose, messages that
 * are sent once only, and feedback; with several replicas also the updates that were accepted, until they are handled.
 * Keys are `kind/id`; `StateKey` lists them.
 */
export interface StateStore<Key extends string = StateKey> {
  get(key: Key): Promise<string | null>
  /** Keeps `value` under `key`, for good or for `forSeconds`; null forgets it. It is kept when the promise resolves. */
  set(key: Key, value: string | null, forSeconds?: number): Promise<void>
  /**
   * Keeps `value` unless the key holds one, and then returns true. Of several callers that claim a key one gets true,
   * also of several processes where the store can be shared.
   */
  claim(key: Key, value: string, forSeconds?: number): Promise<boolean>
  /** Does everything of a claim that takes time, so that the caller can make it in one step when it chooses. */
  prepare(key: Key, value: string, forSeconds?: number): Promise<PreparedClaim>
  /** The keys of a kind, in no order. A key whose time is over may be among them for a while. */
  keys(kind: string): Promise<string[]>
  /** Adds a record to a list that only people read. */
  append(list: string, record: Readonly<Record<string, unknown>>): Promise<void>
  /** The number of records in a list. */
  count(list: string): Promise<number>
  close(): Promise<void>
}

/** A claim that is not made yet. */
export interface PreparedClaim {
  /** Makes the claim; returns false where the key holds a value, even one whose time is over. */
  make(): boolean
  /** Ends the claim, made or not. A claim that was made is forced to the disk. */
  settle(): Promise<void>
}

/** A key with its value. */
export interface Entry {
  readonly key: string
  readonly value: string
  /** Unix time in seconds at which the entry ends; null for never. */
  readonly until: number | null
}
