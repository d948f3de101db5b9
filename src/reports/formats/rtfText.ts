import { type CodePageDecoder, codePageDecoder, isDoubleByte } from './codePages.ts'

/** The code pages of fonts, by the character sets that RTF numbers. */
const codePageOfSet: Readonly<Record<number, number>> = {
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
}
const western = 1252
/** The number of the character set of Western fonts, which programs give other fonts, too. */
const ansiSet = 0
/** Matches ASCII, what may be one character of a double-byte encoding, or a byte that is part of none. */
const pieces = /[\0-\x7f]+|(?:[\x81-\xfe][0-9]){2}|[\x81-\xfe][\x40-\xfe]|[\s\S]/gu

/** Decodes the bytes of an RTF file's text, whose encoding changes with the font. */
export class RtfText {
  /** The code page of the whole file. */
  codePage = western
  /** The character sets of the fonts by their numbers. */
  readonly fonts = new Map<number, number>()
  readonly #decoders = new Map<number, CodePageDecoder>()
  #bytes: number[] = []
  #font = -1

  /** Adds a byte of text. @returns the words before it, where its font is another one */
  add(byte: number, font: number): string {
    const before = font === this.#font ? '' : this.take()
    this.#font = font
    this.#bytes.push(byte)
    return before
  }

  /** The words that were added since the last call. */
  take(): string {
    if (this.#bytes.length === 0) return ''
    const bytes = Uint8Array.from(this.#bytes)
    this.#bytes = []
    const plain = Buffer.from(bytes).toString('latin1')
    if (/^[\0-\x7f]*$/u.test(plain)) return plain
    const set = this.fonts.get(this.#font)
    const known = set === undefined ? undefined : codePageOfSet[set]
    if (known !== undefined || !isDoubleByte(this.codePage)) return this.#decode(bytes, known ?? this.codePage)
    if (set === ansiSet && !isInPairs(plain)) return this.#decode(bytes, western)
    const words = this.#decode(bytes, this.codePage)
    // A byte that is no character of the file's code page is a single sign of the Western one.
    return words.includes('\ufffd') ? (plain.match(pieces) ?? []).map((piece) => this.#piece(piece)).join('') : words
  }

  #piece(piece: string): string {
    const bytes = Buffer.from(piece, 'latin1')
    const words = this.#decode(bytes, this.codePage)
    return words.includes('\ufffd') ? this.#decode(bytes, western) : words
  }

  #decode(bytes: Uint8Array, codePage: number): string {
    const decoder = this.#decoders.get(codePage) ?? codePageDecoder(codePage)
    this.#decoders.set(codePage, decoder)
    return decoder.decode(bytes)
  }
}

/**
 * Tells whether bytes beyond ASCII stand as those of common Chinese characters do, and hardly any of Western words: all in pairs, or
 * some four on end. @param plain a character for each byte
 */
function isInPairs(plain: string): boolean {
  return /[\x81-\xfe]{4}/u.test(plain) || !/[\x80-\xff]/u.test(plain.replace(/[\xa1-\xfe]{2}/gu, ''))
}
