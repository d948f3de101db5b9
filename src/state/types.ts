/**
 * The little that the bot must remember: which updates were handled, which language a chat chose, who was told what,
 * and feedback; with several replicas also the updates that were accepted, until they are handled. Keys are `kind/id`.
 */
export interface StateStore {
  get(key: string): Promise<string | null>
  /** Keeps `value` under `key`, for so long if told; null forgets it. Kept when the promise resolves. */
  set(key: string, value: string | null, forSeconds?: number): Promise<void>
  /**
   * Keeps `value` unless the key holds one; tells whether it did. Of several that claim a key, one is told true, also
   * of several processes where the store can be shared.
   */
  claim(key: string, value: string, forSeconds?: number): Promise<boolean>
  /** The keys of a kind that hold something, in no order; a key whose time is over may be among them for a while. */
  keys(kind: string): Promise<string[]>
  /** Adds a record to a list that is only read by people. */
  append(list: string, record: Readonly<Record<string, unknown>>): Promise<void>
  /** How many records a list holds. */
  count(list: string): Promise<number>
  close(): Promise<void>
}

/** A store that several processes share. */
export interface SharedStateStore extends StateStore {
  /** Does all of a claim that takes time, so that it can be made in one step, at a moment of the caller's choice. */
  prepare(key: string, value: string, forSeconds?: number): Promise<PreparedClaim>
}

/** A claim that is on the disk already and not made yet. */
export interface PreparedClaim {
  /** Makes the claim and tells whether it did; false also where the key holds something whose time is over. */
  make(): boolean
  /** Ends it, made or not. What was made is forced to the disk. */
  settle(): Promise<void>
}

/** A key with what it holds. */
export interface Entry {
  readonly key: string
  readonly value: string
  /** Unix time in seconds from which on it counts no more, or null for good. */
  readonly until: number | null
}
