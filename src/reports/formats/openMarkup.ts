import { maxTextCharacters } from '../manuscript.ts'
import { type CellMarkup, elementMarkup, headedByFirst, type RowMarkup, tableMarkup, wordsOf } from './markup.ts'
import { type OpenStyle, type OpenStyles, styleKey } from './openStyles.ts'
import { attributeOf, charactersOf, childOf, descendantsOf, elementsOf, escaped, type XmlElement } from './wordXml.ts'

/** A paragraph or a table of OpenDocument, as HTML; a paragraph without its own tag. */
export interface OpenBlock {
  readonly kind: 'paragraph' | 'table'
  readonly markup: string
  /** The name of a paragraph's element: a heading, an item of a list or a plain paragraph. */
  readonly tag: string
}

/** The elements whose words are no text of the document: changes, comments, forms, speakers' notes, lists of its headings. */
const leftOut = new Set(
  `text:tracked-changes text:table-of-content text:illustration-index text:table-index text:object-index text:user-index
  text:alphabetical-index text:sequence-decls text:variable-decls text:user-field-decls text:hidden-text text:page-number
  text:page-count text:ruby-text text:meta-field-placeholder office:annotation office:annotation-end office:forms
  presentation:notes draw:image draw:page-thumbnail draw:glue-point`.split(/\s+/u),
)
const maxSpan = 256
/** A row or a cell that comes again is written this many times at most. */
const maxRepeats = 200
/** The bounds of a row, and of all tables and objects with what is repeated in them. */
const limits = { columns: 16_384, cells: 200_000, characters: maxTextCharacters } as const

/** Reads the content of OpenDocument files, text and slides alike, as HTML. */
export class OpenMarkup {
  /** The foot- and endnotes that were met, in order. */
  readonly notes: OpenBlock[] = []
  readonly #styles: OpenStyles
  readonly #objects: ReadonlyMap<string, XmlElement>
  #cells = 0
  #characters = 0
  /** The blocks of frames inside the paragraph that is being read, which come behind it. */
  #anchored: OpenBlock[] = []

  /** @param objects the topmost elements of embedded charts and equations, by the names of their folders */
  constructor(styles: OpenStyles, objects: ReadonlyMap<string, XmlElement>) {
    this.#styles = styles
    this.#objects = objects
  }

  /** The blocks inside an element that hold words. */
  blocks(parent: XmlElement, isItem = false): OpenBlock[] {
    return elementsOf(parent).flatMap((child) => this.#blocksOf(child, isItem))
  }

  /** The words of paragraphs, one behind the other, as those of a title. */
  title(parent: XmlElement): string {
    const paragraphs = this.blocks(parent).filter(({ kind }) => kind === 'paragraph')
    return paragraphs.map(({ markup }) => markup.replaceAll('<br>', '\n')).join('\n')
  }

  /** The size of the largest words inside a shape in points, as far as styles state it; 0 where none do. */
  sizeIn(shape: XmlElement): number {
    const own = ['graphic', 'presentation'].flatMap((family) =>
      ['draw:style-name', 'presentation:style-name'].map((name) => this.#style(family, attributeOf(shape, name)).size),
    )
    const inside = [
      ...descendantsOf(shape, 'text:p').flatMap((paragraph) => [
        this.#style('paragraph', attributeOf(paragraph, 'text:style-name')).size,
        ...descendantsOf(paragraph, 'text:span').map(
          (span) => this.#style('text', attributeOf(span, 'text:style-name')).size,
        ),
      ]),
    ]
    const stated = inside.some((size) => size !== undefined) ? inside : own
    return stated.reduce<number>((most, size) => Math.max(most, size ?? 0), 0)
  }

  #style(family: string, name: string | undefined): OpenStyle {
    return (name !== undefined && this.#styles.get(styleKey(family, name))) || {}
  }

  #blocksOf(element: XmlElement, isItem: boolean): OpenBlock[] {
    switch (element.name) {
      case 'text:p':
      case 'text:h':
        return this.#paragraph(element, isItem)
      case 'text:list-item':
      case 'text:list-header':
        return this.blocks(element, true)
      case 'text:section':
        return isHiddenSection(element) ? [] : this.blocks(element, isItem)
      case 'table:table':
        return this.#table(element)
      case 'draw:object':
        return this.#object(element)
      default:
        return leftOut.has(element.name) ? [] : this.blocks(element, isItem)
    }
  }

  #paragraph(element: XmlElement, isItem: boolean): OpenBlock[] {
    const style = this.#style('paragraph', attributeOf(element, 'text:style-name'))
    const around = this.#anchored
    this.#anchored = []
    const markup = this.#inline(element, style)
    const anchored = this.#anchored
    this.#anchored = around
    if (wordsOf(markup) === '' && !markup.includes('<math>')) return anchored
    const stated = Number.parseInt(attributeOf(element, 'outline-level') ?? '1', 10) || 1
    const level = Math.min(6, element.name === 'text:h' ? stated : (style.level ?? 0))
    const tag = level > 0 ? `h${level}` : isItem ? 'li' : 'p'
    return [{ kind: 'paragraph', markup, tag }, ...anchored]
  }

