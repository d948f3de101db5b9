import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openJournal } from '../../src/state/journal.ts'
import { emptyFolder, stateStoreContract } from '../contracts/stateStore.ts'
import { typescript } from '../support/typescript.ts'

const journalOf = (folder: string) => join(folder, 'state.jsonl')

describe('the journal', () => stateStoreContract(openJournal))

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

test('a claim that is made while the journal is rewritten is there after reopening', async (context) => {
  const folder = await emptyFolder(context)
  const journal = await openJournal(folder)
  await Promise.all(Array.from({ length: 1001 }, (_, index) => journal.set(`often/${index % 40}`, String(index))))
  let isRewritten = false
  const rewriting = journal.set('often/0', 'last').then(() => {
    isRewritten = true
  })
  const settled: Promise<void>[] = []
  // A claim in every turn meets each step of the rewriting.
  while (!isRewritten) {
    const claim = await journal.prepare(`sent/${settled.length}`, '1')
    assert.equal(claim.make(), true)
    settled.push(claim.settle())
    await nextTurn()
  }
  await rewriting
  await Promise.all(settled)
  await journal.close()
  const lines = (await readFile(journalOf(folder), 'utf8')).trimEnd().split('\n')
  // Besides the claims there are forty keys, and none of the thousand lines of their history.
  assert.ok(
    settled.length > 0 && lines.length - settled.length < 500,
    `${lines.length} lines, ${settled.length} claims`,
  )
  const again = await openJournal(folder)
  for (const index of settled.keys()) assert.equal(await again.get(`sent/${index}`), '1', `claim ${index}`)
  assert.equal(await again.get('often/0'), 'last')
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
  const child = fileURLToPath(new URL('journalChild.ts', import.meta.url))
  const held = new Map<string, number>()
  // The rewrites come about every thousand lines; the kills before, at and after the first.
  for (const [round, killAfter] of [1, 37, 980, 1060, 2500].entries()) {
    const command = [...typescript, child, folder, String(round * 1_000_000)]
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

test('a journal that cannot be written anew keeps no file open for that', {
  skip: !existsSync('/dev/full'),
}, async (t) => {
  const folder = await emptyFolder(t)
  const open = async () => (await readdir('/proc/self/fd')).length
  await writeFile(journalOf(folder), '["a","1",null]\n')
  // Whatever is written there meets a full disk.
  await symlink('/dev/full', `${journalOf(folder)}.new`)
  const before = await open()
  for (let i = 0; i < 5; i++) await assert.rejects(openJournal(folder), { code: 'ENOSPC' })
  assert.equal(await open(), before)
  await rm(`${journalOf(folder)}.new`)
  const journal = await openJournal(folder)
  t.after(() => journal.close())
  for (let i = 0; i < 1002; i++) await journal.set('a', String(i))
  await symlink('/dev/full', `${journalOf(folder)}.new`)
  const running = await open()
  for (let i = 0; i < 5; i++) await assert.rejects(journal.set('a', 'no'), { code: 'ENOSPC' })
  assert.equal(await open(), running)
  await rm(`${journalOf(folder)}.new`)
  await journal.set('a', 'yes')
  assert.equal(await journal.get('a'), 'yes')
})

test('the words of a standing question are gone from the journal as soon as it is ended', async (context) => {
  const folder = await emptyFolder(context)
  const journal = await openJournal(folder)
  await journal.set('standing/7.a', '谁的问题?')
  await journal.set('language/7', 'zh')
  await journal.set('standing/7.a', null)
  const text = await readFile(journalOf(folder), 'utf8')
  assert.ok(!text.includes('谁的问题') && text.includes('language/7'), text)
  await journal.close()
})
