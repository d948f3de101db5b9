import { createHash } from 'node:crypto'
import { basename, extname } from 'node:path'

/** File systems take names of 255 bytes; this leaves room for a number and a sidecar's ending. */
const maxNameBytes = 200

/**
 * A name under which a sent file may lie in the reports folder, made of the name that its sender gave it: without
 * folders, characters that some system gives a meaning, or a dot in front, of bounded length, with the same extension.
 */
export function safeName(given: string): string {
  const flat = given
    .normalize('NFC')
    .replace(/^.*[/\\]/su, '')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}<>:"|?*]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[.\s]+|[.\s]+$/gu, '')
  const extension = extname(flat)
  const stem = cutToBytes(basename(flat, extension).trim(), maxNameBytes - Buffer.byteLength(extension))
  // Names of devices on Windows mean a device with any extension.
  const isReserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu.test(stem)
  return `${stem === '' || isReserved ? `report${stem === '' ? '' : `-${stem}`}` : stem}${extension}`
}

/** The first of `name`, `name-2`, `name-3` … that is not taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  const extension = extname(name)
  const stem = basename(name, extension)
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${stem}-${number}${extension}`
    if (!isTaken(candidate)) return candidate
  }
}

/** A form that is the same for names which some file systems, or people, take for one. */
export function comparableName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** The id of a file in the library: 16 characters that are derived from its name and content. */
export function fileId(file: string, contentSha256: string): string {
  return createHash('sha256').update(`${file}\n${contentSha256}`).digest('base64url').slice(0, 16)
}

function cutToBytes(text: string, bytes: number): string {
  let cut = ''
  for (const character of text) {
    if (Buffer.byteLength(cut + character) > bytes) break
    cut += character
  }
  return cut.trimEnd()
}
