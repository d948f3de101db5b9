import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openJournal } from '../../src/state/journal.ts'
import fc from '../laws.ts'

async function emptyFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-state-'))
  context.after(() => rm(folder, { recursive: true }))
  return folder
}

const journalOf = (folder: string) => join(folder, 'state.jsonl')

test('what is set is there, also after reopening; null forgets it', async (context) => {
  const folder = await emptyFolder(context)
  const first = await openJournal(join(folder, 'made', 'on the way'))
  assert.equal(await first.get('language/7'), null)
  await first.set('language/7', 'zh')
  await first.set('language/8', 'en')
  await first.set('language/7', 'en')
  await first.set('language/8', null)
  await first.set('odd', '“引号”\n\\ 😀')
  const holds = async (journal: typeof first) => {
    assert.equal(await journal.get('language/7'), 'en')
    assert.equal(await journal.get('language/8'), null)
    assert.equal(await journal.get('odd'), '“引号”\n\\ 😀')
  }
  await holds(first)
  await first.close()
  const second = await openJournal(join(folder, 'made', 'on the way'))
  await holds(second)
  await second.close()
})

test('what is set for some time is forgotten when the time is over, also after reopening', async (context) => {
  const folder = await emptyFolder(context)
  let time = 1000
  const clock = () => time
  let journal = await openJournal(folder, clock)
  await journal.set('short', 'a', 10)
  await journal.set('long', 'b', 100)
  await journal.set('for good', 'c')
  time = 1009
  assert.equal(await journal.get('short'), 'a')
  time = 1010
  assert.equal(await journal.get('short'), null)
  await journal.close()
  journal = await openJournal(folder, clock)
  assert.deepEqual(await Promise.all(['short', 'long', 'for good'].map(journal.get)), [null, 'b', 'c'])
  time = 1100
  assert.deepEqual(await Promise.all(['short', 'long', 'for good'].map(journal.get)), [null, null, 'c'])
  await journal.close()
  journal = await openJournal(folder, clock)
  assert.doesNotMatch(await readFile(journalOf(folder), 'utf8'), /short|long/, 'what is over is not kept on disk')
  await journal.close()
})

test('a key set anew counts its time from then, or none', async (context) => {
  let time = 0
  const journal = await openJournal(await emptyFolder(context), () => time)
  await journal.set('a', '1', 10)
  await journal.set('b', '1', 10)
  time = 9
  await journal.set('a', '2', 10)
  await journal.set('b', '2')
  time = 18
  assert.equal(await journal.get('a'), '2')
  time = 1_000_000
  assert.equal(await journal.get('a'), null)
  assert.equal(await journal.get('b'), '2')
  await journal.close()
})

describe('claims', () => {
  test('of many at once for one key one is told true, and its value stays', async (context) => {
    const folder = await emptyFolder(context)
    const journal = await openJournal(folder)
    const told = await Promise.all(Array.from({ length: 20 }, (_, index) => journal.claim('notice/7', `${index}`)))
    assert.deepEqual(
      told.flatMap((won, index) => (won ? [index] : [])),
      [0],
    )
    assert.equal(await journal.get('notice/7'), '0')
    await journal.close()
    const again = await openJournal(folder)
    assert.equal(await again.claim('notice/7', 'later'), false)
    assert.equal(await again.get('notice/7'), '0')
    await again.close()
  })

  test('a claim holds for its time, and what is forgotten can be claimed', async (context) => {
    let time = 0
    const journal = await openJournal(await emptyFolder(context), () => time)
    assert.equal(await journal.claim('a', '1', 60), true)
    time = 59
    assert.equal(await journal.claim('a', '2', 60), false)
    time = 60
    assert.equal(await journal.claim('a', '3', 60), true)
    assert.equal(await journal.get('a'), '3')
    await journal.set('a', null)
    assert.equal(await journal.claim('a', '4'), true)
    await journal.close()
  })
})

test('lists count their records, also after reopening and while they grow', async (context) => {
  const folder = await emptyFolder(context)
  const first = await openJournal(folder)
  assert.equal(await first.count('feedback'), 0)
  await Promise.all([1, 2, 3].map((number) => first.append('feedback', { number, words: '好\n坏' })))
  await first.append('other', {})
  assert.equal(await first.count('feedback'), 3)
  await first.close()
  const second = await openJournal(folder)
  await second.append('feedback', { number: 4 })
  assert.equal(await second.count('feedback'), 4)
  assert.equal(await second.count('other'), 1)
  await second.close()
  const lines = (await readFile(join(folder, 'feedback.jsonl'), 'utf8')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).number),
    [1, 2, 3, 4],
  )
})

