import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StateStore } from '../../src/state/types.ts'
import fc, { anyCodePoints } from '../laws.ts'

export type Open = (folder: string, now?: () => number) => Promise<StateStore<string>>

export async function emptyFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-state-'))
  context.after(() => rm(folder, { recursive: true }))
  return folder
}

/** Keys that are hard on file names: long, of odd signs, alike but for the case, without a kind. */
const oddKeys = [
  'odd',
  '键/1',
  'a/b/c',
  'a/../../b',
  'case/aB-_',
  'case/Ab-_',
  'case/=41',
  'case/A',
  `long/${'长'.repeat(300)}`,
  `long/${'长'.repeat(299)}短`,
  'empty/',
  '/odd',
  'dot/.',
  'tilde/~x',
]

/** What every store does, whatever it keeps things in. */
export function stateStoreContract(open: Open): void {
  test('what is set is there, also after reopening; null forgets it', async (context) => {
    const folder = await emptyFolder(context)
    const first = await open(join(folder, 'made', 'on the way'))
    assert.equal(await first.get('language/7'), null)
    await first.set('language/7', 'zh')
    await first.set('language/8', 'en')
    await first.set('language/7', 'en')
    await first.set('language/8', null)
    await first.set('language/9', null)
    await first.set('odd', '“引号”\n\\ 😀')
    const holds = async (store: StateStore<string>) => {
      assert.equal(await store.get('language/7'), 'en')
      assert.equal(await store.get('language/8'), null)
      assert.equal(await store.get('odd'), '“引号”\n\\ 😀')
    }
    await holds(first)
    await first.close()
    const second = await open(join(folder, 'made', 'on the way'))
    await holds(second)
    await second.close()
  })

  test('keys of any signs are kept apart', async (context) => {
    const folder = await emptyFolder(context)
    const store = await open(folder)
    for (const [index, key] of oddKeys.entries()) assert.equal(await store.claim(key, String(index)), true, key)
    const found = await Promise.all(oddKeys.map((key) => store.get(key)))
    assert.deepEqual(
      found,
      oddKeys.map((_, index) => String(index)),
    )
    await store.close()
  })

  test('the keys of a kind are told, as they were given', async (context) => {
    let time = 0
    const folder = await emptyFolder(context)
    const store = await open(folder, () => time)
    assert.deepEqual(await store.keys('case'), [])
    for (const key of oddKeys) await store.set(key, 'x')
    await store.set('cases/1', 'x')
    await store.set('gone/1', 'x')
    await store.set('gone/1', null)
    for (const kind of ['case', 'long', 'empty', 'dot', 'a', 'gone']) {
      const expected = oddKeys.filter((key) => key.startsWith(`${kind}/`))
      assert.deepEqual((await store.keys(kind)).sort(), expected.sort(), kind)
    }
    time = 1_000_000
    await store.close()
  })

  test('what is set for some time is forgotten when the time is over, also after reopening', async (context) => {
    const folder = await emptyFolder(context)
    let time = 1000
    const clock = () => time
    let store = await open(folder, clock)
    await store.set('short', 'a', 10)
    await store.set('long', 'b', 100)
    await store.set('for good', 'c')
    time = 1009
    assert.equal(await store.get('short'), 'a')
    time = 1010
    assert.equal(await store.get('short'), null)
    await store.close()
    store = await open(folder, clock)
    assert.deepEqual(await Promise.all(['short', 'long', 'for good'].map(store.get)), [null, 'b', 'c'])
    time = 1100
    assert.deepEqual(await Promise.all(['short', 'long', 'for good'].map(store.get)), [null, null, 'c'])
    await store.close()
  })

  test('a key set anew counts its time from then, or none', async (context) => {
    let time = 0
    const store = await open(await emptyFolder(context), () => time)
    await store.set('a', '1', 10)
    await store.set('b', '1', 10)
    time = 9
    await store.set('a', '2', 10)
    await store.set('b', '2')
    time = 18
    assert.equal(await store.get('a'), '2')
    time = 1_000_000
    assert.equal(await store.get('a'), null)
    assert.equal(await store.get('b'), '2')
    await store.close()
  })

  describe('claims', () => {
    test('of many at once for one key one is told true, and its value stays', async (context) => {
      const folder = await emptyFolder(context)
      const store = await open(folder)
      const told = await Promise.all(Array.from({ length: 20 }, (_, index) => store.claim('notice/7', `${index}`)))
      const winner = told.indexOf(true)
      assert.deepEqual(
        told,
        told.map((_, index) => index === winner),
      )
      assert.equal(await store.get('notice/7'), String(winner))
      await store.close()
      const again = await open(folder)
      assert.equal(await again.claim('notice/7', 'later'), false)
      assert.equal(await again.get('notice/7'), String(winner))
      await again.close()
    })

    test('a claim holds for its time, and what is forgotten can be claimed', async (context) => {
      let time = 0
      const store = await open(await emptyFolder(context), () => time)
      assert.equal(await store.claim('a', '1', 60), true)
      time = 59
      assert.equal(await store.claim('a', '2', 60), false)
      time = 60
      assert.equal(await store.claim('a', '3', 60), true)
      assert.equal(await store.get('a'), '3')
      await store.set('a', null)
      assert.equal(await store.claim('a', '4'), true)
      await store.close()
    })
  })

  describe('prepared claims', () => {
    test('nothing is kept before the claim is made, and then at once, also after reopening', async (context) => {
      const folder = await emptyFolder(context)
      const store = await open(folder)
      const claim = await store.prepare('sent/键', '一', 60)
      const unused = await store.prepare('sent/other', '二', 60)
      assert.equal(await store.get('sent/键'), null)
      assert.equal(claim.make(), true)
      assert.deepEqual([await store.get('sent/键'), await store.get('sent/other')], ['一', null])
      await claim.settle()
      await unused.settle()
      await store.close()
      const again = await open(folder)
      assert.deepEqual([await again.get('sent/键'), await again.get('sent/other')], ['一', null])
      await again.close()
    })

    test('of several for one key one is made, and none where the key is held', async (context) => {
      const store = await open(await emptyFolder(context))
      const claims = await Promise.all([1, 2, 3].map((number) => store.prepare('sent/1', String(number))))
      assert.deepEqual(
        claims.map((claim) => claim.make()),
        [true, false, false],
      )
      await Promise.all(claims.map((claim) => claim.settle()))
      assert.deepEqual([await store.get('sent/1'), await store.claim('sent/1', '4')], ['1', false])
      // A claim that was given back can be made again.
      await store.set('sent/1', null)
      const later = await store.prepare('sent/1', '5')
      assert.equal(later.make(), true)
      await later.settle()
      assert.equal(await store.get('sent/1'), '5')
      await store.close()
    })

    test('a claim under way and one that is made meanwhile never both hold', async (context) => {
      const store = await open(await emptyFolder(context))
      for (let turns = 0; turns < 8; turns++) {
        const key = `sent/${turns}`
        const prepared = await store.prepare(key, 'prepared')
        const claimed = store.claim(key, 'claimed')
        for (let i = 0; i < turns; i++) await nextTurn()
        const isMade = prepared.make()
        await prepared.settle()
        assert.notEqual(isMade, await claimed, key)
        assert.equal(await store.get(key), isMade ? 'prepared' : 'claimed')
      }
      await store.close()
    })
  })

  test('lists count their records, also after reopening and while they grow', async (context) => {
    const folder = await emptyFolder(context)
    const first = await open(folder)
    assert.equal(await first.count('feedback'), 0)
    await Promise.all([1, 2, 3].map((number) => first.append('feedback', { number, words: '好\n坏' })))
    await first.append('other', {})
    assert.equal(await first.count('feedback'), 3)
    await first.close()
    const second = await open(folder)
    await second.append('feedback', { number: 4 })
    assert.equal(await second.count('feedback'), 4)
    assert.equal(await second.count('other'), 1)
    await second.close()
    const lines = (await readFile(join(folder, 'feedback.jsonl'), 'utf8')).trimEnd().split('\n')
    assert.deepEqual(lines.map((line) => JSON.parse(line).number).sort(), [1, 2, 3, 4])
  })

  test('it does what a map does, whatever is asked of it and however often it is reopened', async (context) => {
    const key = fc.constantFrom('a', 'b', '键/1')
    const seconds = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined })
    const step = fc.oneof(
      fc.record({ does: fc.constant('set' as const), key, value: fc.option(anyCodePoints()), seconds }),
      fc.record({ does: fc.constant('claim' as const), key, value: fc.string(), seconds }),
      fc.record({ does: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ does: fc.constant('reopen' as const) }),
    )
    const parent = await emptyFolder(context)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const folder = await mkdtemp(join(parent, 'law-'))
        let time = 0
        let store = await open(folder, () => time)
        const model = new Map<string, { value: string; until: number }>()
        const expected = (name: string) => {
          const entry = model.get(name)
          return entry && entry.until > time ? entry.value : null
        }
        for (const taken of steps) {
          if (taken.does === 'wait') time += taken.seconds
          else if (taken.does === 'reopen') {
            await store.close()
            store = await open(folder, () => time)
          } else {
            const until = taken.seconds === undefined ? Number.POSITIVE_INFINITY : time + taken.seconds
            const isFree = expected(taken.key) === null
            if (taken.does === 'set') await store.set(taken.key, taken.value, taken.seconds)
            else assert.equal(await store.claim(taken.key, taken.value, taken.seconds), isFree)
            if (taken.value === null) model.delete(taken.key)
            else if (taken.does === 'set' || isFree) model.set(taken.key, { value: taken.value, until })
          }
          for (const name of ['a', 'b', '键/1']) assert.equal(await store.get(name), expected(name))
        }
        await store.close()
        await rm(folder, { recursive: true })
      }),
      { numRuns: 40 },
    )
  })
}
