import { equationSign } from './equations.ts'
import { type CellMarkup, elementMarkup, equationMarkup, headedByFirst, tableMarkup, wordsOf } from './markup.ts'
import type { SlideBlock } from './slides.ts'
import { linearEquation } from './wordEquations.ts'
import { attributeOf, childOf, descendantsOf, elementsOf, escaped, textOf, type XmlElement } from './wordXml.ts'

/** Reads the text of DrawingML, in which Office writes the words of slides, diagrams and charts. */

/** Counts that are made while slides are read. */
export interface SlideTally {
  /** Equations that could not be read. */
  unread: number
  /** The numbers of slides that could not be read. */
  readonly damaged: number[]
}

/** The size in points of words whose size only the slide's master states. */
const usualSize = 18
/** Fields that number or date the slide, which are page furniture. */
const furnitureField = /^(?:slidenum|datetime)/u
const maxSpan = 256

/** The paragraphs of a body of text (`a:txBody`, `p:txBody`) that hold words. */
export function paragraphsIn(body: XmlElement | undefined, tally: SlideTally): SlideBlock[] {
  return elementsOf(body ?? noElement, 'a:p').flatMap((paragraph) => {
    const markup = inlineMarkup(paragraph, tally, '<br>')
    return wordsOf(markup) !== '' ? [{ kind: 'paragraph' as const, markup }] : []
  })
}

/** The words of a title, whose lines are one. */
export function titleMarkup(body: XmlElement | undefined, tally: SlideTally): string {
  const lines = elementsOf(body ?? noElement, 'a:p').map((paragraph) => inlineMarkup(paragraph, tally, '\n').trim())
  return lines.filter((line) => line !== '').join('\n')
}

/** The size of the largest words of a body of text in points, as far as its runs and its own list style state it. */
export function sizeOf(body: XmlElement | undefined): number {
  const sizes = ['a:rPr', 'a:defRPr'].flatMap((name) =>
    descendantsOf(body ?? noElement, name).map((properties) => Number(attributeOf(properties, 'sz') ?? 0) / 100),
  )
  return Math.max(0, ...sizes.slice(0, 1000)) || usualSize
}

/** A table with its spans. */
export function drawingTable(table: XmlElement, tally: SlideTally): string {
  const isHeadSet = /^(?:1|true)$/u.test(attributeOf(childOf(table, 'a:tblPr'), 'firstRow') ?? '')
  const rows = elementsOf(table, 'a:tr').map((row) => ({ cells: cellsOf(row, tally), isHead: false }))
  return tableMarkup(isHeadSet ? headedByFirst(rows) : rows)
}

function cellsOf(row: XmlElement, tally: SlideTally): CellMarkup[] {
  return elementsOf(row, 'a:tc').flatMap((cell): CellMarkup[] => {
    if (['hMerge', 'vMerge'].some((name) => /^(?:1|true)$/u.test(attributeOf(cell, name) ?? ''))) return []
    const paragraphs = paragraphsIn(childOf(cell, 'a:txBody'), tally)
    const content = paragraphs.map(({ markup }) => elementMarkup('p', markup)).join('')
    return [{ content, columns: spanOf(cell, 'gridSpan'), rows: spanOf(cell, 'rowSpan') }]
  })
}

/** The children of an element; of alternatives those that a program of today shows. */
export function shownChildren(element: XmlElement): XmlElement[] {
  return elementsOf(element).flatMap((child) => {
    if (child.name !== 'mc:AlternateContent') return [child]
    const chosen = childOf(child, 'mc:Choice') ?? childOf(child, 'mc:Fallback')
    return chosen ? shownChildren(chosen) : []
  })
}

const noElement: XmlElement = { name: '', open: '', close: '', children: [] }

function spanOf(cell: XmlElement, name: string): number {
  const span = Number(attributeOf(cell, name) ?? 1)
  return span > 1 ? Math.min(span, maxSpan) : 1
}

/** @param lineBreak the markup of a line's end inside the paragraph */
function inlineMarkup(paragraph: XmlElement, tally: SlideTally, lineBreak: string): string {
  const parts = shownChildren(paragraph).map((child) => {
    if (child.name === 'a:br') return lineBreak
    if (child.name === 'a:fld' && furnitureField.test(attributeOf(child, 'type') ?? '')) return ''
    if (child.name === 'a:r' || child.name === 'a:fld') return runMarkup(child)
    const equations = child.name === 'm:oMath' ? [child] : descendantsOf(child, 'm:oMath')
    return equations.map((equation) => drawnEquation(equation, tally)).join('')
  })
  return parts.join('')
}

function runMarkup(run: XmlElement): string {
  const properties = childOf(run, 'a:rPr')
  if (!/^(?:noStrike)?$/u.test(attributeOf(properties, 'strike') ?? '')) return ''
  const words = escaped(elementsOf(run, 'a:t').map(textOf).join('').replaceAll('\v', '\n'))
  const height = Number.parseInt(attributeOf(properties, 'baseline') ?? '0', 10)
  return height > 0 ? elementMarkup('sup', words) : height < 0 ? elementMarkup('sub', words) : words
}

function drawnEquation(equation: XmlElement, tally: SlideTally): string {
  const words = linearEquation(equation)
  if (words === null) tally.unread++
  return equationMarkup(words ?? equationSign)
}
