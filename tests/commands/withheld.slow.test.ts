import assert from 'node:assert/strict'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, beforeEach, describe, it } from 'node:test'
import { autumn, put, spring } from '../support/testIndex.ts'
import { answeringStage } from './realModelIndex.ts'

const stage = await answeringStage({ after })
const path = join(stage.places.reports, 'autumn.txt')

describe('an answerer that runs while a report changes', () => {
  beforeEach(async () => {
    await put(stage.places.reports, { 'autumn.txt': autumn, 'spring.txt': spring })
    await assertQuoted()
  })

  const asked = async () => {
    const { quotes, withheld } = await stage.answerer.answer({ text: '安置房交付了多少套?' })
    return { files: new Set(quotes.map(({ source }) => source.file)), withheld }
  }
  async function assertQuoted() {
    const { files, withheld } = await asked()
    assert.ok(files.has('autumn.txt'))
    assert.deepEqual(withheld, [])
  }
  async function assertWithheld() {
    const { files, withheld } = await asked()
    assert.deepEqual([...files], ['spring.txt'])
    assert.deepEqual(withheld, ['autumn.txt'])
  }

  it('withholds its quotes and names it', async () => {
    await writeFile(path, autumn.replace('四百', '九百'))
    await assertWithheld()
  })

  it('withholds them when it was replaced by another file', async () => {
    await writeFile(`${path}.new`, spring)
    await rename(`${path}.new`, path)
    await assertWithheld()
  })

  it('withholds them when it is gone', async () => {
    await rm(path)
    await assertWithheld()
  })

  it('withholds them when the change kept size and time', async () => {
    const { atime, mtime } = await stat(path)
    await utimes(path, atime, mtime)
    await assertQuoted()
    await writeFile(path, autumn.replace('四百', '九百'))
    await utimes(path, atime, mtime)
    assert.equal((await stat(path)).size, Buffer.byteLength(autumn))
    await assertWithheld()
  })

  it('quotes it again when its bytes are back', async () => {
    const bytes = await readFile(path)
    await writeFile(path, 'something else')
    await assertWithheld()
    await writeFile(path, bytes)
    await assertQuoted()
  })
})
