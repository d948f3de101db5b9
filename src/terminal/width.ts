import stringWidth from 'string-width'

/** Text whose characters take one column each, or two if they are wide, whatever stands beside them. */
const plain = /^[ -~·\u2010-\u2027\p{Script=Han}\u3001-\u3020\uff01-\uff60]*$/u
const wide = /[\p{Script=Han}\u3001-\u3020\uff01-\uff60]/gu

/**
 * The columns of a terminal that a text takes. The library compiles a pattern of all emoji at its first call, in a tenth of a
 * second, so it measures only what holds more than common Chinese and English text.
 */
export function widthOf(text: string): number {
  if (!plain.test(text)) return stringWidth(text)
  return [...text].length + (text.match(wide)?.length ?? 0)
}
