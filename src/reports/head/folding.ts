import { normalize } from '../../text/normalize.ts'

/** The glyphs of icon fonts, which web pages set in front of their buttons. */
const icons = /\p{Co}+/gu

/** Matches a line with blanks between all its characters, as titles are set. */
const spread = /^\p{Script=Han}(?: \p{Script=Han}){3,}$/u

/** Folds a line for comparisons: normalised, each run of white space one blank, wide words (`来  源:`) closed up. */
export function folded(text: string): string {
  const plain = normalize(text).text.replace(icons, '').replace(/\s+/gu, ' ').trim()
  if (spread.test(plain)) return plain.replaceAll(' ', '')
  return plain.replace(/^\p{Script=Han}(?: \p{Script=Han}){1,4}(?= ?:|$)/u, (label) => label.replaceAll(' ', ''))
}
