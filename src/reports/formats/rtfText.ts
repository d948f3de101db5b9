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
    if (bytes.every((byte) => byte < 0x80)) return Buffer.from(bytes).toString('latin1')
    const known = codePageOfSet[this.fonts.get(this.#font) ?? 0]
    if (known !== undefined || !isDoubleByte(this.codePage)) return this.#decode(bytes, known ?? this.codePage)
    // Programs write single signs of Western fonts (`\'93`) in files of a Chinese code page, too.
    const words = this.#decode(bytes, this.codePage)
    return words.includes('\ufffd') ? this.#decode(bytes, western) : words
  }

  #decode(bytes: Uint8Array, codePage: number): string {
    const decoder = this.#decoders.get(codePage) ?? codePageDecoder(codePage)
    this.#decoders.set(codePage, decoder)
    return decoder.decode(bytes)
  }
}
