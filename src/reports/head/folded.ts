import { normalize } from '../../text/normalize.ts'

/** A line as head and metadata look at it: folded, its runs of white space one blank each, and labels set wide (`来  源:`) closed up. */
export function folded(text: string): string {
  const plain = normalize(text).text.replace(/\s+/gu, ' ').trim()
  return plain.replace(/^\p{Script=Han}(?: \p{Script=Han}){1,4}(?= ?:|$)/u, (label) => label.replaceAll(' ', ''))
}
