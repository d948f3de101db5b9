import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { openDependencies } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { IndexError } from '../../src/errors.ts'
import { openIndex } from '../../src/indexes/source.ts'
import { answererOver } from '../../src/library/indexAnswerer.ts'
import { listReports } from '../../src/reports/folder.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { seeded } from '../training/sets.ts'
import { machine } from './support/machine.ts'

/** The questions to every index that is found; the last ones are about the reports that the updates bring. */
const questions = ['新修道路多少里?', '5号镇新修道路多少里?', '17号镇安置居民多少户?', '300号镇新修道路多少里?']

/**
 * `npm run bench -- kill [--kills 50]`: kills the real `npm run index` at random moments of building an index, of updating
 * one, and of the merge that follows, and looks at what is there afterwards: the index before, whole, or the one after,
 * whole, or something else. Then the command is run again to its end.
 */
await runCommand(async (environment) => {
  const { values } = readCommandLine({
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  })
  const random = seeded(Number(values.seed))
  const root = await mkdtemp(join(tmpdir(), 'wenju-kill-'))
  try {
    console.log(machine())
    const scenarios = await prepare(environment, root)
    const rows: Row[] = []
    for (let i = 0; i < Number(values.kills); i++) {
      const scenario = scenarios[i % scenarios.length]!
      const index = join(root, 'index')
      await rm(index, { recursive: true, force: true })
      if (scenario.before) await cp(scenario.before.index, index, { recursive: true })
      const at = Math.round(random() * 0.9 * scenario.milliseconds)
      const child = indexing(scenario.after.reports, index)
      await Promise.race([sleep(at), once(child, 'exit')])
      const isKilled = child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      const found = await stateOf(environment, index, scenario)
      const left = (await readdir(index).catch(() => [])).length
      await finished(indexing(scenario.after.reports, index))
      const mended = await stateOf(environment, index, scenario)
      rows.push({
        scenario: scenario.name,
        'killed after ms': isKilled ? at : 'had ended',
        found,
        entries: left,
        'next run': mended,
      })
    }
    console.table(rows)
    const wrong = rows.filter((row) => row.found === 'BROKEN' || row['next run'] !== 'new')
    const count = (found: string) => rows.filter((row) => row.found === found).length
    console.log(
      `${rows.length} kills: ${count('none')} no index yet, ${count('old')} old, ${count('new')} new, ${wrong.length} wrong`,
    )
    return wrong.length > 0 ? 1 : 0
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

interface Row {
  readonly scenario: string
  readonly 'killed after ms': number | string
  readonly found: Found
  /** Entries of the index folder then. */
  readonly entries: number
  readonly 'next run': Found
}

type Found = 'none' | 'old' | 'new' | 'BROKEN'

/** An index that was built to the end. */
interface Whole {
  readonly reports: string
  readonly index: string
  /** The quotes from it, to the letter. */
  readonly quotes: string
}

interface Scenario {
  readonly name: string
  /** The index there is before, with its reports. */
  readonly before: Whole | null
  /** The index that there is when nobody kills it. */
  readonly after: Whole
  /** The time that the command takes when nobody kills it. */
  readonly milliseconds: number
}

/** Reports and indexes for each scenario; each command run once, to know how long it takes. */
async function prepare(environment: Environment, root: string): Promise<Scenario[]> {
  const folder = async (name: string, files: Record<string, string>) => {
    const path = join(root, name)
    await mkdir(path)
    for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text)
    return path
  }
  const few = (from: number, to: number) =>
    Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`${from + i}.txt`, reportText(from + i)]))
  const first = await folder('first', few(0, 12))
  const changed = await folder('changed', { ...few(3, 18), '5.txt': reportText(105) })
  const timed = async (reports: string, index: string) => {
    const begin = performance.now()
    await finished(indexing(reports, index))
    return performance.now() - begin
  }
  const building = await timed(first, join(root, 'index-first'))
  await cp(join(root, 'index-first'), join(root, 'index-changed'), { recursive: true })
  const updating = await timed(changed, join(root, 'index-changed'))
  // Three segments more, so that the next update is followed by a merge.
  let grown: Record<string, string> = few(0, 12)
  await cp(join(root, 'index-first'), join(root, 'index-grown'), { recursive: true })
  let reports = first
  for (let i = 0; i < 2; i++) {
    grown = { ...grown, [`more${i}.txt`]: reportText(200 + i) }
    reports = await folder(`grown${i}`, grown)
    await finished(indexing(reports, join(root, 'index-grown')))
  }
  const merged = await folder('merged', { ...grown, 'last.txt': reportText(300) })
  await cp(join(root, 'index-grown'), join(root, 'index-merged'), { recursive: true })
  const merging = await timed(merged, join(root, 'index-merged'))
  const whole = async (name: string, folder: string): Promise<Whole> => {
    const index = join(root, name)
    const { quotes } = await quotesFrom(environment, index, folder)
    return { reports: folder, index, quotes }
  }
  const built = await whole('index-first', first)
  const updated = await whole('index-changed', changed)
  const scenarios = [
    { name: 'build', before: null, after: built, milliseconds: building },
    { name: 'update', before: built, after: updated, milliseconds: updating },
    {
      name: 'update and merge',
      before: await whole('index-grown', reports),
      after: await whole('index-merged', merged),
      milliseconds: merging,
    },
  ]
  for (const { name, before, after } of scenarios) {
    if (before?.quotes === after.quotes)
      throw new Error(`${name}: the questions do not tell the old index from the new`)
  }
  return scenarios
}

