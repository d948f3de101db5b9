import { folded } from '../head/folding.ts'
import { awaitsValue, isValue, statedIn } from '../head/statements.ts'
import { dateOf } from '../issueDate.ts'
import type { Metadata } from '../manuscript.ts'
import { publisherOf } from '../publisher.ts'
import { type HtmlNode, isBlock, isShown, oneLine } from './htmlNode.ts'

/**
 * The regulations on open government information have sites set an index block above a document, outside its main text: labels
 * (`索引号`, `发布机构`, `成文日期`, `名称`) with their values, in a table, a list or lines.
 */

/** Fewer labels may be words of a text or of a search form. */
const minStatements = 3
const maxLines = 4000

/** The statements of a page's index block; empty where the page has none. */
export function catalogueIn(root: HtmlNode): Partial<Metadata> {
  const lines = linesOf(root).slice(0, maxLines)
  const labelled: string[] = []
  for (const [i, line] of lines.entries()) {
    if (statedIn(line).length === 0) continue
    const value = lines[i + 1]
    const isPair = awaitsValue(line) && value !== undefined && isValue(value)
    labelled.push(isPair ? `${line.replace(/\s*:?$/u, '')}:${value}` : line)
  }
  const stated = labelled.flatMap((line) => statedIn(line)).filter(({ value }) => value !== '')
  if (new Set(stated.map(({ statement }) => statement)).size < minStatements) return {}
  const ends = { all: labelled, head: labelled, cover: [], tail: [], near: [] }
  const title = stated.find(({ statement }) => statement === 'title')?.value
  const publisher = publisherOf(ends)
  const date = dateOf(ends)
  return { ...(title && { title }), ...(publisher && { publisher }), ...(date && { date }) }
}

/** The folded words of a page, a line for each block and line break. */
function linesOf(root: HtmlNode): string[] {
  const lines: string[] = []
  let words = ''
  const flush = () => {
    const line = folded(oneLine(words))
    if (line !== '') lines.push(line)
    words = ''
  }
  const walk = (node: HtmlNode) => {
    if (node.nodeType === 3) words += node.nodeValue ?? ''
    if (node.nodeType !== 1 || !isShown(node)) return
    const isApart = isBlock(node) || node.localName === 'br'
    if (isApart) flush()
    for (const child of node.childNodes) walk(child)
    if (isApart) flush()
  }
  walk(root)
  flush()
  return lines
}
