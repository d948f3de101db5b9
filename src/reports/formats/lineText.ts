import type { Fragment, Word } from './boxes.ts'
import { marksOf } from './raisedWords.ts'

/** Joins cells with spaces between them, except for the single characters of a widely spaced heading. */
export function rowText(cells: readonly Fragment[]): string {
  return cells.map((cell) => cell.text).join(cells.every((cell) => spacedOut.test(cell.text)) ? '' : ' ')
}

const han = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}'
const fullWidth = '\\u3001-\\u303f\\uff01-\\uffef'
const endsWide = new RegExp(`[${han}${fullWidth}]$`, 'u')
const startsWide = new RegExp(`^[${han}${fullWidth}]`, 'u')
const spacedOut = new RegExp(`^[${han}]$`, 'u')
const spacedHan = new RegExp(`(?<=[${han}])[ \\t\\u3000]+(?=[${han}])`, 'gu')
const closeHan = new RegExp(`[${han}](?=[${han}])`, 'gu')
const spacedWide = new RegExp(
  `(?<=[${fullWidth}])[ \\t]+|[ \\t]+(?=[${fullWidth}])|(?<=[${han}])[ \\t]+(?![${han}\\s])|(?<![${han}\\s])[ \\t]+(?=[${han}])`,
  'gu',
)

/** Joins the words of a line, with the spaces that part words and without those that only spread the line. */
export function textOf(words: readonly Word[]): string {
  let text = ''
  let before: Word | undefined
  const main = words.reduce((a, b) => (b.text.length > a.text.length ? b : a))
  for (const word of words) {
    const raised = raisedIn(word, main)
    if (raised) {
      const [open, close] = marksOf(raised)
      text += `${open}${word.text}${close}`
      before = word
      continue
    }
    if (before) {
      const gap = (word.left - before.right) / Math.max(word.size, before.size)
      const isWide = endsWide.test(before.text) || startsWide.test(word.text)
      if (gap > (isWide ? 0.45 : 0.15)) text += ' '
    }
    text += word.text
    before = word
  }
  const tidy = text.replaceAll(/\u00ad(?!$)/gu, '').replaceAll(spacedWide, '')
  // A few spaces between Chinese characters part names or clauses; many spaces only spread the line.
  const spaces = tidy.match(spacedHan)?.length ?? 0
  const isSpread = spaces * 4 > spaces + (tidy.match(closeHan)?.length ?? 0)
  return (isSpread ? tidy.replaceAll(spacedHan, '') : tidy).trim()
}

/** Raised and lowered words are smaller and shifted up or down, in shares of the line's size. */
const shifted = { size: 0.82, by: 0.12 } as const

/** Tells whether a word is raised above its line or lowered below it; null where it is neither. */
function raisedIn(word: Word, main: Word): 'raised' | 'lowered' | null {
  if (word.size > shifted.size * main.size) return null
  if (main.bottom - word.bottom >= shifted.by * main.size) return 'raised'
  return word.bottom - main.bottom >= 0.5 * shifted.by * main.size ? 'lowered' : null
}
