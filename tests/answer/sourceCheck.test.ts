import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sourceCheck } from '../../src/answer/sourceCheck.ts'
import { originalsIn } from '../../src/reports/originals.ts'

const words = '镇里修好了三座百年老桥。'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A folder with one report as it was indexed, a check of it, and how often it was read. */
async function indexed(context: TestContext) {
  const folder = await fs.mkdtemp(join(tmpdir(), 'wenju-sources-'))
  await fs.mkdir(join(folder, 'sub'))
  const path = join(folder, 'sub', 'a.txt')
  await fs.writeFile(path, words)
  await fs.utimes(path, 1000, 1000)
  const reads = context.mock.method(fs, 'readFile')
  syncBuiltinESMExports()
  context.after(async () => {
    context.mock.restoreAll()
    syncBuiltinESMExports()
    await fs.rm(folder, { recursive: true })
  })
  const originals = originalsIn(folder)
  /** A check as each index has one of its own. */
  const newCheck = () => sourceCheck(originals, new Map([['sub/a.txt', sha256(words)]]))
  const check = newCheck()
  return { path, isUnchanged: () => check('sub/a.txt'), check, newCheck, reads: () => reads.mock.callCount() }
}

test('a file as it was indexed is unchanged', async (context) => {
  const { isUnchanged } = await indexed(context)
  assert.equal(await isUnchanged(), true)
})

test('a file is changed after a change and unchanged after the change is undone', async (context) => {
  const { isUnchanged, path } = await indexed(context)
  assert.equal(await isUnchanged(), true)
  await fs.writeFile(path, words.replace('三', '五'))
  await fs.utimes(path, 2000, 2000)
  assert.equal(await isUnchanged(), false, 'of the same length')
  await fs.writeFile(path, words)
  await fs.utimes(path, 3000, 3000)
  assert.equal(await isUnchanged(), true)
})

test('a file that vanished is changed, and unchanged when it is back', async (context) => {
  const { isUnchanged, path } = await indexed(context)
  assert.equal(await isUnchanged(), true)
  await fs.rename(path, `${path}.away`)
  assert.equal(await isUnchanged(), false)
  await fs.rename(`${path}.away`, path)
  assert.equal(await isUnchanged(), true)
})

test('a file put in place of another is looked at anew, even of the same size and time', async (context) => {
  const { isUnchanged, path } = await indexed(context)
  assert.equal(await isUnchanged(), true)
  await fs.writeFile(`${path}.new`, words.replace('三', '五'))
  await fs.utimes(`${path}.new`, 1000, 1000)
  await fs.rename(`${path}.new`, path)
  assert.equal(await isUnchanged(), false)
})

test('a file overwritten within the same size is looked at anew, even when its time is set back', async (context) => {
  const { isUnchanged, path } = await indexed(context)
  assert.equal(await isUnchanged(), true)
  // What `cp --preserve` and some editors and synchronisers do.
  await fs.writeFile(path, words.replace('三', '五'))
  await fs.utimes(path, 1000, 1000)
  assert.equal(await isUnchanged(), false)
})

test('a file is read only when its size or time is not what it was', async (context) => {
  const { isUnchanged, path, reads } = await indexed(context)
  for (let i = 0; i < 5; i++) await isUnchanged()
  assert.equal(reads(), 1, 'once for five looks')
  await fs.utimes(path, 2000, 2000)
  for (let i = 0; i < 5; i++) assert.equal(await isUnchanged(), true)
  assert.equal(reads(), 2, 'once more after its time changed')
  await fs.appendFile(path, '完')
  for (let i = 0; i < 5; i++) assert.equal(await isUnchanged(), false)
  assert.equal(reads(), 3, 'once more after its size changed')
})

test('a file is not read again for the next index, nor twice for looks at once', async (context) => {
  const { newCheck, reads } = await indexed(context)
  assert.deepEqual(await Promise.all([newCheck()('sub/a.txt'), newCheck()('sub/a.txt')]), [true, true])
  assert.equal(await newCheck()('sub/a.txt'), true)
  assert.equal(reads(), 1)
})

test('a file that was not indexed is not quoted, a folder neither', async (context) => {
  const { check, path } = await indexed(context)
  await fs.copyFile(path, path.replace('a.txt', 'b.txt'))
  assert.equal(await check('sub/b.txt'), false)
  assert.equal(await check('sub'), false)
})
