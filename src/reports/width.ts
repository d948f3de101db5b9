/**
 * The width of a line as it is set, in half-widths: a Chinese character is as wide as two Latin letters or figures.
 * Blanks count for nothing, as those between characters only spread a line to its column's edge.
 */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += /\s/u.test(character) ? 0 : character < '\u1100' ? 1 : 2
  return width
}

/** The approximate width of a text, in em. */
export function emsOf(text: string): number {
  let width = 0
  for (const character of text) width += character >= '\u2e80' ? 1 : /\s/u.test(character) ? 0.3 : 0.5
  return width
}