test('it does what a map does, whatever is asked of it and however often it is reopened', async (context) => {
  const key = fc.constantFrom('a', 'b', '键/1')
  const seconds = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined })
  const step = fc.oneof(
    fc.record({ does: fc.constant('set' as const), key, value: fc.option(fc.string({ unit: 'binary' })), seconds }),
    fc.record({ does: fc.constant('claim' as const), key, value: fc.string(), seconds }),
    fc.record({ does: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ does: fc.constant('reopen' as const) }),
  )
  const parent = await emptyFolder(context)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const folder = await mkdtemp(join(parent, 'law-'))
      let time = 0
      let journal = await openJournal(folder, () => time)
      const model = new Map<string, { value: string; until: number }>()
      const expected = (name: string) => {
        const entry = model.get(name)
        return entry && entry.until > time ? entry.value : null
      }
      for (const taken of steps) {
        if (taken.does === 'wait') time += taken.seconds
        else if (taken.does === 'reopen') {
          await journal.close()
          journal = await openJournal(folder, () => time)
        } else {
          const until = taken.seconds === undefined ? Number.POSITIVE_INFINITY : time + taken.seconds
          const isFree = expected(taken.key) === null
          if (taken.does === 'set') await journal.set(taken.key, taken.value, taken.seconds)
          else assert.equal(await journal.claim(taken.key, taken.value, taken.seconds), isFree)
          if (taken.value === null) model.delete(taken.key)
          else if (taken.does === 'set' || isFree) model.set(taken.key, { value: taken.value, until })
        }
        for (const name of ['a', 'b', '键/1']) assert.equal(await journal.get(name), expected(name))
      }
      await journal.close()
      await rm(folder, { recursive: true })
    }),
    { numRuns: 40 },
  )
})

describe('a journal that was damaged', () => {
  test('cut short at any byte it holds every change before the cut, and takes new ones', async (context) => {
    const folder = await emptyFolder(context)
    const whole = ['a', '键', 'c'].map((key, index) => `${JSON.stringify([key, `值${index}😀`, null])}\n`)
    const bytes = Buffer.from(whole.join(''))
    for (let cut = 0; cut <= bytes.length; cut++) {
      const place = join(folder, String(cut))
      await mkdir(place)
      await writeFile(journalOf(place), bytes.subarray(0, cut))
      let journal = await openJournal(place)
      await journal.set('new', 'n')
      const kept = whole.filter((_, index) => Buffer.byteLength(whole.slice(0, index + 1).join('')) <= cut).length
      const expected = ['值0😀', '值1😀', '值2😀'].map((value, index) => (index < kept ? value : null))
      const found = () => Promise.all(['a', '键', 'c', 'new'].map(journal.get))
      assert.deepEqual(await found(), [...expected, 'n'], `cut at ${cut}`)
      await journal.close()
      journal = await openJournal(place)
      assert.deepEqual(await found(), [...expected, 'n'], `cut at ${cut}, reopened`)
      await journal.close()
    }
  })

  const garbage = [
    '',
    'x',
    '{}',
    '[]',
    '[1,"a",null]',
    '["a"]',
    '["a",1,null]',
    'null',
    '"a"',
    '\u0000\u0000',
    '[["a"]]',
  ]
  test('lines that are no changes are left out', async (context) => {
    const folder = await emptyFolder(context)
    const lines = garbage.flatMap((line, index) => [line, JSON.stringify([`key/${index}`, 'v', null])])
    await writeFile(journalOf(folder), `${lines.join('\n')}\n`)
    let journal = await openJournal(folder)
    const found = () => Promise.all(garbage.map((_, index) => journal.get(`key/${index}`)))
    assert.deepEqual(new Set(await found()), new Set(['v']))
    assert.equal(await journal.get('a'), null)
    await journal.close()
    assert.equal((await readFile(journalOf(folder), 'utf8')).split('\n').length, garbage.length + 1, 'mended on disk')
    journal = await openJournal(folder)
    assert.deepEqual(new Set(await found()), new Set(['v']))
    await journal.close()
  })

  test('a value that is no text is never handed out', async (context) => {
    const folder = await emptyFolder(context)
    await writeFile(journalOf(folder), '["a",{"b":1},null]\n["b",["c"],null]\n["c","v","soon"]\n["d","v"]\n')
    const journal = await openJournal(folder)
    const found = await Promise.all(['a', 'b', 'c', 'd'].map(journal.get))
    await journal.close()
    assert.deepEqual(found, [null, null, null, null])
  })

  test('a list whose last line was cut short takes the next record on a line of its own', async (context) => {
    const folder = await emptyFolder(context)
    await writeFile(join(folder, 'feedback.jsonl'), '{"number":1}\n{"numb')
    const journal = await openJournal(folder)
    await journal.append('feedback', { number: 2 })
    await journal.close()
    const lines = (await readFile(join(folder, 'feedback.jsonl'), 'utf8')).split('\n')
    assert.ok(lines.includes('{"number":2}'), lines.join('\n'))
  })

  test('a rewrite that was cut off leaves the old journal in force', async (context) => {
    const folder = await emptyFolder(context)
    await writeFile(journalOf(folder), '["a","v",null]\n')
    await writeFile(`${journalOf(folder)}.new`, '["a","half')
    const journal = await openJournal(folder)
    assert.equal(await journal.get('a'), 'v')
    await journal.close()
  })
})

