import type { Origin } from '../reports/sidecar.ts'

/** A file that was fetched from a web address. */
export interface LinkedFile {
  /** A name for it, not yet made safe for a folder. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly origin: Origin
}

/**
 * Fetches the file that a web address leads to, once.
 * @param signal gives the fetching up, with its reason
 * @throws ReportError when the address is refused, cannot be reached, or holds no file that could be a report
 */
export type FetchLink = (address: string, signal: AbortSignal) => Promise<LinkedFile>
