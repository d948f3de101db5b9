/**
 * What a button about a file of the reports folder does. Ids come from the files' content, so a button holds after a
 * restart; one about an album names what the bot remembers of it.
 */
export interface FileAddress {
  readonly action: FileAction
  /** 16 characters of `A-Za-z0-9_-`: a file's id, or for albums that of the upload. */
  readonly id: string
}

export type FileAction = 'ask' | 'keep' | 'takeOut' | 'putBack' | 'takeOutAlbum' | 'putBackAlbum'

const letters: Readonly<Record<FileAction, string>> = {
  ask: 'd',
  keep: 'k',
  takeOut: 't',
  putBack: 'b',
  takeOutAlbum: 'T',
  putBackAlbum: 'B',
}

/** An address as callback data. Its letters are none of those in `address.ts`. */
export function encodeFileAddress({ action, id }: FileAddress): string {
  return `${letters[action]}_${id}`
}

/** The address that callback data state; null when they state none. */
export function decodeFileAddress(data: string): FileAddress | null {
  const [, letter, id] = /^([a-zA-Z])_([A-Za-z0-9_-]{16})$/u.exec(data) ?? []
  const action = (Object.keys(letters) as FileAction[]).find((one) => letters[one] === letter)
  return action === undefined || id === undefined ? null : { action, id }
}
