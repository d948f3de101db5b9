import { kindOf, usualExtension } from '../reports/formats/detection.ts'
import { extensionForType, extensionOf, formatNamed, withoutExtension } from '../reports/formats/fileNames.ts'
import { zipArchive } from '../reports/formats/formats.ts'
import { textOfBytes } from '../text/encoding.ts'

/** The parts of an answer that tell a file's name. */
export interface NamedContent {
  readonly url: URL
  readonly bytes: Uint8Array
  /** The MIME type; empty where it is not known. */
  readonly type: string
  readonly charset: string | null
  readonly disposition: string | null
}

/** The title of a page is looked for in so many of its first bytes. */
const titleBytes = 64 * 1024
const maxTitleCharacters = 80

/**
 * The name of a fetched file: the one that the server gives it, else the last part of the address's path, else the title of the
 * page, else the site's name. Its extension is one of the kind that its bytes have.
 * @throws ReportError when no reader can read such bytes
 */
export function fileNameOf(content: NamedContent): string {
  const { bytes, disposition, type, url } = content
  const given = nameIn(disposition ?? '') ?? lastPartOf(url) ?? titleOf(content) ?? url.hostname
  const plain = given.replace(/[/\\]+/gu, ' ').trim()
  const typed = formatNamed(plain) === undefined ? `${stemOf(plain)}${extensionForType(type) ?? ''}` : plain
  const kind = kindOf(typed, bytes)
  return formatNamed(typed) === kind ? typed : `${stemOf(typed)}${usualExtension(kind, bytes)}`
}

/** The name without the extension of a program (`show.php`), of an archive or of a format. A site's name and a date have dots, too. */
function stemOf(name: string): string {
  const extension = extensionOf(name)
  const isExtension =
    formatNamed(name) !== undefined ||
    extension === zipArchive.extension ||
    /^\.(?:php\d?|aspx?|jspx?|cgi|do|action|shtml)$/u.test(extension)
  return isExtension ? withoutExtension(name) : name
}

/**
 * The file name in a `Content-Disposition` (RFC 6266): `filename*` with its encoding, else `filename`. Servers also write the letters
 * of the latter as they are, in UTF-8 or GBK, or with percent signs.
 */
function nameIn(disposition: string): string | null {
  const extended = /(?:^|;)\s*filename\*\s*=\s*"?([\w-]*)'[^']*'([^;"]+)/iu.exec(disposition)
  const [, charset = '', encoded = ''] = extended ?? []
  const decoded = extended && inEncoding(percentBytes(encoded.trim()), charset)
  if (decoded) return decoded
  const plain = /(?:^|;)\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/iu.exec(disposition)
  const written = (plain?.[1]?.replace(/\\(["\\])/gu, '$1') ?? plain?.[2] ?? '').trim()
  return written === '' ? null : textOfBytes(percentBytes(written)).trim() || null
}

/** The bytes of a text of one character a byte, in which `%E5` stands for a byte, too. */
function percentBytes(text: string): Uint8Array {
  const plain = text.replace(/%([0-9a-f]{2})/giu, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(plain, 'latin1')
}

/** Null where the encoding is unknown. */
function inEncoding(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding).decode(bytes).trim() || null
  } catch {
    return null
  }
}

/** The last part of an address's path; null where it says nothing, as `index.html` does. */
function lastPartOf({ pathname }: URL): string | null {
  const part = textOfBytes(percentBytes(pathname.split('/').at(-1) ?? '')).trim()
  return part === '' || /^(?:index|default)(?:\.\w+)?$/iu.test(part) ? null : part
}

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** The title of a web page; null where there is none. */
function titleOf({ bytes, charset }: NamedContent): string | null {
  const head = bytes.subarray(0, titleBytes)
  const source = (charset && charset !== 'utf-8' && inEncoding(head, charset)) || textOfBytes(head, true)
  const title = /<title[^>]*>([^<]*)</iu.exec(source)?.[1] ?? ''
  const words = title
    .replace(/&(?:#(\d{1,7})|(\w{1,6}));/gu, (whole, number, name) =>
      number && Number(number) <= 0x10ffff ? String.fromCodePoint(Number(number)) : (references[name] ?? whole),
    )
    .replace(/\s+/gu, ' ')
    .trim()
  return [...words].slice(0, maxTitleCharacters).join('') || null
}
