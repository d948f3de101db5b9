import { detect } from 'chardet'
import { type Bilingual, ReportError } from '../../errors.ts'

/** The text of a file, without the byte order mark. */
interface Decoded {
  readonly text: string
  readonly encoding: Encoding
  /** Notes for people: an encoding other than UTF-8, broken bytes and where they stand. */
  readonly notes: readonly Bilingual[]
}

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'GB18030' | 'Big5'

/** The text as one encoding reads it. */
interface Attempt {
  readonly encoding: Encoding
  readonly text: string
  /** The number of byte sequences that are no character, each read as U+FFFD, and of NULs. */
  readonly broken: number
  /** The share of the characters outside ASCII that are usual in text, 0 to 1. */
  readonly plausible: number
}

/** Bytes with a lower share of plausible characters are not taken for text of an encoding. */
const minPlausible = 0.7
/** This share of the characters may be broken in readable text. */
const maxBrokenShare = 0.01
const minDetectedBytes = 64

/**
 * Decodes a file in UTF-8, UTF-16, GB18030 (with GBK and GB2312) or Big5, with or without a byte order mark. A few
 * broken bytes become U+FFFD.
 * @param stated the encoding that the file itself names, which is believed if the bytes agree
 * @throws ReportError when the bytes are no text, or of none of these encodings; it names the first byte that is not
 *   UTF-8.
 */
export function decode(bytes: Uint8Array, file: string, stated?: string): Decoded {
  const attempt = byMark(bytes) ?? byContent(bytes, stated)
  if (attempt === null) throw bytes.includes(0) ? binary(file) : unknown(file, bytes)
  const { text, encoding, broken } = attempt
  const notes: Bilingual[] = []
  if (encoding !== 'UTF-8') notes.push({ zh: `以 ${encoding} 编码读取。`, en: `Read as ${encoding}.` })
  if (broken === 0) return { text, encoding, notes }
  const visible = text.replaceAll('\0', '\ufffd')
  const line = visible.slice(0, visible.indexOf('\ufffd')).split(/\r\n|[\r\n]/u).length
  notes.push({
    zh: `有 ${broken} 处字节损坏(第一处在第 ${line} 行),显示为 \ufffd。`,
    en: `${broken} broken byte sequences (the first in line ${line}) are shown as \ufffd.`,
  })
  return { text: visible, encoding, notes }
}

function byMark(bytes: Uint8Array): Attempt | null {
  const starts = (...mark: number[]) => mark.every((byte, i) => bytes[i] === byte)
  const attempt = starts(0xef, 0xbb, 0xbf)
    ? readAs('UTF-8', bytes)
    : starts(0xff, 0xfe)
      ? readAs('UTF-16LE', bytes)
      : starts(0xfe, 0xff)
        ? readAs('UTF-16BE', bytes)
        : null
  return attempt && isReadable(attempt) && attempt.plausible >= minPlausible / 2 ? attempt : null
}

function byContent(bytes: Uint8Array, stated?: string): Attempt | null {
  const utf8 = readAs('UTF-8', bytes)
  if (utf8.broken === 0) return utf8
  // Bytes of another encoding are hardly ever well-formed UTF-8, so mostly well-formed ones are UTF-8 with faults.
  if (isReadable(utf8) && utf8.broken * 20 <= beyondAscii(utf8.text)) return utf8
  const named = encodingNamed(stated)
  if (named !== null) {
    const attempt = readAs(named, bytes)
    if (isReadable(attempt) && attempt.plausible >= minPlausible) return attempt
  }
  const attempts = (['GB18030', 'Big5', 'UTF-16LE', 'UTF-16BE'] as const)
    .map((encoding) => readAs(encoding, bytes))
    .filter((attempt) => isReadable(attempt) && attempt.plausible >= minPlausible)
  const [best, next] = attempts.sort((a, b) => b.plausible - a.plausible)
  if (best === undefined) return isReadable(utf8) && utf8.broken * 100 <= utf8.text.length ? utf8 : null
  if (next === undefined || best.plausible - next.plausible > 0.1) return best
  // A few words fit both Chinese encodings and are too few for statistics; GB18030, which stands first, is taken.
  if (bytes.length < minDetectedBytes) return best
  const detected = encodingNamed(detect(bytes.subarray(0, 100_000)) ?? undefined)
  return [best, next].find((attempt) => attempt.encoding === detected) ?? best
}

