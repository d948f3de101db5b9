import { IndexError } from '../../errors.ts'

/** No node answers, or none can do what it is asked for. The error passes when the nodes are back. */
export class UnreachableError extends IndexError {}

/** The index that was opened is no longer in Qdrant, as an update replaced it long ago and was not opened since. */
export class OutdatedError extends IndexError {}

/** The fault of an opened index that was replaced. @param collection the collection that is gone, if it is */
export function outdated(collection?: string, cause?: unknown): OutdatedError {
  const name = collection === undefined ? '' : ` (${collection})`
  return new OutdatedError(
    {
      zh: `打开的索引${name}已被更新替换。请稍后再问一次。`,
      en: `The index that was open${name} has been replaced by an update. Ask again in a moment.`,
    },
    { cause },
  )
}
