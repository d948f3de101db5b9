import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { openCompound } from '../../../src/reports/formats/compoundStorage.ts'
import { readDoc } from '../../../src/reports/formats/doc.ts'
import { rowsByEdges } from '../../../src/reports/formats/edgedTable.ts'
import { reading } from '../../fixtures/office.ts'

const bytesOf = (name: string) => readFile(new URL(`../../fixtures/corpus/${name}.doc`, import.meta.url))

/** A document with one byte of its main stream changed. */
async function patched(at: number, change: (byte: number) => number): Promise<Buffer> {
  const bytes = await bytesOf('notes')
  const start = bytes.indexOf(Buffer.from([0xec, 0xa5]))
  assert.ok(start > 0 && start % 512 === 0)
  bytes[start + at] = change(bytes[start + at]!)
  return bytes
}

test('a document under a password, and one of a Word before 97, are refused with advice', async () => {
  await assert.rejects(readDoc(await patched(0x0b, (flags) => flags | 1), reading), /under a password/u)
  await assert.rejects(readDoc(await patched(0, () => 0xdc), reading), /Word 97 or later/u)
})

test('the properties state what the text bears out', async () => {
  const { stated } = await readDoc(await bytesOf('workReport'), reading)
  assert.deepEqual(stated, { title: '青石镇2023年工作报告', publisher: '青石镇办公室' })
})

test('a file cut off anywhere is read or refused as damaged', async () => {
  const bytes = await bytesOf('notes')
  assert.throws(() => openCompound('a.doc', bytes.subarray(0, 100)), /damaged/u)
  for (let share = 0.05; share < 1; share += 0.05) {
    await readDoc(bytes.subarray(0, Math.floor(bytes.length * share)), reading).catch((error: Error) =>
      assert.match(error.message, /damaged/u),
    )
  }
})

test('edges tell the columns that cells cover', () => {
  const cell = (content: string, left: number, right: number, merged: 'none' | 'first' | 'below' = 'none') => ({
    content,
    edges: [left, right] as const,
    merged,
  })
  const rows = rowsByEdges([
    { isHead: true, cells: [cell('a', 0, 1000, 'first'), cell('b', 1000, 3000)] },
    // Edges are seldom the same to the last twentieth of a point.
    { isHead: true, cells: [cell('', 0, 1015, 'below'), cell('c', 1015, 2000), cell('d', 2000, 2990)] },
    { isHead: false, cells: [cell('e', 1000, 2000), cell('f', 2000, 3000)] },
  ])
  assert.deepEqual(
    rows.map(({ cells }) => cells.map(({ content, columns, rows }) => [content, columns, rows])),
    [
      [
        ['a', 1, 2],
        ['b', 2, 1],
      ],
      [
        ['c', 1, 1],
        ['d', 1, 1],
      ],
      [
        ['', 1, 1],
        ['e', 1, 1],
        ['f', 1, 1],
      ],
    ],
  )
})
