import { escaped } from './wordXml.ts'

/** The readers of office files write what they read as HTML, so that `writeBlocks` makes lines of all formats alike. */

export interface CellMarkup {
  readonly content: string
  /** The number of columns and rows that the cell covers. */
  readonly columns: number
  readonly rows: number
}

export interface RowMarkup {
  readonly cells: readonly CellMarkup[]
  /** True where the format marks the row as one of the table's head. */
  readonly isHead: boolean
}

/** An element around its content. */
export function elementMarkup(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

/** The words of an equation between empty raised words, which part its figures from those beside it. */
export function equationMarkup(words: string): string {
  const edge = elementMarkup('sup', '')
  return `${edge}${escaped(words)}${edge}`
}

/** The rows of a table that sets its first row apart: it is the head unless the format marks others or merges its cells. */
export function headedByFirst(rows: readonly RowMarkup[]): readonly RowMarkup[] {
  const [first, ...others] = rows
  const isMerged = first?.cells.some(({ columns, rows }) => columns > 1 || rows > 1) ?? true
  if (first === undefined || others.length === 0 || isMerged || rows.some(({ isHead }) => isHead)) return rows
  return [{ ...first, isHead: true }, ...others]
}

/** A table. @param rows the rows without the cells that others cover */
export function tableMarkup(rows: readonly RowMarkup[]): string {
  const written = rows.map(({ cells, isHead }) => {
    const name = isHead ? 'th' : 'td'
    const inner = cells.map(({ content, columns, rows }) => {
      const spans = `${columns > 1 ? ` colspan="${columns}"` : ''}${rows > 1 ? ` rowspan="${rows}"` : ''}`
      return `<${name}${spans}>${content}</${name}>`
    })
    return elementMarkup('tr', inner.join(''))
  })
  return elementMarkup('table', written.join(''))
}

/** The words of markup that this project wrote, with XML's escapes in them. */
export function wordsOf(markup: string): string {
  return markup.replace(/<[^>]*>/gu, '').trim()
}
