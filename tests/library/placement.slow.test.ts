import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { ReportError } from '../../src/errors.ts'
import { asideIn, clearUploads, move, placeNew } from '../../src/library/placement.ts'

const memory = '/dev/shm'
const deviceOf = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.dev
const skip =
  deviceOf(memory) === undefined || deviceOf(memory) === deviceOf(tmpdir()) ? 'there is no second disk here' : false

async function folders(t: TestContext) {
  const made = await Promise.all([tmpdir(), memory].map((place) => mkdtemp(join(place, 'wenju-placing-'))))
  t.after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))))
  return made as [here: string, there: string]
}

for (const [what, moving] of Object.entries({ 'put under a free name': placeNew, moved: move }))
  test(`a file that is ${what} on another disk is met there whole or not at all`, { skip }, async (t) => {
    const [from, to] = await folders(t)
    const bytes = Buffer.alloc(100_000_000, '报告')
    await writeFile(join(from, 'a'), bytes)
    let isDone = false
    const doing = moving(join(from, 'a'), join(to, 'b')).finally(() => {
      isDone = true
    })
    const sizes = new Set<number>()
    while (!isDone) {
      const found = statSync(join(to, 'b'), { throwIfNoEntry: false })
      if (found) sizes.add(found.size)
      await soon()
    }
    await doing
    assert.deepEqual(
      [...sizes].filter((size) => size !== bytes.length),
      [],
    )
    assert.ok((await readFile(join(to, 'b'))).equals(bytes))
    assert.deepEqual([await readdir(from), await readdir(to)], [[], ['b']])
  })

test('a name that is taken on another disk is left to what has it', { skip }, async (t) => {
  const [from, to] = await folders(t)
  await writeFile(join(from, 'a'), 'new')
  await writeFile(join(to, 'b'), 'old')
  await assert.rejects(placeNew(join(from, 'a'), join(to, 'b')), ReportError)
  assert.deepEqual([await readdir(from), await readdir(to)], [['a'], ['b']])
  assert.equal(await readFile(join(to, 'b'), 'utf8'), 'old')
  await move(join(from, 'a'), join(to, 'b'))
  assert.equal(await readFile(join(to, 'b'), 'utf8'), 'new')
  await move(join(from, 'a'), join(to, 'c'))
  assert.deepEqual(await readdir(to), ['b'], 'what is not there is not moved')
})

test('what a kill left of files that were not whole is cleared, in folders below as well', async (t) => {
  const [folder] = await folders(t)
  await mkdir(join(folder, '2020'))
  for (const place of [folder, join(folder, '2020')]) {
    await writeFile(asideIn(place), 'half')
    await writeFile(join(place, 'a.txt'), 'whole')
  }
  await clearUploads(folder)
  assert.deepEqual((await readdir(folder, { recursive: true })).sort(), ['2020', '2020/a.txt', 'a.txt'])
})

test('what cannot be cleared of them is told, and keeps nothing else from being cleared', async (t) => {
  const [folder] = await folders(t)
  // A folder by such a name is none of ours, and is not removed.
  const kept = asideIn(folder)
  await mkdir(kept)
  await writeFile(asideIn(folder), 'half')
  assert.deepEqual(await clearUploads(folder), [kept])
  assert.deepEqual(await readdir(folder), [basename(kept)])
})
