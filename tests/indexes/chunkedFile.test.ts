import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { IndexError } from '../../src/errors.ts'
import { hashFile } from '../../src/hashFile.ts'
import { openChunks, openRecorded, writeChunks } from '../../src/indexes/chunkedFile.ts'
import { type FileRecord, recordOf } from '../../src/indexes/recordedFiles.ts'
import fc from '../laws.ts'

type Records = Readonly<Record<string, FileRecord>>

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-parts-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An IndexError that names a file, what was expected and what was found. */
function refusal(path: string, expected: string, found: string) {
  return (error: unknown) => {
    assert.ok(error instanceof IndexError, String(error))
    for (const text of Object.values(error.text)) {
      for (const part of [path, expected, found, 'npm run index']) assert.ok(text.includes(part), `${part}: ${text}`)
    }
    return true
  }
}

const asBytes = (texts: readonly string[]) => texts.map((text) => Buffer.from(text))

describe('parts of a file', () => {
  it('are read as they were written, in any order and at once', async (t) => {
    const folder = await newFolder(t)
    let number = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }),
        fc.constantFrom<'content' | 'size'>('content', 'size'),
        async (parts, check) => {
          const name = `law-${number++}`
          const records = await writeChunks(folder, name, parts)
          const opened = await openChunks(folder, name, records, check)
          assert.equal(opened.size, parts.length)
          const backwards = [...parts.keys()].reverse()
          const found = await Promise.all(backwards.map((i) => opened.at(i)))
          assert.deepEqual(
            found.map((part) => [...part]),
            backwards.map((i) => [...parts[i]!]),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are written by files that their records tell', async (t) => {
    const folder = await newFolder(t)
    const records = await writeChunks(folder, 'a', asBytes(['灯塔', '', '渔船返航']))
    assert.deepEqual((await readdir(folder)).sort(), Object.keys(records).sort())
    for (const [file, record] of Object.entries(records)) {
      const path = join(folder, file)
      assert.deepEqual(record, recordOf(await readFile(path)))
      assert.deepEqual(record, await hashFile(path))
    }
    assert.equal(await readFile(join(folder, 'a.parts'), 'utf8'), '灯塔渔船返航')
  })

  it('may come one after the other, and larger than what is written at a time', async (t) => {
    const folder = await newFolder(t)
    const sizes = [3_000_000, 0, 1, 1024 * 1024, 1024 * 1024 - 1, 2_500_000]
    const partOf = (i: number) => Buffer.alloc(sizes[i]!, String.fromCharCode(97 + i))
    async function* parts() {
      for (const i of sizes.keys()) yield partOf(i)
    }
    const records = await writeChunks(folder, 'large', parts())
    const bytes = sizes.reduce((sum, size) => sum + size)
    assert.equal(records['large.parts']!.bytes, bytes)
    assert.deepEqual(records['large.parts'], await hashFile(join(folder, 'large.parts')))
    const opened = await openChunks(folder, 'large', records, 'content')
    for (const i of [5, 0, 1, 2, 4, 3]) assert.ok((await opened.at(i)).equals(partOf(i)), `part ${i}`)
  })

  it('may be none', async (t) => {
    const folder = await newFolder(t)
    const opened = await openChunks(folder, 'none', await writeChunks(folder, 'none', []), 'content')
    assert.equal(opened.size, 0)
  })

  it('can be read when the files were removed or replaced since', async (t) => {
    const folder = await newFolder(t)
    const texts = ['灯塔亮了。', '渔船返航。']
    const opened = await openChunks(folder, 'a', await writeChunks(folder, 'a', asBytes(texts)), 'size')
    for (const file of await readdir(folder)) await rm(join(folder, file))
    await writeFile(join(folder, 'a.parts'), 'something else of whatever length')
    assert.deepEqual((await Promise.all([opened.at(1), opened.at(0)])).map(String), texts.toReversed())
  })

  it('do not go over a file that is there', async (t) => {
    const folder = await newFolder(t)
    await writeChunks(folder, 'a', asBytes(['灯塔']))
    await assert.rejects(writeChunks(folder, 'a', asBytes(['渔船'])), { code: 'EEXIST' })
    assert.equal(await readFile(join(folder, 'a.parts'), 'utf8'), '灯塔')
  })

  it('tell what went wrong where they come from', async (t) => {
    const folder = await newFolder(t)
    function* parts() {
      yield Buffer.from('灯塔')
      throw new Error('no more')
    }
    await assert.rejects(writeChunks(folder, 'a', parts()), /no more/)
  })
})

