import { bare } from '../../text/normalize.ts'
import { equationIn, type Tally } from './equations.ts'
import { type HtmlNode, isBlock, isShown, oneLine } from './htmlNode.ts'
import { isBackLink, isNoteLink } from './noteLinks.ts'
import { type MarkedWords, marksOf, settleRaised, unmarked } from './raisedWords.ts'
import { inOneLine, type Merge, writeTable } from './tableWriter.ts'
import type { LineHints, ManuscriptWriter } from './writer.ts'

const maxHeadingCharacters = 100
/** A table with longer cells lays out a page. */
const maxCellCharacters = 800
const maxSpan = 256

/**
 * Writes the visible words of an HTML element, a line for each block and each line break: headings with their level,
 * items of lists as paragraphs of their own, tables row by row.
 * @param isLeftOut tells whether a visible element is passed over
 * @returns the number of equations that could not be read, in whose place a sign stands
 */
export function writeBlocks(
  writer: ManuscriptWriter,
  root: HtmlNode,
  isLeftOut: (element: HtmlNode) => boolean = () => false,
): number {
  let words = ''
  let isBlockStart = true
  const tally: Tally = { unread: 0 }
  const flush = (hints: LineHints) => {
    const { words: line, hidden } = settleRaised(oneLine(words))
    words = ''
    if (line.trim() === '') return
    const isHeading = (hints.level ?? 0) > 0 && line.length <= maxHeadingCharacters
    const indented = /^\s*\u3000{2}/u.test(line)
    writer.line(line, {
      ...(hints.isRow ? { isRow: true } : isImprint(line) && { role: 'alone' }),
      ...(isHeading && { level: hints.level! }),
      ...(isBlockStart && { continues: false }),
      indented,
      hidden,
    })
    isBlockStart = false
  }
  const walk = (node: HtmlNode, hints: LineHints) => {
    if (node.nodeType === 3) {
      words += unmarked(node.nodeValue ?? '')
      return
    }
    if (!isShown(node) || isLeftOut(node) || isBackLink(node)) return
    const name = node.localName
    if (name === 'br') {
      flush(hints)
      return
    }
    if (!isBlock(node)) {
      const [open, close] = marksAround(node)
      words += open
      if (name === 'math') words += equationIn(node, tally)
      else for (const child of node.childNodes) walk(child, hints)
      words += close
      return
    }
    flush(hints)
    isBlockStart = true
    if (name === 'table' && isData(node)) table(node)
    else if (name === 'pre') {
      for (const line of markedWordsOf(node, isLeftOut, tally, (words) => words).split(/\r\n|[\r\n]/u)) {
        words = line
        flush(hints)
      }
    } else {
      const level = /^h([1-6])$/u.exec(name)?.[1]
      const inner = level ? { level: Number(level) } : name === 'li' ? { isRow: true } : hints
      for (const child of node.childNodes) walk(child, inner)
      flush(inner)
    }
    isBlockStart = true
  }
  const table = (element: HtmlNode) => {
    const { cells, merges, headRows, marked, caption } = readTableElement(element, (cell) =>
      markedWordsOf(cell, isLeftOut, tally),
    )
    const { words: name, hidden } = settleRaised(caption)
    const context = name.trim() === '' ? [] : [writer.line(name, { isRow: true, hidden })]
    writeTable(writer, cells, merges, { context, marked, ...(headRows > 0 && { headRows }) })
  }
  walk(root, {})
  flush({})
  return tally.unread
}

/** The marks around raised and lowered words; '' around others. */
function marksAround(node: HtmlNode): readonly [open: string, close: string] {
  const style = /vertical-align\s*:\s*(super|sub)\b/iu.exec(node.getAttribute('style') ?? '')?.[1]?.toLowerCase()
  if (node.localName === 'sup' || style === 'super' || isNoteLink(node)) return marksOf('raised')
  return node.localName === 'sub' || style === 'sub' ? marksOf('lowered') : ['', '']
}

/** The visible words of an element in one line, without note marks. */
export function shownWords(element: HtmlNode): string {
  const { words, hidden } = settleRaised(markedWordsOf(element, () => false, { unread: 0 }).replace(/\s*\n\s*/gu, ' '))
  return hidden.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), words).trim()
}