function encodingNamed(name: string | undefined): Encoding | null {
  if (name === undefined) return null
  if (/^gb(?:k|2312|_2312-80|18030)$|^x-gbk$|^hz-gb/iu.test(name)) return 'GB18030'
  if (/^big5/iu.test(name)) return 'Big5'
  if (/^utf-?16-?be$/iu.test(name)) return 'UTF-16BE'
  return /^utf-?16/iu.test(name) ? 'UTF-16LE' : null
}

function readAs(encoding: Encoding, bytes: Uint8Array): Attempt {
  const text = new TextDecoder(encoding).decode(bytes)
  const nuls =
    encoding === 'UTF-8' || encoding.startsWith('UTF-16') ? count(text, /\0/gu) : bytes.includes(0) ? Infinity : 0
  const marks = count(text, /\ufffd/gu)
  const written = marks > 0 && encoding === 'UTF-8' ? Buffer.from(bytes).toString('latin1').split('ï¿½').length - 1 : 0
  return { encoding, text, broken: marks - written + nuls, plausible: plausibility(encoding, text, bytes) }
}

/** Tells whether few characters are broken; one may always be, as where the file was cut off. */
function isReadable({ text, broken }: Attempt): boolean {
  return broken <= Math.max(1, text.length * maxBrokenShare)
}

function beyondAscii(text: string): number {
  return count(text, /[^\0-\x7f\ufffd]/gu)
}

/**
 * The share of usual characters among those outside ASCII. The double-byte encodings keep their common characters
 * together, so the bytes tell without any list of characters: GB2312's first level, Big5's first level, and both their
 * signs. In UTF-16 the Unicode blocks tell.
 */
function plausibility(encoding: Encoding, text: string, bytes: Uint8Array): number {
  if (encoding === 'UTF-8') return 1
  if (encoding === 'UTF-16LE' || encoding === 'UTF-16BE') {
    const usual = count(text, /[\t\n\r\x20-\x7e\u00b7\u2010-\u2026\u3000-\u301f\u4e00-\u9fff\uff01-\uff5e]/gu)
    // Any bytes give Han characters in UTF-16, but only real text has punctuation and line ends.
    return text.length > 0 && /[\t\n\r\x20-\x7e\u3001\u3002\uff0c\uff1a]/u.test(text) ? usual / text.length : 0
  }
  let all = 0
  let usual = 0
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!
    if (lead < 0x80) continue
    const trail = bytes[++i] ?? 0
    all++
    if (encoding === 'Big5') {
      if ((lead >= 0xa4 && lead <= 0xc6 && trail >= 0x40) || (lead >= 0xa1 && lead <= 0xa3)) usual++
    } else if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))) usual++
    else if (trail >= 0x30 && trail <= 0x39) i += 2
  }
  return all === 0 ? 0 : usual / all
}

function count(text: string, pattern: RegExp): number {
  let found = 0
  for (const _ of text.matchAll(pattern)) found++
  return found
}

function binary(file: string): ReportError {
  return new ReportError({
    zh: `${file}:应为文本文件,内容却是二进制数据。请换成 .txt 或 .md 文本,或把它移出报告文件夹。`,
    en: `${file}: expected a text file, found binary data. Replace it by .txt or .md text, or move it out of the reports folder.`,
  })
}

function unknown(file: string, bytes: Uint8Array): ReportError {
  const at = firstInvalidByte(bytes) + 1
  return new ReportError({
    zh: `${file}:应为 UTF-8、UTF-16、GB18030 或 Big5 文本,第 ${at} 个字节起都不是。请把文件另存为 UTF-8。`,
    en: `${file}: expected UTF-8, UTF-16, GB18030 or Big5 text, found other bytes from byte ${at} on. Save the file as UTF-8.`,
  })
}

function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0
  let high = bytes.length
  // Bisection finds the longest valid prefix; a prefix that ends inside a character still streams without fault.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true })
      low = middle
    } catch {
      high = middle - 1
    }
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return Buffer.byteLength(decoder.decode(bytes.subarray(0, low), { stream: true }))
}
