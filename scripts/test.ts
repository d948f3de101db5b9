import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readCommandLine, runCommand } from '../src/commandLine.ts'

/** What takes long, or waits for processes of its own, is run by itself beside the others: the longest first. */
const alone = [
  'web/browser/',
  'reports/hostile',
  'reports/formats/pdf',
  'commands/',
  'bot/exactlyOnce',
  'bot/running',
  'bot/outages',
  'bot/proxies',
  'web/guard',
  'endToEnd/',
  'reports/reading',
  'bot/webhook',
  'indexes/crash',
  'indexes/qdrant/',
  'library/races',
  'library/library',
  'reports/formats/image',
  'embeddings/pool',
  'web/access',
  'indexes/vectorIndex',
  'indexes/build',
  'indexes/lock',
  'indexes/open',
  'indexes/fullDisk',
  'indexes/graphPool',
  'state/',
  'reports/formats/hostile',
  'embeddings/model',
  'embeddings/open',
]

const tests = fileURLToPath(new URL('../tests', import.meta.url))

/**
 * `npm test [-- PART …]`: runs all tests, or those whose path holds one of the parts. To load the program takes longer than
 * most tests do, so the files of a folder are run in one process, but for those that are run alone.
 */
await runCommand(async () => {
  const { positionals } = readCommandLine({})
  const names = (await readdir(tests, { recursive: true })).filter((name) => name.endsWith('.test.ts')).sort()
  const chosen = names.filter((name) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
  if (chosen.length === 0) {
    console.error(`expected a part of a path below tests, found ${positionals.join(', ')}`)
    return 1
  }
  const single = alone.flatMap((start) => chosen.filter((name) => name.startsWith(start)))
  const together = new Map<string, string[]>()
  for (const name of chosen.filter((name) => !single.includes(name))) {
    const [first = '', ...rest] = name.split('/')
    const folder = rest.length > 0 ? first : 'tests'
    together.set(folder, [...(together.get(folder) ?? []), name])
  }
  // The test runner starts its processes with the options of this one.
  process.execArgv.push('--import', 'tsx')
  const folder = await mkdtemp(join(tmpdir(), 'wenju-tests-'))
  try {
    const files = single.map((name) => join(tests, name))
    for (const [first, own] of together) {
      const file = join(folder, `${first.replace(/\W/gu, '-')}.mjs`)
      await writeFile(file, own.map((name) => `import ${JSON.stringify(pathToFileURL(join(tests, name)))}\n`).join(''))
      files.push(file)
    }
    let isWell = true
    const events = run({ files, concurrency: 4 })
    events.on('test:fail', ({ todo }) => (isWell &&= todo !== undefined))
    // This reporter tells what failed once more at the end, where who reads a long output looks first.
    for await (const line of events.compose(new spec())) process.stdout.write(line)
    return isWell ? 0 : 1
  } finally {
    await rm(folder, { recursive: true })
  }
})
