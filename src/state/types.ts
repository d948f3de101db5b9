import type { StateKey } from './keys.ts'

/**
 * The little that the bot must remember: the updates that were handled, the language that a chat chose, messages that are
 * sent once only, and feedback; with several replicas also the updates that were accepted, until they are handled. Keys are
 * `kind/id`; `StateKey` lists them.
 */
export interface StateStore<Key extends string = StateKey> {
  get(key: Key): Promise<string | null>
  /** Keeps `value` under `key`, for good or for `forSeconds`; null forgets it. It is kept when the promise resolves. */
  set(key: Key, value: string | null, forSeconds?: number): Promise<void>
  /**
   * Keeps `value` unless the key holds one, and then returns true. Of several callers that claim a key one gets true, also of
   * several processes where the store can be shared.
   */
  claim(key: Key, value: string, forSeconds?: number): Promise<boolean>
  /** The keys of a kind, in no order. A key whose time is over may be among them for a while. */
  keys(kind: string): Promise<string[]>
  /** Adds a record to a list that only people read. */
  append(list: string, record: Readonly<Record<string, unknown>>): Promise<void>
  /** The number of records in a list. */
  count(list: string): Promise<number>
  close(): Promise<void>
}

/** A store that several processes share. */
export interface SharedStateStore<Key extends string = StateKey> extends StateStore<Key> {
  /** Does everything of a claim that takes time, so that the caller can make it in one step, at a moment of its choice. */
  prepare(key: Key, value: string, forSeconds?: number): Promise<PreparedClaim>
}

/** A claim that is on the disk already and not made yet. */
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
