import { IndexError } from '../../errors.ts'

/** No node answers, or none can do what it is asked for; it passes when they are back. */
export class UnreachableError extends IndexError {}

/** What was opened is no longer in Qdrant: an update came in force long ago and was not opened since. */
export class OutdatedError extends IndexError {}
