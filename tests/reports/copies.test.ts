import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lookThrough } from '../../src/reports/folder.ts'

const words = '镇里修好了三座百年老桥。'

async function look(context: TestContext, files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-copies-'))
  context.after(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  const found = await lookThrough(folder)
  return { ...found, named: found.files.map(({ file, copies = [] }) => [file, ...copies]) }
}

test('copies are one report, by the name that copying did not make longer', async (context) => {
  const { named, files, faults, notes } = await look(context, {
    '公报 - 副本.txt': words,
    '公报.sync-conflict-20231001-101010-ABCDEFG.txt': words,
    '公报.txt': words,
    '旧/公报.txt': words,
    '年报.txt': `${words}又修一座。`,
  })
  assert.deepEqual(named, [
    ['公报.txt', '公报 - 副本.txt', '公报.sync-conflict-20231001-101010-ABCDEFG.txt', '旧/公报.txt'],
    ['年报.txt'],
  ])
  assert.equal(files[0]!.id, '公报')
  assert.equal(faults.size, 0)
  assert.match(notes[0]!.zh, /^有 3 个文件.*公报 - 副本\.txt = 公报\.txt/u)
  assert.match(notes[0]!.en, /\(3\): 公报 - 副本\.txt = 公报\.txt/u)
})

test('what a sidecar states holds for copies without one; where two state different things there are two reports', async (context) => {
  const one = await look(context, {
    'a.txt': words,
    'copy of a.txt': words,
    'copy of a.txt.meta.json': '{"title":"桥"}',
  })
  assert.deepEqual(one.named, [['copy of a.txt', 'a.txt']])
  assert.equal(one.files[0]!.stated.title, '桥')
  const two = await look(context, {
    'a.txt': words,
    'b.txt': words,
    'b.txt.meta.json': '{"title":"桥"}',
    'c.txt': words,
    'c.txt.meta.json': '{"title":"路"}',
  })
  assert.deepEqual(two.named, [['b.txt', 'a.txt'], ['c.txt']])
})

test('empty files, and files that are read in different ways, are no copies of each other', async (context) => {
  const { named, notes } = await look(context, { 'a.txt': '', 'b.txt': '', 'c.md': words, 'c.txt': words })
  assert.deepEqual([named, notes], [[['a.txt'], ['b.txt'], ['c.md'], ['c.txt']], []])
})

test('many copies make one note', async (context) => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`公报 (${i}).txt`, words]))
  const { named, notes } = await look(context, { ...files, '公报.txt': words })
  assert.deepEqual([named.length, notes.length], [1, 1])
  assert.match(notes[0]!.en, /\(30\): [^…]* …\.$/u)
})
