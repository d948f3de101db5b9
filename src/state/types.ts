/**
 * The little that the bot must remember: which updates were handled, which language a chat chose, who was told what,
 * and feedback. Questions are not part of it. Keys are `kind/id`.
 */
export interface StateStore {
  get(key: string): Promise<string | null>
  /** Keeps `value` under `key`, for so long if told; null forgets it. Kept when the promise resolves. */
  set(key: string, value: string | null, forSeconds?: number): Promise<void>
  /** Keeps `value` unless the key holds one; tells whether it did. Of several that claim a key, one is told true. */
  claim(key: string, value: string, forSeconds?: number): Promise<boolean>
  /** Adds a record to a list that is only read by people. */
  append(list: string, record: Readonly<Record<string, unknown>>): Promise<void>
  /** How many records a list holds. */
  count(list: string): Promise<number>
  close(): Promise<void>
}
