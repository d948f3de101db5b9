import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ReportError } from '../../src/errors.ts'
import type { ReportFile } from '../../src/reports/file.ts'
import { listReports } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import { defaultLimits, type ReadLimits } from '../../src/reports/manuscript.ts'
import { type ReadingProcess, startReadingProcess } from '../../src/reports/readingProcess.ts'
import { archiveOf } from '../fixtures/archives.ts'
import { singleColumn } from '../fixtures/documents.ts'
import { knownText, webPage, workbook } from '../fixtures/office.ts'
import { typescript } from '../support/typescript.ts'
import { eventually, isAlive, readersOf } from './readerProcesses.ts'

const words = '镇里修好了三座百年老桥,石料都是从北山运来的。\n'
/** So many different paragraphs that reading them takes many seconds and much memory. */
const endless = Array.from(
  { length: 400_000 },
  (_, i) => `第${i}座桥修好了,石料都是从北山运来的,花了${i * 7}元。`,
).join('\n')
const cells = '1,2,3,4\n'.repeat(1_200_000)

/** A test or a suite, which clean-up is registered with. */
type Ending = Pick<TestContext, 'after'>

interface Bench {
  readonly reader: ReadingProcess
  readonly file: (name: string) => ReportFile
}

async function folderWith(context: Ending, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-reading-'))
  context.after(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

async function prepare(
  context: Ending,
  files: Record<string, string | Uint8Array>,
  limits: Partial<ReadLimits> = {},
): Promise<Bench> {
  return benchOver(context, await listed(await folderWith(context, { ...files, 'good.txt': words })), limits)
}

async function listed(folder: string): Promise<readonly ReportFile[]> {
  const { files, faults } = await listReports(folder)
  assert.deepEqual([...faults], [])
  return files
}

function benchOver(context: Ending, files: readonly ReportFile[], limits: Partial<ReadLimits>): Bench {
  const reader = startReadingProcess({ ...defaultLimits, ...limits })
  context.after(() => reader.close())
  return { reader, file: (name) => files.find(({ file }) => file === name)! }
}

let longFiles: Promise<readonly ReportFile[]> | undefined
let longFolder = ''
after(() => longFolder && rm(longFolder, { recursive: true }))

/** A bench over files that take long, which are written and listed once. */
async function prepareLong(context: Ending, limits: Partial<ReadLimits> = {}): Promise<Bench> {
  longFiles ??= (async () => {
    longFolder = await mkdtemp(join(tmpdir(), 'wenju-reading-'))
    const files = { 'endless.txt': endless, 'cells.csv': cells, 'good.txt': words }
    for (const [name, content] of Object.entries(files)) await writeFile(join(longFolder, name), content)
    return listed(longFolder)
  })()
  return benchOver(context, await longFiles, limits)
}

/** The fault that reading `name` ends in: one line in both languages that names the file. */
async function faultOf({ reader, file }: Bench, name: string): Promise<ReportError> {
  const error = await reader.read(file(name)).then(
    () => assert.fail(`${name} was read`),
    (error: unknown) => error,
  )
  assert.ok(error instanceof ReportError, String(error))
  for (const told of Object.values(error.text)) {
    assert.ok(told.includes(name), told)
    assert.ok(!told.includes('\n'), told)
  }
  return error
}

/** The limits are told by their variables, and the next file is read all the same. */
async function bites(bench: Bench, name: string, variable: string, fault = faultOf(bench, name)): Promise<void> {
  const { text } = await fault
  assert.ok(text.zh.includes(variable) && text.en.includes(variable), text.en)
  assert.equal((await bench.reader.read(bench.file('good.txt'))).text, words)
}

const onLinux = { skip: process.platform === 'linux' ? false : 'looks into /proc' }

describe('a process that reads file after file', () => {
  const limits = { ...defaultLimits, pages: 2 }
  const secrets = [
    'TELEGRAM_BOT_TOKEN',
    'WEBHOOK_SECRET',
    'aws_access_key_id',
    'DB_PASSWORD',
    'https_proxy',
    'ALL_PROXY',
  ]
  const office = { 'b.xlsx': workbook(), 'c.html': webPage(), 'd.txt': knownText }
  const ends: (() => unknown)[] = []
  let bench: Bench
  let pids: number[]
  before(async () => {
    for (const name of secrets) process.env[name] = 'hush-hush'
    process.env.WENJU_PLAIN = 'plain'
    const { bytes } = await singleColumn({ pages: 3 })
    const files = { ...office, 'a.pdf': bytes, 'damaged.pdf': '%PDF-1.7\n', 'sparse.txt': `${words}!` }
    bench = await prepare({ after: (end) => ends.push(end as () => unknown) }, files, limits)
    assert.equal((await bench.reader.read(bench.file('good.txt'))).text, words)
    pids = await readersOf(process.pid)
  })
  after(async () => {
    for (const name of [...secrets, 'WENJU_PLAIN']) delete process.env[name]
    for (const end of ends) await end()
    await eventually(async () => (await readersOf(process.pid)).length === 0, 'it ends')
  })

  test('no secret of this process is known to the one that reads', onLinux, async () => {
    const environment = await readFile(`/proc/${pids[0]}/environ`, 'utf8')
    assert.match(environment, /WENJU_PLAIN=plain/u)
    assert.doesNotMatch(environment, /hush-hush/u)
    assert.doesNotMatch(environment, /(?:TOKEN|SECRET|KEY|PASSWORD|PROXY)\w*=/iu)
  })

  test('a report read by the process equals one read here', async () => {
    for (const file of ['a.pdf', ...Object.keys(office)].map(bench.file))
      assert.deepEqual(await bench.reader.read(file), await loadReport(file, limits))
  })

  test('MAX_PAGES: the first pages are read, and it is said', async () => {
    const report = await bench.reader.read(bench.file('a.pdf'))
    assert.equal(report.pages.length, 2)
    assert.deepEqual(
      report.notes.map(({ en }) => en),
      ['The file has 3 pages; only the first 2 were read.'],
    )
    assert.equal((await bench.reader.read(bench.file('good.txt'))).text, words)
  })

  test('a fault stays the fault that it is', async () => {
    const { text } = await faultOf(bench, 'damaged.pdf')
    await assert.rejects(loadReport(bench.file('damaged.pdf')), (error) => {
      assert.deepEqual((error as ReportError).text, text)
      return true
    })
  })

  test('MAX_FILE_MB: a file of 2 GB is refused without being read', async () => {
    const { path } = bench.file('sparse.txt')
    await truncate(path, 2 * 1024 ** 3)
    await bites(bench, 'sparse.txt', 'MAX_FILE_MB')
    const { files, faults } = await listReports(dirname(path))
    assert.deepEqual(
      files.map(({ file }) => file).sort(),
      ['a.pdf', ...Object.keys(office), 'damaged.pdf', 'good.txt'].sort(),
    )
    assert.match(faults.get('sparse.txt')!.text.zh, /2048 MB.*MAX_FILE_MB/u)
  })

  test('a process that keeps little of what it read stays', onLinux, async () => {
    assert.equal(pids.length, 1)
    assert.deepEqual(await readersOf(process.pid), pids)
  })
})

test('MAX_READ_SECONDS: a file that keeps the process busy is given up', async (context) => {
  const bench = await prepareLong(context, { memoryMb: 16_000 })
  await bench.reader.read(bench.file('good.txt'))
  const isBusy = wait(500)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const fault = faultOf(bench, 'endless.txt')
  await isBusy
  context.mock.timers.tick(defaultLimits.seconds * 1000)
  await bites(bench, 'endless.txt', 'MAX_READ_SECONDS', fault)
})

test('a process that does not start or starts slowly is told as such, and the file is not blamed', async (context) => {
  const bench = await prepare(context, {})
  const { reader, file } = bench
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const fault = faultOf(bench, 'good.txt')
  await new Promise((resolve) => setImmediate(resolve))
  context.mock.timers.tick(300_000)
  const { text } = await fault
  assert.match(text.en, /expected the process that handles files to start.*the file is not to blame/u)
  assert.doesNotMatch(text.en + text.zh, /MAX_READ_SECONDS/u)
  // The time of the file, MAX_READ_SECONDS, is over before the next process has started.
  const reading = reader.read(file('good.txt'))
  await new Promise((resolve) => setImmediate(resolve))
  context.mock.timers.tick(defaultLimits.seconds * 1000)
  assert.equal((await reading).text, words)
})

test('MAX_READ_MEMORY_MB: a file that takes too much memory is given up', onLinux, async (context) => {
  const bench = await prepareLong(context, { seconds: 120, memoryMb: 160 })
  await bites(bench, 'endless.txt', 'MAX_READ_MEMORY_MB')
})

test('MAX_READ_MEMORY_MB: a table of millions of cells is told alike', onLinux, async (context) => {
  const bench = await prepareLong(context, { seconds: 120, memoryMb: 200 })
  await bites(bench, 'cells.csv', 'MAX_READ_MEMORY_MB')
})

test('a process that keeps much of what it read is replaced before the next file', onLinux, async (context) => {
  // The libraries alone take more than half of it.
  const { reader, file } = await prepare(context, {}, { memoryMb: 110 })
  const seen = new Set<number>()
  for (let i = 0; i < 2; i++) {
    assert.equal((await reader.read(file('good.txt'))).text, words)
    for (const pid of await readersOf(process.pid)) if (await isAlive(pid)) seen.add(pid)
  }
  assert.equal(seen.size, 2)
  reader.close()
  await eventually(async () => (await readersOf(process.pid)).length === 0, 'it ends')
})

test('updates have a process, and questions another, so that neither waits for the other', onLinux, async (context) => {
  const { reader, file } = await prepare(context, { 'a.zip': archiveOf({ 'b.txt': `${words}1` }) })
  const container = { path: file('a.zip/b.txt').path, file: 'a.zip' }
  assert.equal((await reader.listMembers(container)).reports.length, 1)
  assert.equal((await reader.read(file('a.zip/b.txt'))).text, `${words}1`)
  const [own, ...others] = await readersOf(process.pid)
  assert.deepEqual(others, [])
  assert.equal(Buffer.from(await reader.readMember(container, 'b.txt')).toString(), `${words}1`)
  const both = await readersOf(process.pid)
  assert.ok(both.length === 2 && both.includes(own!), both.join())
  // The process for questions ends when none comes any more, and starts again.
  context.mock.timers.enable({ apis: ['setTimeout'] })
  await reader.readMember(container, 'b.txt')
  context.mock.timers.tick(300_000)
  context.mock.timers.reset()
  await eventually(async () => (await readersOf(process.pid)).join() === String(own), 'it ends')
  assert.equal(Buffer.from(await reader.readMember(container, 'b.txt')).toString(), `${words}1`)
})

test('after the end nothing is read any more, and no process starts', onLinux, async (context) => {
  const { reader, file } = await prepareLong(context)
  const closed = /\.txt: given up, as the process was closed/u
  await reader.read(file('good.txt'))
  const pending = [reader.read(file('endless.txt')), reader.read(file('good.txt'))]
  // The first is being read by now, and the second waits.
  await new Promise((resolve) => setImmediate(resolve))
  reader.close()
  for (const one of pending) await assert.rejects(one, closed)
  await assert.rejects(reader.read(file('good.txt')), closed)
  await eventually(async () => (await readersOf(process.pid)).length === 0, 'it ends')
})

test(
  'a process killed in mid-read: the file is tried in a new one, and told when that ends too',
  onLinux,
  async (context) => {
    const bench = await prepareLong(context, { seconds: 120, memoryMb: 16_000 })
    const { reader, file } = bench
    await reader.read(file('good.txt'))
    const killReader = async (but?: number) => {
      let pid: number | undefined
      await eventually(async () => {
        pid = (await readersOf(process.pid)).find((one) => one !== but)
        return pid !== undefined
      }, 'it reads')
      await wait(300)
      process.kill(pid!, 'SIGKILL')
      return pid!
    }
    const fault = faultOf(bench, 'endless.txt')
    const first = await killReader()
    await killReader(first)
    assert.match((await fault).text.en, /broke the reading process/u)
    assert.equal((await reader.read(file('good.txt'))).text, words)
    // While nothing is read, and at once asked to read: nothing has told of its end yet.
    const idle = await killReader()
    assert.equal((await reader.read(file('good.txt'))).text, words)
    assert.ok(!(await readersOf(process.pid)).includes(idle))
  },
)

/** A program with a reader of its own, once it has read its first report. */
async function startProgram(context: TestContext, how: 'ends' | 'busy'): Promise<ChildProcess> {
  const folder = await folderWith(context, { 'a.txt': words, ...(how === 'busy' && { 'b.txt': endless }) })
  const script = fileURLToPath(new URL('readingParent.ts', import.meta.url))
  const program = spawn(process.execPath, [...typescript, script, folder, how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => program.kill('SIGKILL'))
  await once(program.stdout!, 'data')
  return program
}

test('an idle reader does not keep its program from ending', { timeout: 120_000 }, async (context) => {
  const program = await startProgram(context, 'ends')
  if (program.exitCode === null) await once(program, 'exit')
  assert.equal(program.exitCode, 0)
})

test('the process ends with a program that is killed, also while it is busy', onLinux, async (context) => {
  const program = await startProgram(context, 'busy')
  const [pid] = await readersOf(program.pid!)
  assert.ok(pid !== undefined)
  await wait(500)
  program.kill('SIGKILL')
  await once(program, 'exit')
  assert.ok(await isAlive(pid), 'it was busy and did not end by itself')
  await eventually(async () => !(await isAlive(pid)), 'the reading process is gone', 5)
})