  #inline(parent: XmlElement, style: OpenStyle): string {
    return parent.children
      .map((child) => {
        if (typeof child !== 'string') return this.#inlineElement(child, style)
        return style.isHidden || style.isStruck ? '' : escaped(charactersOf(child))
      })
      .join('')
  }

  #inlineElement(element: XmlElement, style: OpenStyle): string {
    switch (element.name) {
      case 'text:span': {
        const { height, ...own } = this.#style('text', attributeOf(element, 'text:style-name'))
        const words = this.#inline(element, { ...style, ...own })
        return height === 'raised'
          ? elementMarkup('sup', words)
          : height === 'lowered'
            ? elementMarkup('sub', words)
            : words
      }
      case 'text:s':
      case 'text:tab':
        return ' '
      case 'text:line-break':
        return '<br>'
      case 'text:note':
        this.notes.push(...this.blocks(childOf(element, 'text:note-body') ?? element, true))
        return ''
      case 'text:hidden-paragraph':
        return ''
      case 'draw:frame': {
        const equation = this.#equationIn(childOf(element, 'draw:object'))
        if (equation !== '') return equation
        this.#anchored.push(...this.blocks(element))
        return ''
      }
      default:
        if (element.name.startsWith('draw:') && element.name !== 'draw:a') {
          this.#anchored.push(...this.blocks(element))
          return ''
        }
        return leftOut.has(element.name) ? '' : this.#inline(element, style)
    }
  }

  #table(table: XmlElement): OpenBlock[] {
    const read = this.#rows(table, false)
    const rows = attributeOf(table, 'use-first-row-styles') === 'true' ? headedByFirst(read) : read
    return rows.some(({ cells }) => cells.some(({ content }) => content !== ''))
      ? [{ kind: 'table', markup: tableMarkup(rows), tag: 'table' }]
      : []
  }

  #rows(parent: XmlElement, isHead: boolean): RowMarkup[] {
    return elementsOf(parent).flatMap((element): RowMarkup[] => {
      if (/^table:table-(?:header-rows|rows|row-group)$/u.test(element.name))
        return this.#rows(element, isHead || element.name === 'table:table-header-rows')
      if (element.name !== 'table:table-row' || isFolded(element)) return []
      const cells = this.#cellsOf(element)
      const isEmpty = cells.every(({ content }) => content === '')
      const repeats = isEmpty ? 1 : repeatsOf(element, 'number-rows-repeated')
      const characters = cells.reduce((sum, { content }) => sum + content.length, 0)
      this.#count(cells.length * repeats, characters * (repeats - 1))
      return Array.from({ length: repeats }, () => ({ cells, isHead }))
    })
  }

  #cellsOf(row: XmlElement): CellMarkup[] {
    const cells: CellMarkup[] = []
    for (const cell of elementsOf(row, 'table:table-cell')) {
      const blocks = this.blocks(cell)
      const content = blocks
        .map(({ kind, markup }) => (kind === 'table' ? markup : elementMarkup('p', markup)))
        .join('')
      const read = {
        content,
        columns: spanOf(cell, 'number-columns-spanned'),
        rows: spanOf(cell, 'number-rows-spanned'),
      }
      const repeats = repeatsOf(cell, 'number-columns-repeated')
      if (cells.length + repeats > limits.columns) throw new Error('too many columns')
      this.#count(0, content.length * repeats)
      for (let i = 0; i < repeats; i++) cells.push(read)
    }
    // Programs fill a row to the table's edge with empty cells.
    return cells.slice(0, cells.findLastIndex(({ content, columns, rows }) => content !== '' || columns * rows > 1) + 1)
  }

  /** Counts cells and characters before they are written. @throws Error beyond the limits */
  #count(cells: number, characters: number): void {
    this.#cells += cells
    this.#characters += characters
    if (this.#cells > limits.cells || this.#characters > limits.characters) throw new Error('too many cells')
  }

  /** The words of an embedded object: an equation, or a chart's title and data. */
  #object(element: XmlElement): OpenBlock[] {
    const equation = this.#equationIn(element)
    if (equation !== '') return [{ kind: 'paragraph', markup: equation, tag: 'p' }]
    const root = this.#objectAt(element)
    const [chart] = root ? descendantsOf(root, 'chart:chart') : []
    if (chart === undefined) return []
    const titles = ['chart:title', 'chart:subtitle'].flatMap((name) => elementsOf(chart, name))
    const blocks = titles.flatMap((title) => this.blocks(title))
    // An object may be shown in many places.
    this.#count(0, charactersIn(blocks))
    return [...blocks, ...elementsOf(chart, 'table:table').flatMap((table) => this.#table(table))]
  }

  #equationIn(object: XmlElement | undefined): string {
    const root = object && this.#objectAt(object)
    const markup = root?.name === 'math:math' ? mathMarkup(root) : ''
    this.#count(0, markup.length)
    return markup
  }

  #objectAt(object: XmlElement): XmlElement | undefined {
    const name = (attributeOf(object, 'href') ?? '').replace(/^\.\//u, '').replace(/\/$/u, '')
    return (
      this.#objects.get(name) ?? elementsOf(object).find((child) => /^(?:math:math|office:document)$/u.test(child.name))
    )
  }
}

