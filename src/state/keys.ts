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
  /** The outcome of an upload, `chat/upload`, as JSON. */
  | `upload/${string}`
  /** A fault that an admin got a message about, `admin/hash`. */
  | `fault/${string}`
  /** The right to send an admin the message that a fault is gone. */
  | `cleared-fault/${string}`
  /** The hash of `initData` that was used to open the pages. */
  | `initData/${string}`

type Id = number | string | undefined