describe('parts that are not as they were written', () => {
  async function written(t: TestContext): Promise<{ folder: string; records: Records }> {
    const folder = await newFolder(t)
    return { folder, records: await writeChunks(folder, 'a', asBytes(['灯塔亮了。', '渔船返航。', '航道清淤。'])) }
  }

  const files = ['a.parts', 'a.offsets.f64', 'a.crc.u32']

  for (const file of files) {
    for (const check of ['content', 'size'] as const) {
      it(`${file}, shorter, longer or missing: refused at opening with a look at the ${check}`, async (t) => {
        const { folder, records } = await written(t)
        const path = join(folder, file)
        const { bytes } = records[file]!
        await appendFile(path, 'x')
        await assert.rejects(openChunks(folder, 'a', records, check), refusal(path, `${bytes}`, `${bytes + 1}`))
        await truncate(path, bytes - 1)
        await assert.rejects(openChunks(folder, 'a', records, check), refusal(path, `${bytes}`, `${bytes - 1}`))
        await rm(path)
        await assert.rejects(openChunks(folder, 'a', records, check), refusal(path, `${bytes}`, 'ENOENT'))
      })
    }

    it(`${file} that no record names: refused`, async (t) => {
      const { folder, records } = await written(t)
      const { [file]: _, ...others } = records
      await assert.rejects(openChunks(folder, 'a', others, 'size'), refusal(join(folder, file), '0', ''))
    })
  }

  async function alter(path: string, at: number): Promise<void> {
    const bytes = await readFile(path)
    bytes[at]! ^= 1
    await writeFile(path, bytes)
  }

  for (const file of files) {
    it(`${file} altered: refused at opening with a look at the content`, async (t) => {
      const { folder, records } = await written(t)
      const path = join(folder, file)
      await alter(path, 3)
      const isRefusal = refusal(path, records[file]!.sha256, recordOf(await readFile(path)).sha256)
      await assert.rejects(openChunks(folder, 'a', records, 'content'), isRefusal)
    })
  }

  it('altered in any byte of one: refused where that one is read, by its checksum, and the others are read', async (t) => {
    const { folder, records } = await written(t)
    const path = join(folder, 'a.parts')
    for (let at = 0; at < 45; at++) {
      await alter(path, at)
      const opened = await openChunks(folder, 'a', records, 'size')
      for (const i of [0, 1, 2]) {
        if (i === Math.floor(at / 15)) await assert.rejects(opened.at(i), refusal(path, 'CRC-32', ''), `byte ${at}`)
        else assert.equal((await opened.at(i)).length, 15)
      }
      await alter(path, at)
    }
  })

  it('cut short while they are open: refused where the end is read', async (t) => {
    const { folder, records } = await written(t)
    const path = join(folder, 'a.parts')
    const opened = await openChunks(folder, 'a', records, 'content')
    await truncate(path, 20)
    assert.equal(String(await opened.at(0)), '灯塔亮了。')
    await assert.rejects(opened.at(1), refusal(path, '30', '20'))
    await assert.rejects(opened.at(2), refusal(path, '45', '30'))
  })
})

describe('a file that is read in places', () => {
  it('gives any stretch of it', async (t) => {
    const folder = await newFolder(t)
    const path = join(folder, 'a')
    const content = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
    await writeFile(path, content)
    const file = await openRecorded(path, recordOf(content), 'content')
    assert.equal(file.path, path)
    for (const [from, to] of [
      [0, 1000],
      [0, 0],
      [999, 1000],
      [250, 500],
    ] as const) {
      assert.ok((await file.read(from, to)).equals(content.subarray(from, to)))
    }
    await assert.rejects(file.read(990, 1001), refusal(path, '1001', '1000'))
  })
})
