import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { formatOf } from '../../../src/reports/formats/detection.ts'
import { formatCode } from '../../../src/reports/formats/readers.ts'
import { notesSign } from '../../../src/reports/formats/slides.ts'
import type { Manuscript } from '../../../src/reports/manuscript.ts'
import { pageAt } from '../../../src/reports/pages.ts'
import type { KnownBlock, KnownShape, KnownSlides, KnownText } from '../../fixtures/knownPackages.ts'
import { reading } from '../../fixtures/office.ts'

/** Presentations, texts and books that LibreOffice made of known content are read to the letter. */

const corpus = new URL('../../fixtures/corpus/packages/', import.meta.url)
const files = await readdir(corpus)

async function read(file: string): Promise<Manuscript> {
  const bytes = await readFile(new URL(file, corpus))
  const load = await formatCode[formatOf(file, bytes)].loadReader()
  return load(bytes, { ...reading, file })
}

/** A line with its page, 0 where there are none, and its heading level. */
type SeenLine = readonly [page: number, level: number, words: string]

function seen(manuscript: Manuscript): SeenLine[] {
  return manuscript.lines.map(({ range, level, content }) => [pageAt(manuscript, range[0]) ?? 0, level, content.text])
}

/** The lines of a table's rows, each cell behind the headings of its column. */
function tableLines(rows: readonly (readonly (string | null)[])[], headRows: number): string[] {
  const headings = rows[0]!.map((_, column) =>
    rows.slice(0, headRows).map((row) => row.slice(0, column + 1).findLast((cell) => cell !== null)),
  )
  return rows.slice(headRows).map(([label, ...cells]) => {
    const headed = cells.map((cell, i) => `${headings[i + 1]!.join(' ')} ${cell}`)
    return [label, ...headed].join('\n')
  })
}

function shapeLines({ paragraphs = [], rows, group = [] }: KnownShape): string[] {
  return [...paragraphs, ...(rows ? tableLines(rows, 1) : []), ...group.flatMap(shapeLines)]
}

function slideLines({ slides, hasCover }: KnownSlides): SeenLine[] {
  const first = slides.find(({ isHidden }) => !isHidden)
  return slides.flatMap((slide, i): SeenLine[] => {
    const { title, isHidden, shapes, notes = [] } = slide
    const level = hasCover && slide !== first ? 2 : 1
    const below = [...shapes.flatMap(shapeLines), ...notes.map((note) => `${notesSign}${note}`)]
    const own = [...(title ? [[level, title] as const] : []), ...below.map((words) => [0, words] as const)]
    return isHidden ? [] : own.map(([level, words]) => [i + 1, level, words])
  })
}

function blockLines({ level = 0, text, items = [], rows, headRows = 0, box }: KnownBlock): [number, string][] {
  const words = [...items, ...(rows ? tableLines(rows, Math.max(1, headRows)) : []), ...(box ? [box] : [])]
  const own: [number, string][] = text === undefined ? [] : [[level, text.replace('^2', '²')]]
  return [...own, ...words.map((line): [number, string] => [0, line])]
}

for (const source of files.filter((file) => /^slides-.*\.json$/u.test(file))) {
  test(`${source}: slides, their order, titles, tables and notes`, async () => {
    const known = JSON.parse(await readFile(new URL(source, corpus), 'utf8')) as KnownSlides
    for (const extension of known.extensions) {
      const file = source.replace('json', extension)
      const manuscript = await read(file)
      assert.deepEqual(seen(manuscript), slideLines(known), file)
      assert.equal(manuscript.pages.length, known.slides.length, file)
      const hidden = known.slides.flatMap(({ isHidden }, i) => (isHidden ? [i + 1] : []))
      const notes = hidden.length > 0 ? [`${hidden.length} hidden slides are left out (${hidden.join(', ')}).`] : []
      assert.deepEqual(
        manuscript.notes.map(({ en }) => en),
        notes,
        file,
      )
      if (known.hasCover) assert.deepEqual(manuscript.stated, { title: known.title }, file)
    }
  })
}

for (const source of files.filter((file) => /^(?:text|book)-.*\.json$/u.test(file))) {
  test(`${source}: headings, lists, tables and notes, without hidden and deleted words`, async () => {
    const known = JSON.parse(await readFile(new URL(source, corpus), 'utf8')) as KnownText
    const lines = known.blocks.flatMap(blockLines)
    const notes = known.blocks.flatMap(({ footnote }): [number, string][] => (footnote ? [[0, footnote]] : []))
    const isTitled = known.blocks.some(({ text }) => text === known.title)
    for (const extension of known.extensions) {
      const file = source.replace('json', extension)
      const manuscript = await read(file)
      const isBook = extension === 'epub'
      // LibreOffice writes the headings of a book as paragraphs. A book's title stands above its text.
      const expected = [...lines, ...notes].map(([level, words]): SeenLine => [0, isBook ? 0 : level, words])
      const title: SeenLine[] = isBook && !isTitled ? [[0, 1, known.title]] : []
      assert.deepEqual(seen(manuscript), [...title, ...expected], file)
      assert.deepEqual(manuscript.notes, [])
      const stated = {
        ...((isBook || isTitled) && { title: known.title }),
        ...(known.creator && { publisher: known.creator }),
      }
      assert.deepEqual(manuscript.stated, stated, file)
    }
  })
}

test('the corpus has sources of all kinds', () => {
  const count = (kind: string) => files.filter((file) => file.startsWith(`${kind}-`) && file.endsWith('.json')).length
  assert.ok(count('slides') >= 5 && count('text') >= 3 && count('book') >= 2)
})
