import { type EdgedCell, type EdgedRow, rowsByEdges } from './edgedTable.ts'
import { elementMarkup, tableMarkup } from './markup.ts'

const maxHeadingLevel = 6

/** The properties of a paragraph that a word processor's format tells. */
export interface ParagraphLook {
  /** The heading level, from 1; 0 for running text. */
  readonly level: number
  readonly isListItem: boolean
}

/** The edges and merged cells that a format states for a row. */
export interface RowLook {
  /** The edges of the cells from left to right, one more than there are cells; empty where they are unknown. */
  readonly edges: readonly number[]
  /** The merging of each cell downwards; a cell without an entry is not merged. */
  readonly merged: readonly EdgedCell['merged'][]
  /** True for each cell that goes on with the one at its left. */
  readonly continues: readonly boolean[]
  readonly isHead: boolean
}

/** Collects the paragraphs, cells and rows of a word processor's document, in their order, as markup. */
export class FlowMarkup {
  readonly #blocks: string[] = []
  #rows: EdgedRow[] = []
  #cells: string[] = []
  #cell = ''

  /** The markup of all that was added. */
  get markup(): string {
    this.#endTable()
    return this.#blocks.join('')
  }

  /** Adds a paragraph outside tables. */
  paragraph(content: string, { level, isListItem }: ParagraphLook): void {
    this.#endTable()
    if (content === '') return
    const isHeading = level > 0 && level <= maxHeadingLevel
    this.#blocks.push(elementMarkup(isHeading ? `h${level}` : isListItem ? 'li' : 'p', content))
  }

  /** Adds a paragraph to the open cell. */
  cellParagraph(content: string): void {
    if (content !== '') this.#cell += elementMarkup('p', content)
  }

  /** Ends the open cell. */
  endCell(): void {
    this.#cells.push(this.#cell)
    this.#cell = ''
  }

  /** Ends the open row. */
  endRow({ edges, merged, continues, isHead }: RowLook): void {
    if (this.#cell !== '') this.endCell()
    const isKnown = edges.length > this.#cells.length
    const cells: EdgedCell[] = []
    for (const [i, content] of this.#cells.entries()) {
      const own: EdgedCell['edges'] = isKnown ? [edges[i]!, edges[i + 1]!] : null
      const before = continues[i] ? cells.pop() : undefined
      if (before === undefined) cells.push({ content, edges: own, merged: merged[i] ?? 'none' })
      else {
        const joined: EdgedCell['edges'] = before.edges && own ? [before.edges[0], own[1]] : null
        cells.push({ ...before, content: before.content + content, edges: joined })
      }
    }
    if (cells.length > 0) this.#rows.push({ cells, isHead })
    this.#cells = []
  }

  #endTable(): void {
    if (this.#cells.length > 0 || this.#cell !== '')
      this.endRow({ edges: [], merged: [], continues: [], isHead: false })
    if (this.#rows.length === 0) return
    this.#blocks.push(tableMarkup(rowsByEdges(this.#rows)))
    this.#rows = []
  }
}