function reportText(number: number): string {
  const lines = Array.from(
    { length: 4 },
    (_, i) => `${number}号镇今年第${i + 1}项工作:新修道路${number * 7 + i}里,安置居民${number * 3 + i}户。`,
  )
  return `${number}号镇工作报告\n\n${lines.join('\n\n')}\n`
}

/** `npm run index` over a folder, without npm in between, which a kill would not reach through. */
function indexing(reports: string, index: string): ChildProcess {
  const runner = fileURLToPath(new URL('../../src/threads/run.js', import.meta.url))
  const script = fileURLToPath(new URL('../index.ts', import.meta.url))
  return spawn(process.execPath, [runner, script, '--reports', reports, '--index', index], { stdio: 'ignore' })
}

async function finished(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`npm run index ended with ${code}`)
}

type Environment = Readonly<Record<string, string | undefined>>

/** The quotes from an index, which is whole with all reports of `folder`. @throws IndexError when it does not open */
async function quotesFrom(environment: Environment, index: string, folder: string) {
  const parts = await openDependencies(readConfig({ ...environment, REPORTS_DIR: folder, INDEX_DIR: index }))
  try {
    const { files } = await listReports(folder)
    const open = answererOver(await openIndex(parts.source.folder, parts.embedder.model, files), {
      ...parts,
      originals: originalsIn(folder),
      minConfidence: null,
    })
    const found: unknown[] = []
    for (const text of questions) {
      const { quotes } = await open.answer({ text })
      found.push(quotes.map(({ text, ranges, highlights, source: { file } }) => ({ file, text, ranges, highlights })))
    }
    return { quotes: JSON.stringify(found), isWhole: open.reports.length === files.length }
  } finally {
    parts.reader.close()
    await parts.embedder.dispose()
  }
}

/** The index in the folder: it must open for one set of reports, hold that set, and quote from it to the letter. */
async function stateOf(environment: Environment, index: string, { before, after }: Scenario): Promise<Found> {
  const states: Found[] = []
  for (const [name, expected] of [
    ['old', before],
    ['new', after],
  ] as const) {
    if (expected === null) continue
    try {
      const { quotes, isWhole } = await quotesFrom(environment, index, expected.reports)
      if (isWhole && quotes === expected.quotes) states.push(name)
    } catch (error) {
      if (!(error instanceof IndexError)) throw error
      if (error.text.en.startsWith('There is no index')) return before ? 'BROKEN' : 'none'
      if (!error.text.en.includes(' is stale: ')) return 'BROKEN'
    }
  }
  return states.length === 1 ? states[0]! : 'BROKEN'
}
