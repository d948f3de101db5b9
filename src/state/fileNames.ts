import { createHash } from 'node:crypto'

/** File systems take names of 255 bytes, and a suffix must fit behind. */
const maxNameLength = 180
const emptyName = '='
const noKind = '=-'

/** The folder of a key's kind, and the key's file in it. Names hold only `a-z0-9_=-`, as some systems take A for a. */
export function pathOfKey(key: string): { readonly kind: string; readonly name: string } {
  const slash = key.indexOf('/')
  return { kind: slash < 0 ? noKind : nameOf(key.slice(0, slash)), name: nameOf(key.slice(slash + 1)) }
}

/** The name of a kind's folder, or of an id's file. */
export function nameOf(id: string): string {
  if (id === '') return emptyName
  const name = id.replace(/[^a-z0-9_-]/gu, (sign) =>
    [...Buffer.from(sign)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  )
  return name.length <= maxNameLength ? name : `==${createHash('sha256').update(id).digest('hex')}`
}

/** The id that a file's name spells out; null where it was too long to be spelled out. */
export function idOf(name: string): string | null {
  if (name === emptyName) return ''
  if (name.startsWith('==')) return null
  const bytes = name.replace(/=([0-9a-f]{2})|([a-z0-9_-])/gu, (_, hex: string | undefined, sign: string | undefined) =>
    sign === undefined ? hex! : sign.charCodeAt(0).toString(16),
  )
  return Buffer.from(bytes, 'hex').toString()
}
