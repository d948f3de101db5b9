import assert from 'node:assert/strict'
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { loadHnsw } from '../../src/indexes/hnswAddon.ts'
import { assertRefusedThenMended, builtWorkshops, embedder, refusal } from '../support/refusedIndex.ts'
import { build, openBuilt, segmentOf, snapshot } from '../support/testIndex.ts'

const builtWorkshop = await builtWorkshops({ after })

describe('a damaged file of the index', () => {
  const damages: Record<string, (path: string) => Promise<void>> = {
    truncated: async (path) => truncate(path, (await readFile(path)).length - 1),
    'longer than it was': async (path) => writeFile(path, 'x', { flag: 'a' }),
    'altered by one byte': async (path) => {
      const bytes = await readFile(path)
      bytes[Math.floor(bytes.length / 2)]! ^= 1
      await writeFile(path, bytes)
    },
    missing: (path) => rm(path),
  }
  const files = [
    'reports.json',
    'reports.parts',
    'reports.offsets.f64',
    'reports.crc.u32',
    'passages.parts',
    'passages.offsets.f64',
    'passages.crc.u32',
    'tokens.parts',
    'tokens.offsets.f64',
    'tokens.crc.u32',
    'inputs.json',
    'ids.json',
    'vectors.f32',
    'words.utf8',
    'words.starts.u32',
    'words.offsets.u32',
    'words.passages.u32',
    'words.counts.u16',
    'words.lengths.u32',
    'vectors.hnsw',
    'places.parts',
    'places.offsets.f64',
    'places.crc.u32',
  ]

  it('can be any of those looped over here', async (t) => {
    const segment = await segmentOf(await builtWorkshop(t))
    const named = (await loadHnsw()) ? files : files.filter((file) => file !== 'vectors.hnsw')
    assert.deepEqual(Object.keys(segment.files).sort(), named.sort())
  })

  for (const file of files) {
    for (const [how, damage] of Object.entries(damages)) {
      // Token vectors and places of words are checked when they are read.
      if (['tokens.parts', 'places.parts'].includes(file) && how.startsWith('altered')) continue
      it(`${file} ${how}: refused, and replaced`, async (t) => {
        const places = await builtWorkshop(t)
        const { name, files: recorded } = await segmentOf(places)
        if (!(file in recorded)) return t.skip('hnswlib-node is not compiled on this machine')
        const path = join(places.index, name, file)
        const { bytes, sha256 } = recorded[file]!
        if (bytes === 0 && how === 'truncated') return t.skip('reports of plain text have no places of words')
        await damage(path)
        const zh = how.startsWith('altered') ? `应为 SHA-256 ${sha256},实际为 ` : `应为 ${bytes} 字节,实际为 `
        const en = how.startsWith('altered') ? `expected SHA-256 ${sha256}, found ` : `expected ${bytes} bytes, found `
        await assertRefusedThenMended(places, refusal([path, zh], [path, en]))
      })
    }
  }

  it('tokens.parts altered by one byte: refused when that passage is read, and replaced', async (t) => {
    const places = await builtWorkshop(t)
    const path = join(places.index, (await segmentOf(places)).name, 'tokens.parts')
    await damages['altered by one byte']!(path)
    const index = await openBuilt(places, embedder)
    const isRefusal = refusal([path, /应为 CRC-32 \d+,实际为 \d+。/u], [path, /expected CRC-32 \d+, found \d+\./u])
    const refused: number[] = []
    for (let position = 0; position < 7; position++) {
      await index.tokens([position]).catch((error) => {
        assert.ok(isRefusal(error))
        refused.push(position)
      })
    }
    assert.equal(refused.length, 1, 'the others can be read')
    assert.equal((await build(places, embedder)).written, false, 'a careful build does not look')
    assert.equal((await build(places, embedder, { replaceDamaged: true })).written, true)
    assert.equal((await (await openBuilt(places, embedder)).tokens([...Array(7).keys()])).length, 7)
  })

  it('that a later update would copy from is refused there, and the index stays', async (t) => {
    const places = await builtWorkshop(t)
    const path = join(places.index, (await segmentOf(places)).name, 'tokens.parts')
    const bytes = await readFile(path)
    await writeFile(path, bytes.fill(0x77))
    const before = await snapshot(places.index)
    await rename(join(places.reports, 'a.txt'), join(places.reports, 'z.txt'))
    await assert.rejects(build(places, embedder), refusal([path, 'CRC-32'], [path, 'CRC-32']))
    assert.deepEqual(await snapshot(places.index), before)
  })

  it('can be the whole folder of the build', async (t) => {
    const places = await builtWorkshop(t)
    const { name } = await segmentOf(places)
    await rm(join(places.index, name), { recursive: true })
    await assertRefusedThenMended(places, refusal([name, 'ENOENT'], [name, 'ENOENT']))
  })
})
