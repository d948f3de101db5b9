import { normalize } from '../../text/normalize.ts'

/** The glyphs of icon fonts, which web pages set in front of their buttons. */
const icons = /\p{Co}+/gu

/** A title may be set with blanks between all its characters. */
const spread = /^\p{Script=Han}(?: \p{Script=Han}){3,}$/u

/** A line as head and metadata look at it: folded, its runs of white space one blank each, and labels set wide (`来  源:`) closed up. */
export function folded(text: string): string {
  const plain = normalize(text).text.replace(icons, '').replace(/\s+/gu, ' ').trim()
  if (spread.test(plain)) return plain.replaceAll(' ', '')
  return plain.replace(/^\p{Script=Han}(?: \p{Script=Han}){1,4}(?= ?:|$)/u, (label) => label.replaceAll(' ', ''))
}