/** Tells whether the first words of an element say a headline, so that it need not be written above them. */
export function opensWith(element: HtmlNode, headline: string): boolean {
  return bare(shownWords(element))
    .slice(0, 200 + headline.length)
    .includes(bare(headline))
}

/** Tells whether a line is short and holds a day, as one that says when a page was issued; it heads nothing. */
function isImprint(line: string): boolean {
  return line.length <= 100 && /\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}/u.test(line) && !/[。！？；]/u.test(line)
}

/** Tells whether a table holds data; other tables only lay out a page and are read block by block. */
function isData(table: HtmlNode): boolean {
  const rows = [...table.querySelectorAll('tr')]
  const widths = rows.map((row) => cellsOf(row).length)
  if (rows.length < 2 || widths.every((width) => width < 2) || [...table.querySelectorAll('table')].length > 0)
    return false
  return [...table.querySelectorAll('td, th')].every((cell) => cell.textContent.length <= maxCellCharacters)
}

function cellsOf(row: HtmlNode): HtmlNode[] {
  return [...row.childNodes].filter((cell) => cell.localName === 'td' || cell.localName === 'th')
}

function readTableElement(table: HtmlNode, wordsIn: (cell: HtmlNode) => string) {
  const rows = [...table.querySelectorAll('tr')].filter((row) => isShown(row))
  const cells: (MarkedWords | string)[][] = rows.map(() => [])
  const merges: Merge[] = []
  let headRows = 0
  let isHead = true
  const marked = new Set<number>()
  for (const [r, row] of rows.entries()) {
    const own = cellsOf(row)
    const isMarked =
      own.length > 1 && (row.parentElement?.localName === 'thead' || own.every((cell) => cell.localName === 'th'))
    if (isMarked) marked.add(r)
    isHead &&= isMarked
    if (isHead) headRows = r + 1
    let column = 0
    for (const cell of own) {
      while (cells[r]![column] !== undefined) column++
      if (column >= maxSpan) break
      const width = Math.min(spanOf(cell, 'colspan'), maxSpan - column)
      const height = Math.min(spanOf(cell, 'rowspan'), rows.length - r)
      for (let y = r; y < r + height; y++) for (let x = column; x < column + width; x++) cells[y]![x] ??= ''
      cells[r]![column] = isShown(cell) ? settleRaised(inOneLine(wordsIn(cell))) : ''
      if (width * height > 1) merges.push({ rows: [r, r + height], columns: [column, column + width] })
      column += width
    }
  }
  const width = cells.reduce((widest, row) => Math.max(widest, row.length), 0)
  const caption = [...table.querySelectorAll('caption')][0]
  return {
    cells: cells.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? '')),
    merges,
    marked,
    headRows: headRows < rows.length ? headRows : 0,
    caption: caption ? wordsIn(caption).replaceAll('\n', ' ') : '',
  }
}

function spanOf(cell: HtmlNode, name: string): number {
  const span = Number.parseInt(cell.getAttribute(name) ?? '', 10)
  return span > 1 ? Math.min(span, maxSpan) : 1
}

/** The words of an element with marks around raised ones; line ends part its blocks and breaks. */
function markedWordsOf(
  element: HtmlNode,
  isLeftOut: (element: HtmlNode) => boolean,
  tally: Tally,
  spaced: (words: string) => string = oneLine,
): string {
  let words = ''
  const walk = (node: HtmlNode) => {
    if (node.nodeType === 3) words += spaced(unmarked(node.nodeValue ?? ''))
    if (node.nodeType === 3 || !isShown(node) || isLeftOut(node) || isBackLink(node)) return
    if (node.localName === 'br') words += '\n'
    else if (node.localName === 'math') words += equationIn(node, tally)
    else {
      const [open, close] = isBlock(node) ? ['', '\n'] : marksAround(node)
      words += open
      for (const child of node.childNodes) walk(child)
      words += close
    }
  }
  for (const child of element.childNodes) walk(child)
  return words
}
