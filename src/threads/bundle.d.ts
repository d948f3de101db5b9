export const optionsKey: string
export function hashOf(content: string | Uint8Array): string
export function bundle(programs: readonly string[], folder: string): Promise<Bundle>

interface Bundle {
  /** The hashes of all sources by their paths. */
  readonly sources: ReadonlyMap<string, string>
  /** The files to write, with paths below the folder. */
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[]
  /** The files to load for the programs, in their order, with paths below the folder. */
  readonly entries: readonly string[]
}
