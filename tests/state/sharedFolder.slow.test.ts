import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { withLock } from '../../src/state/lock.ts'
import { openOwnState, openSharedState } from '../../src/state/open.ts'
import { openSharedFolder } from '../../src/state/sharedFolder.ts'
import { emptyFolder, stateStoreContract } from '../contracts/stateStore.ts'
import { typescript } from '../support/typescript.ts'

describe('the shared folder', () => stateStoreContract(openSharedFolder))

const claimant = fileURLToPath(new URL('claimChild.ts', import.meta.url))

interface Run {
  readonly child: ChildProcess
  /** Lines printed, whole ones only. */
  lines(): string[]
  readonly end: Promise<unknown>
}

/** Starts a process whose rounds begin with lines of its input (`pipe`), or one after another (`ignore`). */
function start(folder: string, name: string, rounds: number, from: number, input: 'pipe' | 'ignore'): Run {
  const args = [...typescript, claimant, folder, name, String(rounds), String(from)]
  const child = spawn(process.execPath, args, { stdio: [input, 'pipe', 'inherit'] })
  let printed = ''
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk))
  return {
    child,
    lines: () => printed.split('\n').slice(0, -1),
    end: new Promise((resolve) => child.on('close', resolve)),
  }
}

/** Waits until each process is through with a round. */
async function over(runs: readonly Run[], round: number): Promise<void> {
  for (const { child, lines } of runs) {
    while (!lines().includes(`${round} over`)) {
      assert.equal(child.exitCode ?? child.signalCode, null, 'it ended before')
      await sleep(5)
    }
  }
}

/** Every claim that was won, by round and key. */
function winners(runs: readonly Run[]): Map<string, string[]> {
  const won = new Map<string, string[]>()
  for (const line of runs.flatMap((run) => run.lines())) {
    const [round, key, name] = line.split(' ')
    if (name !== undefined) won.set(`${round} ${key}`, [...(won.get(`${round} ${key}`) ?? []), name])
  }
  return won
}

test('of several processes that race for keys, fresh or over, each key has one winner', async (context) => {
  const folder = await emptyFolder(context)
  const rounds = [1, 2, 3, 4]
  const runs = ['a', 'b', 'c', 'd'].map((name) => start(folder, name, rounds.length, rounds[0]!, 'pipe'))
  context.after(() => runs.map(({ child }) => child.kill()))
  // All are in one round: in the first the keys are fresh, and in the others none is over before all had their turn.
  for (const round of rounds) {
    for (const { child } of runs) child.stdin!.write('\n')
    await over(runs, round)
  }
  for (const { child } of runs) child.stdin!.end()
  await Promise.all(runs.map(({ end }) => end))
  const won = winners(runs)
  assert.equal(won.size, 20 * rounds.length, 'every key was won')
  for (const [key, names] of won) assert.equal(names.length, 1, `${key}: ${names}`)
  const lines = (await readFile(join(folder, 'list.jsonl'), 'utf8')).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).round),
    rounds.flatMap((n) => [n, n, n, n]),
  )
})

test('in one process a hundred claims of a key whose time is over have one winner', async (context) => {
  const folder = await emptyFolder(context)
  let time = 0
  const stores = await Promise.all(Array.from({ length: 5 }, () => openSharedFolder(folder, () => time)))
  for (let round = 0; round < 10; round++, time += 10) {
    const claims = Array.from({ length: 100 }, (_, index) => stores[index % 5]!.claim('a/1', `${round} ${index}`, 5))
    const won = (await Promise.all(claims)).flatMap((isWon, index) => (isWon ? [`${round} ${index}`] : []))
    assert.equal(won.length, 1)
    assert.equal(await stores[0]!.get('a/1'), won[0])
  }
  await Promise.all(stores.map((store) => store.close()))
  assert.deepEqual(await readdir(join(folder, 'aside')), [])
})

test('killed at any moment, processes leave nothing unreadable, and no key without a next winner', async (context) => {
  const folder = await emptyFolder(context)
  const random = (below: number, step: number) => (step * 7919) % below
  let round = 1
  for (let kill = 0; kill < 3; kill++, round += 100) {
    const runs = ['a', 'b'].map((name) => start(folder, `${name}${kill}`, 100, round, 'ignore'))
    await over(runs, round)
    await sleep(random(120, kill + 1))
    for (const { child } of runs) child.kill('SIGKILL')
    await Promise.all(runs.map(({ end }) => end))
    // The two were in different rounds at times, but nobody else's claim of a key of this round's own is won twice.
    for (const [key, names] of winners(runs))
      if (key.includes('new/')) assert.equal(names.length, 1, `${key}: ${names}`)
    for (const kind of await readdir(join(folder, 'keys')))
      for (const name of await readdir(join(folder, 'keys', kind))) {
        const text = await readFile(join(folder, 'keys', kind, name), 'utf8')
        assert.equal((JSON.parse(text) as unknown[]).length, 4, `${kind}/${name}: ${text}`)
      }
  }
  // Turns of the killed are over after a while: what they were about to replace can be claimed.
  await ageTurns(folder)
  const store = await openSharedFolder(folder, () => round * 10)
  for (let index = 0; index < 20; index += 2) assert.equal(await store.claim(`old/${index}`, 'last', 5), true)
  await store.close()
})

/** Makes what is left of turns older than any turn takes. */
async function ageTurns(folder: string): Promise<void> {
  for (const name of await readdir(join(folder, 'keys', 'old')))
    if (name.includes('~')) await utimes(join(folder, 'keys', 'old', name), 0, 0)
}

