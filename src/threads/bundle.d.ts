export const optionsKey: string
export function hashOf(content: string | Uint8Array): string
export function bundle(programs: readonly string[], folder: string): Promise<Bundle>
export function writeBundle(bundle: Bundle): void

interface Bundle {
  /** The sources of ours, each with the time of its last change, in milliseconds, before it was read. */
  readonly sources: readonly { readonly path: string; readonly ctimeMs: number; readonly hash: string }[]
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[]
  /** The paths of the files to load for the programs, in their order. */
  readonly entries: readonly string[]
}