test('a journal that is mostly history is rewritten while it runs, and keeps all that holds', async (context) => {
  const folder = await emptyFolder(context)
  const journal = await openJournal(folder)
  for (let index = 0; index < 50; index++) await journal.set(`kept/${index}`, `${index}`)
  let largest = 0
  for (let index = 0; index < 3000; index++) {
    await journal.set('often', String(index))
    if (index % 100 === 0) largest = Math.max(largest, (await stat(journalOf(folder))).size)
  }
  const lines = (await readFile(journalOf(folder), 'utf8')).trimEnd().split('\n')
  assert.ok(lines.length < 1500, `${lines.length} lines for 51 entries`)
  // Nobody else's write is lost by a rewrite in their midst.
  await Promise.all(Array.from({ length: 3000 }, (_, index) => journal.set(`many/${index % 30}`, String(index))))
  await journal.close()
  assert.deepEqual(await readdir(folder), ['state.jsonl'])
  const again = await openJournal(folder)
  for (let index = 0; index < 50; index++) assert.equal(await again.get(`kept/${index}`), `${index}`)
  assert.equal(await again.get('often'), '2999')
  for (let index = 0; index < 30; index++) assert.equal(await again.get(`many/${index}`), String(2970 + index))
  await again.close()
})

test('what is over goes from the journal while it runs', async (context) => {
  const folder = await emptyFolder(context)
  let time = 0
  const journal = await openJournal(folder, () => time)
  // As the bot remembers updates: every key is new, and each is over after a while.
  for (; time < 5000; time++) await journal.set(`handled/${time}`, '1', 100)
  await journal.close()
  const lines = (await readFile(journalOf(folder), 'utf8')).trimEnd().split('\n')
  assert.ok(lines.length < 2500, `${lines.length} lines of which 100 hold`)
})

test('a process killed in the midst of many sets has kept every one that it was told of', async (context) => {
  const folder = await emptyFolder(context)
  const child = fileURLToPath(new URL('child.ts', import.meta.url))
  const held = new Map<string, number>()
  // The rewrites come about every thousand lines; the kills before, at and after the first.
  for (const [round, killAfter] of [1, 37, 980, 1060, 2500].entries()) {
    const command = ['--import', import.meta.resolve('tsx'), child, folder, String(round * 1_000_000)]
    const writer = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
    let told = ''
    writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      told += chunk
      if (told.split('\n').length > killAfter) writer.kill('SIGKILL')
    })
    assert.deepEqual(await once(writer, 'close'), [null, 'SIGKILL'])
    for (const line of told.split('\n').slice(0, -1)) {
      const [key = '', value] = line.split(' ')
      held.set(key, Number(value))
    }
    const journal = await openJournal(folder)
    // A later value than the one told of may have been kept too, told of no more.
    for (const [key, value] of held) assert.ok(Number(await journal.get(key)) >= value, `${key} lost ${value}`)
    await journal.close()
    // What the next process finds is a journal cut short.
    await appendFile(journalOf(folder), '["key/0","-1')
  }
})
