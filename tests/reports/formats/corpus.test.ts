import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { test } from 'node:test'
import { formatOf } from '../../../src/reports/formats/detection.ts'
import { isReadable } from '../../../src/reports/formats/fileNames.ts'
import { formatCode } from '../../../src/reports/formats/readers.ts'
import { writeTable } from '../../../src/reports/formats/tableWriter.ts'
import { ManuscriptWriter } from '../../../src/reports/formats/writer.ts'
import type { Manuscript } from '../../../src/reports/manuscript.ts'
import { reading } from '../../fixtures/office.ts'

/**
 * Files that LibreOffice wrote, each beside the source that it was made from (`scripts/office-fixtures.ts`). A file
 * `SOURCE.EXT` that is put beside `SOURCE.json` is read here, too.
 */
const corpus = new URL('../../fixtures/corpus/', import.meta.url)

type Cells = readonly (readonly (string | number)[])[]

interface Source {
  readonly title?: string
  readonly author?: string
  readonly blocks?: readonly {
    readonly heading?: string
    readonly level?: number
    readonly paragraph?: string
    readonly footnote?: string
    readonly items?: readonly string[]
    readonly table?: Cells
  }[]
  readonly sheets?: readonly { readonly name: string; readonly rows: Cells }[]
}

/** The parts of a manuscript that are compared: the canonical text, the headings with their levels, and the rows of tables with their headings. */
interface Content {
  readonly text: string
  readonly headings: readonly (readonly [level: number, words: string])[]
  readonly rows: readonly string[]
}

const files = await readdir(corpus)
for (const name of files.filter(isReadable).sort()) {
  test(`${name} says what its source says`, async () => {
    const [bytes, json] = await Promise.all([
      readFile(new URL(name, corpus)),
      readFile(new URL(name.replace(/\.[^.]+$/u, '.json'), corpus), 'utf8'),
    ])
    const read = await formatCode[formatOf(name, bytes)].loadReader()
    const manuscript = await read(bytes, { ...reading, file: name })
    const source = JSON.parse(json) as Source
    assert.deepEqual(contentOf(manuscript), expected(source))
    if (source.blocks) assert.equal(manuscript.stated.title, source.title)
  })
}

test('the corpus holds the formats of an office', () => {
  const extensions = files.map((name) => extname(name))
  for (const extension of '.docx .docm .dotx .doc .dot .rtf .odt .xlsx .xlsm .xlsb .xls .xlt .xltx .ods'.split(' '))
    assert.ok(extensions.includes(extension), extension)
})

function contentOf({ text, lines }: Pick<Manuscript, 'text' | 'lines'>): Content {
  return {
    text,
    headings: lines.filter(({ level }) => level > 0).map(({ level, content }) => [level, content.text]),
    rows: lines.flatMap(({ isRow, content }) => (isRow && content.text.includes('\n') ? [content.text] : [])),
  }
}

/** The content that a source has when it is written by hand, with notes at the end. */
function expected({ blocks = [], sheets = [] }: Source): Content {
  const writer = new ManuscriptWriter()
  for (const { heading, level, paragraph, items = [], table } of blocks) {
    if (heading !== undefined) writer.line(heading, { level: level! })
    if (paragraph !== undefined) writer.line(paragraph)
    for (const item of items) writer.line(item)
    if (table !== undefined) writeTable(writer, ...tableOf(table))
  }
  for (const { footnote } of blocks) if (footnote !== undefined) writer.line(footnote)
  for (const { name, rows } of sheets) {
    writer.line(name, { level: 1 })
    // A cell over all columns of a sheet names its table.
    const [first, ...body] = rows
    const isTitle = first!.slice(1).every((cell) => cell === '<')
    if (isTitle) writer.line(String(first![0]), { level: 2 })
    writeTable(writer, ...tableOf(isTitle ? body : rows), { level: isTitle ? 3 : 2 })
  }
  return contentOf(writer)
}

/** The words of cells and the cells that are merged: `<` continues the cell at its left, `^` the one above. */
function tableOf(cells: Cells) {
  const isMark = (cell: unknown) => cell === '<' || cell === '^'
  const spanOf = (following: readonly unknown[], mark: string) => {
    const end = following.findIndex((cell) => cell !== mark)
    return 1 + (end < 0 ? following.length : end)
  }
  const merges = cells.flatMap((row, r) =>
    row.flatMap((cell, c) => {
      if (isMark(cell)) return []
      const width = spanOf(row.slice(c + 1), '<')
      const below = cells.slice(r + 1).map((row) => row[c])
      const height = spanOf(below, '^')
      if (width * height === 1) return []
      return [{ rows: [r, r + height] as const, columns: [c, c + width] as const }]
    }),
  )
  return [cells.map((row) => row.map((cell) => (isMark(cell) ? '' : String(cell)))), merges] as const
}
