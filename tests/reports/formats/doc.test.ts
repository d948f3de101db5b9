import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { openCompound } from '../../../src/reports/formats/compoundStorage.ts'
import { readDoc } from '../../../src/reports/formats/doc.ts'
import { rowsByEdges } from '../../../src/reports/formats/edgedTable.ts'
import { openWord, type WordBinary } from '../../../src/reports/formats/wordBinary.ts'
import { sprm } from '../../../src/reports/formats/wordSprms.ts'
import { storyMarkup } from '../../../src/reports/formats/wordStory.ts'
import { compound } from '../../fixtures/mail.ts'
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

/** A document of one piece. @param groups the properties of stretches of characters */
function wordOf(text: string, groups: readonly { from: number; to: number; group: number[] }[] = []): WordBinary {
  const stories = { main: text.length, footnotes: 0, headers: 0, macros: 0, comments: 0, endnotes: 0, textBoxes: 0 }
  const characters = groups.map(({ from, to, group }) => ({ from, to, style: 0, group: Buffer.from(group) }))
  const piece = { text, start: 0, place: 0, characterBytes: 1 } as const
  return { text, pieceAt: () => piece, stories, styles: [], paragraphs: [], characters, data: Buffer.alloc(0) }
}
const markupOf = (...args: Parameters<typeof wordOf>) => storyMarkup(wordOf(...args), 0, args[0].length)

test('fields show their results, and a field without an end hides nothing behind it', () => {
  const [start, middle, end] = ['\x13', '\x14', '\x15']
  for (const [text, shown] of [
    [`a${start} PAGE ${middle}7${end}b`, 'a7b'],
    [`a${start} IF ${start} X ${middle}1${end} = 1 ${middle}yes${end}b`, 'ayesb'],
    [`a${start}b`, 'ab'],
    [`a${start} LINK ${middle}b`, 'ab'],
    [`a${start}b${start} PAGE ${middle}7${end}c`, 'ab7c'],
    [`a${end}b${middle}c`, 'abc'],
  ] as const)
    assert.equal(markupOf(text).markup, `<p>${shown}</p>`)
})

test('an embedded equation leaves a sign in its place, and is counted', () => {
  const field = (program: string) => `\x13 EMBED ${program} \x14\x01\x15`
  const { markup, unread } = markupOf(`取${field('Equation.DSMT4')}为准${field('Excel.Sheet.8')}`)
  assert.equal(markup, '<p>取<sup></sup>［公式］<sup></sup>为准</p>')
  assert.equal(unread, 1)
  assert.equal(markupOf('第\x13 eq \\o\\ac(○,1)\x15条').markup, '<p>第<sup></sup>［公式］<sup></sup>条</p>')
})

test('each way to hide words is turned off for itself', () => {
  const turn = (property: number, isOn: boolean) => [property & 0xff, property >> 8, Number(isOn)]
  const [hidden, struck, twice, deleted] = [sprm.isHidden, sprm.isStruck, sprm.isStruckTwice, sprm.isDeleted]
  const groups = [
    [...turn(hidden, true), ...turn(struck, false)],
    [...turn(hidden, true), ...turn(hidden, false)],
    turn(twice, true),
    turn(deleted, true),
    turn(struck, false),
  ]
  const runs = groups.map((group, i) => ({ from: i, to: i + 1, group }))
  assert.equal(markupOf('abcde', runs).markup, '<p>be</p>')
})

test('a page of properties that is listed many times is read once', async () => {
  const storage = openCompound('a.doc', await bytesOf('notes'))
  const [document, table] = ['WordDocument', '1Table'].map((name) => Buffer.from(storage.stream(name)!))
  const whole = openWord(storage, 1e6)
  const count = 5000
  const [at, bytes] = [document!.readUInt32LE(0xfa), document!.readUInt32LE(0xfe)]
  const page = table!.readUInt32LE(at + bytes - 4)
  const list = Buffer.alloc(4 * (count + 1) + 4 * count)
  for (let i = 0; i < count; i++) list.writeUInt32LE(page, 4 * (count + 1) + 4 * i)
  document!.writeUInt32LE(table!.length, 0xfa)
  document!.writeUInt32LE(list.length, 0xfe)
  const streams = { WordDocument: document!, '1Table': Buffer.concat([table!, list]) }
  const listed = openWord(openCompound('a.doc', compound(streams)), 1e6)
  assert.ok(typeof whole === 'object' && typeof listed === 'object')
  assert.ok(listed.characters.length <= whole.characters.length && listed.characters.length > 0)
})

test('a cell may be merged over thousands of rows', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({
    isHead: false,
    cells: [
      { content: i === 0 ? 'a' : '', edges: [0, 1000] as const, merged: i === 0 ? ('first' as const) : 'below' },
      { content: 'b', edges: [1000, 2000 + 200 * i] as const, merged: 'none' as const },
    ],
  }))
  const [first, second] = rowsByEdges(rows as Parameters<typeof rowsByEdges>[0])
  assert.deepEqual(
    first!.cells.map(({ rows }) => rows),
    [20_000, 1],
  )
  assert.equal(second!.cells.length, 1)
})
