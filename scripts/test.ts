import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { bundle, writeBundle } from '../src/threads/bundle.js'
import { runFolderVariable } from '../tests/support/sharedFolder.ts'

const tests = fileURLToPath(new URL('../tests', import.meta.url))

/** The slow tests that take longest of those with a process of their own, by the processor time and the waits that were measured. */
const longest = [
  'web/browser/browser',
  'reports/hostile',
  'commands/start',
  'bot/exactlyOnce',
  'bot/running',
  'bot/outages',
  'bot/proxies',
  'endToEnd/replicas',
  'reports/readingProcess',
  'endToEnd/silence',
  'indexes/crash',
  'endToEnd/qdrant',
  'indexes/qdrant/crash',
  'indexes/qdrant/cluster',
  'library/races',
  'library/library',
].map((name) => join(tests, `${name}.slow.test.ts`))

/**
 * Slow tests that share a process, by its name, since they load the same things, which takes long: OCR's models need so much memory
 * that the first page of a process takes as long as two more. These processes start first, the longest in front.
 */
const sharing: Readonly<Record<string, readonly string[]>> = {
  pages: [
    'photograph/framing',
    'reports/covers',
    'reports/formats/columns',
    'reports/formats/image',
    'reports/formats/ofdPictures',
    'reports/formats/pageTables',
    'reports/formats/pdf',
    'reports/formats/scannedColumns',
    'reports/formats/scannedFigures',
    'reports/formats/wordPlacing',
    'reports/tables/uncertainTables',
  ],
  files: [
    'reports/formats/hostile',
    'reports/formats/hostileArchives',
    'reports/formats/mutated',
    'reports/thousandFiles',
  ],
  folders: ['endToEnd/fiveReports', 'endToEnd/formats', 'endToEnd/officeFormats'],
  dictionary: ['languages/loadDictionary', 'search/retrieval/english'],
}

/**
 * The settings of glibc's allocator for the processes of the tests. Most of them live for seconds, in which the system hands them
 * their memory page by page; large pages, and memory that is kept for its next use, spare a fifth of their processor time. One arena
 * for all threads touches less memory. Its blocks are of up to 32 MiB, as glibc ignores a higher threshold.
 */
const allocatorSettings = [
  'glibc.malloc.hugetlb=1',
  'glibc.malloc.top_pad=16777216',
  'glibc.malloc.trim_threshold=1000000000',
  'glibc.malloc.mmap_threshold=33554432',
  'glibc.malloc.arena_max=1',
].join(':')

/**
 * The setting of V8 for the processes of the tests, and for those that they start: memory for new objects of 2 MB instead of 16,
 * which spares a tenth of the processor time of a start, and costs nothing where files are read.
 */
const youngMemory = '--max-semi-space-size=2'

/**
 * The test processes that run at a time. Three keep two processors busy, as tests wait now and then; four, which take turns more
 * often, need a tenth more processor time.
 */
const concurrency = 3

/** Folders with fewer bytes of tests share a process. */
const minFolderBytes = 44_000

/**
 * `npm test [-- PART …]` runs all tests, or those whose path holds one of the parts; `--quick` leaves out the slow ones.
 * Loading the program takes longer than most tests do, so the files of a folder share a process, and so do all small
 * folders together. Tests that take long, load a model, or wait for a browser, a server or another process are named
 * `*.slow.test.ts`: each of them has a process of its own, but for those that load the same things.
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
  // The test runner starts its processes with the options and the environment of this one.
  process.execArgv.push('--enable-source-maps')
  process.env.GLIBC_TUNABLES ??= allocatorSettings
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} ${youngMemory}`.trim()
  const folder = await mkdtemp(join(tmpdir(), 'wenju-tests-'))
  process.env[runFolderVariable] = folder
  try {
    const translations = await translate(pathsOf(chosen), folder)
    const slow = await sized(pathsOf(chosen.filter(isSlow)))
    const shared = Object.entries(sharing).map(([name, own]) => ({ name, files: filesOf(own, slow) }))
    const alone = slow.filter((file) => !shared.some((group) => group.files.includes(file)))
    const quick = groupsOf(await sized(pathsOf(chosen.filter((name) => !isSlow(name)))))
    const programOf = async ({ name, files }: Group): Promise<Sized> => {
      const path = join(folder, `${name}.mjs`)
      const imports = files.map((file) => `import ${JSON.stringify(pathToFileURL(translations.get(file.path)!))}\n`)
      await writeFile(path, imports.join(''))
      return { path, bytes: bytesOf(files) }
    }
    const first = await Promise.all(shared.filter(({ files }) => files.length > 0).map(programOf))
    const others = longestFirst([...alone, ...(await Promise.all(quick.map(programOf)))])
    let isWell = true
    const events = run({ files: [...first, ...others].map(({ path }) => translations.get(path) ?? path), concurrency })
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

interface Sized {
  readonly path: string
  readonly bytes: number
}

/** Files that share a process. */
interface Group {
  readonly name: string
  readonly files: readonly Sized[]
}

function pathsOf(names: readonly string[]): string[] {
  return names.map((name) => join(tests, name))
}

/**
 * Translates all tests into the folder, at once, which takes a fraction of what it takes for each of their processes.
 * @returns the paths of the translations by those of the tests
 */
async function translate(paths: readonly string[], folder: string): Promise<Map<string, string>> {
  const translation = await bundle(paths, folder)
  writeBundle(translation)
  // Node looks for packages beside a file and above it.
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'), 'junction')
  return new Map(paths.map((path, at) => [path, translation.entries[at]!]))
}

/** The slow tests of these names among others. */
function filesOf(names: readonly string[], among: readonly Sized[]): Sized[] {
  const paths = names.map((name) => join(tests, `${name}.slow.test.ts`))
  return among.filter(({ path }) => paths.includes(path))
}

function sized(paths: readonly string[]): Promise<Sized[]> {
  return Promise.all(paths.map(async (path) => ({ path, bytes: (await stat(path)).size })))
}

function bytesOf(files: readonly Sized[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** The quick files that share a process: those of a folder, and those of all small folders. */
function groupsOf(files: readonly Sized[]): Group[] {
  const folders = new Map<string, Sized[]>()
  for (const file of files) {
    const [folder, ...rest] = relative(tests, file.path).split(sep)
    const name = rest.length > 0 ? folder! : 'tests'
    folders.set(name, [...(folders.get(name) ?? []), file])
  }
  const groups = [...folders].map(([name, files]) => ({ name, files }))
  const isSmall = ({ files }: Group) => bytesOf(files) < minFolderBytes
  const small = { name: 'small-folders', files: groups.filter(isSmall).flatMap(({ files }) => files) }
  return [...groups.filter((group) => !isSmall(group)), ...(small.files.length > 0 ? [small] : [])]
}

/** Sorts by time, the longest first: those that are known, then by size. A long one that started last would have a processor to itself. */
function longestFirst(files: readonly Sized[]): Sized[] {
  const place = ({ path }: Sized) => (longest.includes(path) ? longest.indexOf(path) : longest.length)
  return files.toSorted((one, other) => place(one) - place(other) || other.bytes - one.bytes)
}