test('a turn that a killed process left is taken away by the next claim', async (context) => {
  const folder = await emptyFolder(context)
  let time = 0
  const store = await openSharedFolder(folder, () => time)
  await store.claim('a/1', 'first', 5)
  const path = join(folder, 'keys', 'a', '1')
  const { createHash } = await import('node:crypto')
  const text = await readFile(path, 'utf8')
  const turn = `${path}~${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  await writeFile(turn, '["a/1","of the dead",null,"x"]')
  time = 10
  assert.equal(await store.claim('a/1', 'second', 5), false, 'somebody has the turn')
  await utimes(turn, 0, 0)
  assert.equal(await store.claim('a/1', 'second', 5), true)
  assert.equal(await store.get('a/1'), 'second')
  assert.deepEqual(await readdir(join(folder, 'keys', 'a')), ['1'])
  await store.close()
})

test('a claim that was prepared is made in one step, by one of several, and ends without a trace', async (context) => {
  const folder = await emptyFolder(context)
  const stores = await Promise.all([1, 2].map(() => openSharedFolder(folder)))
  const claims = await Promise.all(['a', 'b', 'c'].map((value, index) => stores[index % 2]!.prepare('k/1', value)))
  assert.equal(await stores[0]!.get('k/1'), null, 'prepared is not made')
  assert.deepEqual(
    claims.map((claim) => claim.make()),
    [true, false, false],
  )
  assert.equal(await stores[1]!.get('k/1'), 'a')
  assert.equal(await stores[1]!.claim('k/1', 'd'), false)
  for (const claim of claims) await claim.settle()
  assert.equal(await stores[1]!.get('k/1'), 'a')
  const unused = await stores[0]!.prepare('k/2', 'x')
  await unused.settle()
  assert.equal(await stores[0]!.claim('k/2', 'y'), true)
  assert.deepEqual(await readdir(join(folder, 'aside')), [])
  await Promise.all(stores.map((store) => store.close()))
})

test('what is over for long is swept away, and so is what a kill left; the rest stays', async (context) => {
  const folder = await emptyFolder(context)
  let time = 0
  let store = await openSharedFolder(folder, () => time)
  await store.set('short/1', 'a', 100)
  await store.set('long/1', 'b', 10_000)
  await store.set('good/1', 'c')
  await store.close()
  await writeFile(join(folder, 'aside', 'old'), 'half')
  await utimes(join(folder, 'aside', 'old'), 0, 0)
  await writeFile(join(folder, 'aside', 'new'), 'half')
  time = 5000
  store = await openSharedFolder(folder, () => time)
  await store.close()
  const left = await Promise.all(['short', 'long', 'good'].map((kind) => readdir(join(folder, 'keys', kind))))
  assert.deepEqual(left, [[], ['1'], ['1']])
  assert.deepEqual(await readdir(join(folder, 'aside')), ['new'])
})

test('what a power cut left empty counts as nothing', async (context) => {
  const folder = await emptyFolder(context)
  const store = await openSharedFolder(folder)
  await mkdir(join(folder, 'keys', 'lease'), { recursive: true })
  await writeFile(join(folder, 'keys', 'lease', '1'), '')
  assert.equal(await store.get('lease/1'), null)
  assert.equal(await store.claim('lease/1', 'x', 5), true)
  assert.equal(await store.get('lease/1'), 'x')
  await store.close()
})

test('nobody else on the machine can read it', { skip: process.platform === 'win32' }, async (context) => {
  const folder = await emptyFolder(context)
  const store = await openSharedFolder(folder)
  await store.set('inbox/1', 'words')
  await store.close()
  const mode = async (path: string) => (await stat(join(folder, path))).mode & 0o777
  assert.deepEqual([await mode('keys/inbox/1'), await mode('keys/inbox'), await mode('aside')], [0o600, 0o700, 0o700])
})

test('turns are taken one after another, and that of a killed process ends', async (context) => {
  const folder = await emptyFolder(context)
  let time = 0
  const stores = await Promise.all([1, 2, 3].map(() => openSharedFolder(folder, () => time)))
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await sleep(3)
    inside--
  }
  await Promise.all(Array.from({ length: 12 }, (_, index) => withLock(stores[index % 3]!, 'album', work)))
  assert.equal(most, 1)
  await stores[0]!.claim('turn/album', 'somebody who was killed', 10)
  const waiting = withLock(stores[1]!, 'album', async () => time)
  await sleep(50)
  time = 10
  assert.equal(await waiting, 10)
  await Promise.all(stores.map((store) => store.close()))
})

test('from a journal to the shared folder and back everything goes along', async (context) => {
  const folder = await emptyFolder(context)
  const one = await openOwnState(folder)
  await one.set('language/7', 'en')
  await one.set('voice/1', '1', 1000)
  await one.append('feedback', { n: 1 })
  await one.close()
  const shared = await openSharedState(folder)
  assert.equal(await shared.get('language/7'), 'en')
  assert.equal(await shared.get('voice/1'), '1')
  await shared.set('language/7', 'zh')
  await shared.append('feedback', { n: 2 })
  assert.equal(await shared.count('feedback'), 2)
  await shared.close()
  const again = await openOwnState(folder)
  assert.deepEqual([await again.get('language/7'), await again.get('voice/1')], ['zh', '1'])
  assert.equal(await again.count('feedback'), 2)
  await again.close()
  // Once only: what was forgotten since does not come back.
  const later = await openOwnState(folder)
  await later.set('language/7', null)
  await later.close()
  const last = await openSharedState(folder)
  assert.equal(await last.get('language/7'), null)
  await last.close()
})