function charactersIn(blocks: readonly OpenBlock[]): number {
  return blocks.reduce((sum, { markup }) => sum + markup.length, 0)
}

function isHiddenSection(section: XmlElement): boolean {
  const display = attributeOf(section, 'text:display')
  return display === 'none' || (display === 'condition' && attributeOf(section, 'is-hidden') === 'true')
}

/** Tells whether a table's row is folded away or filtered out. */
function isFolded(row: XmlElement): boolean {
  return /^(?:collapse|filter)$/u.test(attributeOf(row, 'visibility') ?? '')
}

function spanOf(cell: XmlElement, name: string): number {
  return Math.min(maxSpan, Math.max(1, Number.parseInt(attributeOf(cell, name) ?? '1', 10) || 1))
}

function repeatsOf(element: XmlElement, name: string): number {
  return Math.min(maxRepeats, Math.max(1, Number.parseInt(attributeOf(element, name) ?? '1', 10) || 1))
}

/** MathML as a web page holds it, without the attributes that say how it looks. */
function mathMarkup(element: XmlElement): string {
  const name = element.name.replace(/^.*:/u, '')
  if (!/^m[a-z]+$|^semantics$/u.test(name)) return ''
  const edges = ['open', 'close'].flatMap((edge) => {
    const value = attributeOf(element, edge)
    return value === undefined ? [] : [` ${edge}="${escaped(value).replaceAll('"', '&quot;')}"`]
  })
  const inner = element.children.map((child) =>
    typeof child === 'string' ? escaped(charactersOf(child)) : mathMarkup(child),
  )
  return `<${name}${edges.join('')}>${inner.join('')}</${name}>`
}
