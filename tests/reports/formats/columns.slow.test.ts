import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPdf } from '../../../src/reports/formats/pdf.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { restore } from '../../../src/reports/restore.ts'
import { type ColumnKind, type ColumnMake, columnPages } from '../../fixtures/columnPages.ts'

const closed = (text: string) => text.replaceAll(/\s/gu, '')

/** The length of the longest sequence that both lists hold in order. */
function commonInOrder(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0)
  for (const one of a) {
    const next: number[] = []
    for (const [j, other] of b.entries())
      next.push(one === other ? (row[j - 1] ?? 0) + 1 : Math.max(row[j]!, next[j - 1] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}

async function compared(make: ColumnMake) {
  const printed = await columnPages(make)
  // However busy the machine is.
  const limits = { ...defaultLimits, seconds: 600 }
  const { text, lines, pages } = await readPdf(printed.bytes, { file: 'a.pdf', limits })
  const paragraphs = restore(text, lines, pages).articles.flatMap((article) =>
    article.paragraphs.map((one) => one.text),
  )
  const rows = printed.rows.map((cells) => closed(cells.join('')))
  const whole = [...printed.paragraphs, ...printed.headings].map(closed)
  // A line holds the words of one column only, or those of one row of the table.
  const mixed = text
    .split(/[\n\f]/u)
    .map(closed)
    .filter((line) => ![...whole, ...rows].some((one) => one.includes(line)))
  const [head = [], ...body] = printed.rows
  const cells = body.flatMap(([label, ...values]) =>
    values.map((value, i) => [closed(label!), closed(head[i + 1]! + value)] as const),
  )
  const read = cells.filter(([label, cell]) =>
    paragraphs.some((one) => closed(one).startsWith(label) && one.split('\n').some((line) => closed(line) === cell)),
  )
  return {
    ordered: commonInOrder(printed.paragraphs.map(closed), paragraphs.map(closed)) / printed.paragraphs.length,
    mixed,
    cells: cells.length === 0 ? 1 : read.length / cells.length,
  }
}

const kinds: readonly ColumnKind[] = [
  'plain',
  'headings',
  'heading across',
  'ruled table across',
  'unruled table across',
  'table in a column',
  'unequal',
  'figure',
  'box',
  'half full',
]
const scripts = ['Chinese', 'Latin'] as const

for (const [k, kind] of kinds.entries()) {
  test(`columns are read one after the other, whatever the gutter: ${kind}`, async (context) => {
    for (const [i, gutter] of [0.8, 1, 1.5].entries()) {
      const script = scripts[(k + i) % 2]!
      const columns = kind === 'table in a column' || i % 2 === 1 ? 2 : 3
      const isJustified = (k + i) % 3 > 0
      const make: ColumnMake = { seed: 9000 + 10 * k + i, columns, gutter, kind, script, isJustified }
      const { ordered, mixed, cells } = await compared(make)
      const told = `${columns} columns, ${gutter} em, ${script}, ${isJustified ? 'justified' : 'ragged'}`
      context.diagnostic(
        `${told}: ${ordered.toFixed(3)} in order, ${mixed.length} mixed lines, ${cells.toFixed(3)} cells`,
      )
      assert.ok(ordered >= 0.9, `${told}: ${ordered}`)
      assert.deepEqual(mixed, [], told)
      assert.ok(cells >= 0.97, `${told}: ${cells}`)
    }
  })
}
