import { equationIn, type Tally } from './equations.ts'
import { type HtmlNode, isBlock, isShown, oneLine } from './htmlNode.ts'
import { type MarkedWords, marksOf, settleRaised, unmarked } from './raised.ts'
import { inOneLine, type Merge, writeTable } from './tableWriter.ts'
import type { ManuscriptWriter, Told } from './writer.ts'

const maxHeadingCharacters = 100
/** A table whose cells are longer lays out a page. */
const maxCellCharacters = 800
const maxSpan = 256

/**
 * Writes what can be seen of an HTML element, a line for each block and each line break: headings with their level,
 * items of lists as paragraphs of their own, tables row by row.
 * @param leaves whether to pass over an element that could be seen
 * @returns how many equations could not be read; a sign stands in their place
 */
export function writeBlocks(
  writer: ManuscriptWriter,
  root: HtmlNode,
  leaves: (element: HtmlNode) => boolean = () => false,
): number {
  let words = ''
  let isBlockStart = true
  const tally: Tally = { unread: 0 }
  const flush = (told: Told) => {
    const { words: line, hidden } = settleRaised(oneLine(words))
    words = ''
    if (line.trim() === '') return
    const isHeading = (told.level ?? 0) > 0 && line.length <= maxHeadingCharacters
    const indented = /^\s*\u3000{2}/u.test(line)
    writer.line(line, {
      ...(told.isRow ? { isRow: true } : isImprint(line) && { role: 'alone' }),
      ...(isHeading && { level: told.level! }),
      ...(isBlockStart && { continues: false }),
      indented,
      hidden,
    })
    isBlockStart = false
  }
  const walk = (node: HtmlNode, told: Told) => {
    if (node.nodeType === 3) {
      words += unmarked(node.nodeValue ?? '')
      return
    }
    if (!isShown(node) || leaves(node)) return
    const name = node.localName
    if (name === 'br') {
      flush(told)
      return
    }
    if (!isBlock(node)) {
      const [open, close] = marksAround(node)
      words += open
      if (name === 'math') words += equationIn(node, tally)
      else for (const child of node.childNodes) walk(child, told)
      words += close
      return
    }
    flush(told)
    isBlockStart = true
    if (name === 'table' && isData(node)) table(node)
    else if (name === 'pre') {
      for (const line of wordsOf(node, leaves, tally, (words) => words).split(/\r\n|[\r\n]/u)) {
        words = line
        flush(told)
      }
    } else {
      const level = /^h([1-6])$/u.exec(name)?.[1]
      const inner = level ? { level: Number(level) } : name === 'li' ? { isRow: true } : told
      for (const child of node.childNodes) walk(child, inner)
      flush(inner)
    }
    isBlockStart = true
  }
  const table = (element: HtmlNode) => {
    const { cells, merges, headRows, marked, caption } = readTableElement(element, (cell) =>
      wordsOf(cell, leaves, tally),
    )
    const { words: name, hidden } = settleRaised(caption)
    const context = name.trim() === '' ? [] : [writer.line(name, { isRow: true, hidden })]
    writeTable(writer, cells, merges, { context, marked, ...(headRows > 0 && { headRows }) })
  }
  walk(root, {})
  flush({})
  return tally.unread
}

/** The marks around raised and lowered words; nothing around others. */
function marksAround(node: HtmlNode): readonly [open: string, close: string] {
  const style = /vertical-align\s*:\s*(super|sub)\b/iu.exec(node.getAttribute('style') ?? '')?.[1]?.toLowerCase()
  if (node.localName === 'sup' || style === 'super') return marksOf('raised')
  return node.localName === 'sub' || style === 'sub' ? marksOf('lowered') : ['', '']
}

/** The words that can be seen of an element, in one line, note marks left out. */
export function shownWords(element: HtmlNode): string {
  const { words, hidden } = settleRaised(wordsOf(element, () => false, { unread: 0 }).replace(/\s*\n\s*/gu, ' '))
  return hidden.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), words).trim()
}

/** Whether a line, short and with a day in it, says when and by whom a page was issued; it heads nothing. */
function isImprint(line: string): boolean {
  return line.length <= 100 && /\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}/u.test(line) && !/[。！？；]/u.test(line)
}

/** Whether a table holds data; others only lay out a page and are read block by block. */
function isData(table: HtmlNode): boolean {
  const rows = [...table.querySelectorAll('tr')]
  const widths = rows.map((row) => cellsOf(row).length)
  if (rows.length < 2 || Math.max(...widths) < 2 || [...table.querySelectorAll('table')].length > 0) return false
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
  const width = Math.max(...cells.map((row) => row.length))
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

/** The words of an element with the marks of raised ones; its blocks and breaks are parted by line ends. */
function wordsOf(
  element: HtmlNode,
  leaves: (element: HtmlNode) => boolean,
  tally: Tally,
  spaced: (words: string) => string = oneLine,
): string {
  let words = ''
  const walk = (node: HtmlNode) => {
    if (node.nodeType === 3) words += spaced(unmarked(node.nodeValue ?? ''))
    if (node.nodeType === 3 || !isShown(node) || leaves(node)) return
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
