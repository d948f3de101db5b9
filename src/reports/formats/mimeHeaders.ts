import { decode } from './decode.ts'

/** The fields of a MIME header by their names in lower case, as the file has them, a character for each byte. */
type MimeFields = ReadonlyMap<string, string>

/** The fields of a header, unfolded; of several with the same name the first. @param header a character for each byte */
export function fieldsIn(header: string): MimeFields {
  const fields = new Map<string, string>()
  for (const line of header.replace(/\r?\n[ \t]+/gu, ' ').split(/\r?\n/u)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && /^[!-9;-~]+$/u.test(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}

/**
 * The text of bytes whose encoding a header names. The bytes decide as they do in a file, since many programs name a wrong
 * encoding; encodings that `decode` does not know are believed.
 */
export function textOf(bytes: Uint8Array, charset: string | undefined, file: string) {
  if (charset !== undefined && /^iso-2022/iu.test(charset)) return { text: textIn(charset, bytes), notes: [] }
  try {
    return decode(bytes, file, charset)
  } catch (error) {
    if (charset === undefined || !isKnown(charset)) throw error
    return { text: textIn(charset, bytes), notes: [] }
  }
}

function textIn(charset: string, bytes: Uint8Array): string {
  return new TextDecoder(charset).decode(bytes)
}

function isKnown(charset: string): boolean {
  try {
    return new TextDecoder(charset) !== null
  } catch {
    return false
  }
}

/**
 * The words of a header field: encoded words of RFC 2047 are decoded, and bytes that stand in it as they are. A character may be
 * parted between encoded words beside each other, so their bytes are joined first.
 * @param value a character for each byte
 */
export function wordsIn(value: string, file: string): string {
  const encodedWord = /=\?([\w.:-]+)(?:\*[\w-]+)?\?([bq])\?([^?]*)\?=/giu
  let words = ''
  let run: { charset: string; bytes: Buffer[] } | null = null
  let end = 0
  const flush = () => {
    if (run) words += shortText(Buffer.concat(run.bytes), run.charset, file)
    run = null
  }
  const plain = (text: string) => {
    flush()
    words += shortText(Buffer.from(text, 'latin1'), undefined, file)
  }
  for (const found of value.matchAll(encodedWord)) {
    const [whole, name, encoding, content] = found as unknown as [string, string, string, string]
    const between = value.slice(end, found.index)
    const charset = name.toLowerCase()
    if (between.trim() !== '' || (end === 0 && between !== '')) plain(between)
    else if (run !== null && (run as { charset: string }).charset !== charset) flush()
    const bytes = /b/iu.test(encoding) ? Buffer.from(content, 'base64') : quotedBytes(content.replaceAll('_', ' '))
    run ??= { charset, bytes: [] }
    run.bytes.push(bytes)
    end = found.index + whole.length
  }
  plain(value.slice(end))
  return words.replace(/\s+/gu, ' ').trim()
}

/** The text of a few bytes, with signs for those that are no text. */
function shortText(bytes: Buffer, charset: string | undefined, file: string): string {
  if (bytes.length === 0) return ''
  try {
    return textOf(bytes, charset, file).text
  } catch {
    // A few broken bytes in a header need not cost the message.
    return new TextDecoder().decode(bytes)
  }
}

/** The value of a structured field, in lower case, and its parameters by their names in lower case. */
export interface Structured {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

/** Reads a structured field such as `Content-Type`. Parameters may be parted and encoded as RFC 2231 or RFC 2047 say. */
export function structured(field: string | undefined, file: string): Structured {
  if (field === undefined) return { value: '', parameters: new Map() }
  const sections = new Map<string, { index: number; isEncoded: boolean; value: string }[]>()
  const parameter = /;\s*([\w-]+)(?:\*(\d{1,4}))?(\*)?\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))/gu
  for (const [, name, index, star, quoted, bare] of field.matchAll(parameter)) {
    const key = name!.toLowerCase()
    const value = quoted?.replace(/\\(.)/gu, '$1') ?? bare!.trim()
    const section = { index: Number(index ?? 0), isEncoded: star !== undefined, value }
    sections.set(key, [...(sections.get(key) ?? []).slice(0, 100), section])
  }
  const parameters = new Map<string, string>()
  for (const [name, parts] of sections) {
    // A program that writes a parameter both ways writes the encoded one for those that understand it.
    const isEncoded = parts.some((part) => part.isEncoded)
    const isParted = parts.some(({ index }) => index > 0)
    const used = isEncoded && !isParted ? parts.filter((part) => part.isEncoded) : parts
    const ordered = used.sort((a, b) => a.index - b.index)
    if (!isEncoded) {
      parameters.set(name, wordsIn((isParted ? ordered : ordered.slice(0, 1)).map(({ value }) => value).join(''), file))
      continue
    }
    const charset = /^([\w.:-]*)'[^']*'/u.exec(ordered[0]!.value)
    const bytes = ordered.map(({ value, isEncoded }, i) => {
      const text = i === 0 && charset ? value.slice(charset[0].length) : value
      return isEncoded ? percentBytes(text) : Buffer.from(text, 'latin1')
    })
    parameters.set(name, shortText(Buffer.concat(bytes), charset?.[1] || undefined, file))
  }
  return { value: (/^[^;]*/u.exec(field)?.[0] ?? '').trim().toLowerCase(), parameters }
}

function percentBytes(text: string): Buffer {
  const bytes = text.replace(/%([0-9a-f]{2})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(bytes, 'latin1')
}

/** The bytes of quoted-printable text. @param text a character for each byte */
export function quotedBytes(text: string): Buffer {
  const soft = text.replace(/=[ \t]{0,80}\r?\n/gu, '')
  const bytes = soft.replace(/=([0-9a-f]{2})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(bytes, 'latin1')
}
