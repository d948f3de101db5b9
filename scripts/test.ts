import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readCommandLine, runCommand } from '../src/commandLine.ts'

const tests = fileURLToPath(new URL('../tests', import.meta.url))

/**
 * `npm test [-- PART …]` runs all tests, or those whose path holds one of the parts; `--quick` leaves out the slow ones.
 * Loading the program takes longer than most tests do, so the files of a folder share a process. Tests that take long, load a
 * model, or wait for a browser, a server or another process are named `*.slow.test.ts`: each of them has a process of its own.
 */
await runCommand(async () => {
  const { positionals, values } = readCommandLine({ quick: { type: 'boolean' } })
  const names = (await readdir(tests, { recursive: true })).filter((name) => name.endsWith('.test.ts')).sort()
  const chosen = names.filter(
    (name) =>
      (positionals.length === 0 || positionals.some((part) => name.includes(part))) && !(values.quick && isSlow(name)),
  )
  if (chosen.length === 0) {
    console.error(`expected a part of a path below tests, found ${positionals.join(', ')}`)
    return 1
  }
  const together = new Map<string, string[]>()
  for (const name of chosen.filter((name) => !isSlow(name))) {
    const folder = name.includes('/') ? name.slice(0, name.indexOf('/')) : 'tests'
    together.set(folder, [...(together.get(folder) ?? []), name])
  }
  // The test runner starts its processes with the options of this one.
  process.execArgv.push('--import', new URL('../src/threads/typescript.js', import.meta.url).href)
  const folder = await mkdtemp(join(tmpdir(), 'wenju-tests-'))
  try {
    const files = await largestFirst(chosen.filter(isSlow).map((name) => join(tests, name)))
    for (const [first, own] of together) {
      const file = join(folder, `${first.replace(/\W/gu, '-')}.mjs`)
      await writeFile(file, own.map((name) => `import ${JSON.stringify(pathToFileURL(join(tests, name)))}\n`).join(''))
      files.push(file)
    }
    let isWell = true
    const events = run({ files, concurrency: 4 })
    events.on('test:fail', ({ todo }) => (isWell &&= todo !== undefined))
    // This reporter lists the failures again at the end, where one looks first in a long output.
    for await (const line of events.compose(new spec())) process.stdout.write(line)
    return isWell ? 0 : 1
  } finally {
    await rm(folder, { recursive: true })
  }
})

function isSlow(name: string): boolean {
  return name.endsWith('.slow.test.ts')
}

/** Sorts files by size, the largest first. A long file that started last would keep one processor waiting for the other. */
async function largestFirst(files: readonly string[]): Promise<string[]> {
  const sizes = new Map(await Promise.all(files.map(async (file) => [file, (await stat(file)).size] as const)))
  return files.toSorted((one, other) => sizes.get(other)! - sizes.get(one)!)
}
