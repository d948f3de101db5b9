import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocx } from '../../src/reports/formats/docx.ts'
import { readHtml } from '../../src/reports/formats/html.ts'
import { readPdf } from '../../src/reports/formats/pdf.ts'
import { readText } from '../../src/reports/formats/text.ts'
import { understand } from '../../src/reports/loadReport.ts'
import { coverOf, makeNames } from '../fixtures/coverMakes.ts'
import type { Cover, Stated } from '../fixtures/covers.ts'
import { reading } from '../fixtures/office.ts'

const readers = { pdf: readPdf, docx: readDocx, html: readHtml, text: readText }
const firstSeed = 501
const seeds = 6
const least = 0.95

async function understood(cover: Cover): Promise<Stated> {
  const manuscript = await readers[cover.format as keyof typeof readers](cover.bytes, reading)
  return understand(manuscript, { file: reading.file, id: '', format: cover.format, stated: {} }).metadata
}

test('covers of eight makes state their titles, publishers, dates and periods', async (context) => {
  const told = { title: [0, 0], publisher: [0, 0], date: [0, 0], period: [0, 0] }
  const wrong: string[] = []
  for (const make of makeNames) {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const cover = await coverOf(make, seed)
      const found = await understood(cover)
      for (const statement of ['title', 'publisher', 'date', 'period'] as const) {
        const expected = cover.stated[statement]
        if (expected === undefined) continue
        told[statement][1]!++
        if (found[statement] === expected) told[statement][0]!++
        else wrong.push(`${make} ${seed} ${cover.format}: ${statement} ${found[statement]}, printed ${expected}`)
      }
    }
  }
  for (const line of wrong) context.diagnostic(line)
  for (const [statement, [right, all]] of Object.entries(told)) context.diagnostic(`${statement}: ${right} of ${all}`)
  const [right, all] = told.title as [number, number]
  assert.ok(right >= least * all, `${right} of ${all} titles`)
})
