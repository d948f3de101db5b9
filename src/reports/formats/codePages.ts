/** Decodes the bytes of a code page. */
export interface CodePageDecoder {
  decode(bytes: Uint8Array): string
}

/** The encodings of Windows' code pages, and some of other systems, by their numbers. */
const encodings: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gb18030',
  949: 'euc-kr',
  950: 'big5',
  10000: 'macintosh',
  10008: 'gb18030',
  20936: 'gb18030',
  51936: 'gb18030',
  54936: 'gb18030',
  65001: 'utf-8',
}

/** The signs of Western Europe's code page at 0x80 to 0x9f; those that are missing stand for themselves. */
const westernSigns = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Decodes the code page of Western Europe, which Node 20 reads as ISO 8859-1, without these signs. */
const western: CodePageDecoder = {
  decode: (bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .toString('latin1')
      .replace(/[\x80-\x9f]/gu, (sign) => westernSigns[sign.charCodeAt(0) - 0x80]!),
}

/** The name of a code page's encoding; undefined where the number is unknown. */
export function encodingOf(codePage: number): string | undefined {
  return encodings[codePage] ?? (codePage >= 1250 && codePage <= 1258 ? `windows-${codePage}` : undefined)
}

/** Makes a decoder for a code page; that of Western Europe where the number is unknown. */
export function codePageDecoder(codePage: number): CodePageDecoder {
  const encoding = encodingOf(codePage)
  return encoding === undefined || codePage === 1252 ? western : new TextDecoder(encoding)
}

/** Tells whether characters of a code page take two bytes. */
export function isDoubleByte(codePage: number): boolean {
  return /^(?:shift_jis|gb18030|euc-kr|big5)$/u.test(encodingOf(codePage) ?? '')
}
