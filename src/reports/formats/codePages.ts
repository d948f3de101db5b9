import { TextDecoder } from 'node:util'

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

/** Makes a decoder for a code page; that of Western Europe where the number is unknown. */
export function codePageDecoder(codePage: number): TextDecoder {
  const isWindows = codePage >= 1250 && codePage <= 1258
  return new TextDecoder(encodings[codePage] ?? (isWindows ? `windows-${codePage}` : 'windows-1252'))
}

/** Tells whether characters of a code page take two bytes. */
export function isDoubleByte(codePage: number): boolean {
  return /^(?:shift_jis|gb18030|euc-kr|big5)$/u.test(encodings[codePage] ?? '')
}
