import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { run } from '../../tests/support/botProcess.ts'
import { cases } from '../../tests/support/fiveReportsQuestions.ts'
import { freePort } from '../../tests/support/ports.ts'
import { seeded } from '../training/sets.ts'
import { type Got, get, openLoop } from './support/httpLoad.ts'
import { machine } from './support/machine.ts'

/** The bounds that must hold on two cores at 50 requests a second. */
const bounds = { page: 50, search: 150 }
const maxFirstViewBytes = 100 * 1024
/** Before measuring, so that code is compiled and the model loaded. */
const warmUpSeconds = 5

/**
 * `npm run bench -- reader`: `npm start` with the five reports, in a process of its own, asked for pages and searches at a
 * steady rate from this one. Prints how long they took and what a first view costs; ends with 1 when a bound is not kept.
 */
async function bench(): Promise<number> {
  const { values } = readCommandLine({
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  })
  const load = { perSecond: Number(values.rate), seconds: Number(values.seconds) }
  const random = seeded(Number(values.seed))
  const any = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const folder = await mkdtemp(join(tmpdir(), 'wenju-bench-reader-'))
  const port = await freePort()
  const base = new URL(`http://127.0.0.1:${port}/`)
  await cp(fileURLToPath(new URL('../../reports', import.meta.url)), join(folder, 'reports'), { recursive: true })
  const wenju = run(folder, [], {
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    PUBLIC_URL: base.href,
    DEFAULT_LANGUAGE: 'en',
  })
  try {
    await wenju.prints(/Pages of the reports/u)
    const reports = await addressesIn(new URL('./', base))
    const quotes = (await Promise.all(cases.map(({ question }) => quotesFor(base, question)))).flat()
    const page = () => new URL(any([...reports, ...quotes, ...quotes]), base)
    // The question comes as somebody types it, a stroke or two at a time.
    const strokes = cases.flatMap(({ question }) =>
      Array.from({ length: question.length - 1 }, (_, i) => question.slice(0, i + 2)),
    )
    const search = () => new URL(`api/search?q=${encodeURIComponent(any(strokes))}`, base)
    await openLoop((i) => (i % 2 === 0 ? page() : search()), { ...load, seconds: warmUpSeconds })
    const phases = [
      { name: 'pages', next: () => page() },
      { name: 'pages, and a search every fifth', next: (i: number) => (i % 5 === 0 ? search() : page()) },
      { name: 'searches', next: () => search() },
    ]
    console.log(`${machine()}; ${load.perSecond} requests a second for ${load.seconds} s each; five reports\n`)
    console.log(
      '| load | kind | requests | p50 ms | p99 ms | most ms | other than 200 | median KB | processor ms a request of this load |',
    )
    console.log('|---|---|---|---|---|---|---|---|---|')
    let isKept = true
    for (const { name, next } of phases) {
      const asked: URL[] = []
      const cpuBefore = await cpuSeconds(base)
      const got = await openLoop((i) => {
        asked.push(next(i))
        return asked[i]!
      }, load)
      const cpuMs = (((await cpuSeconds(base)) - cpuBefore) * 1000) / got.length
      for (const kind of ['page', 'search'] as const) {
        const own = got.filter((_, i) => asked[i]!.pathname.startsWith('/api/') === (kind === 'search'))
        if (own.length === 0) continue
        const { row, p99Ms, failed } = summary(own)
        console.log(`| ${name} | ${kind} | ${row} | ${cpuMs.toFixed(1)} |`)
        isKept &&= p99Ms <= bounds[kind] && failed === 0
      }
    }
    console.log('\n| first view | requests | KB sent | of it the page |\n|---|---|---|---|')
    for (const [name, path] of [
      ['search page', './'],
      ['report', reports[0]!],
      ['quote', quotes[0]!],
    ] as const) {
      const view = await firstView(new URL(path, base))
      const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1)
      console.log(`| ${name} | ${view.requests} | ${kilobytes(view.bytes)} | ${kilobytes(view.pageBytes)} |`)
      isKept &&= view.bytes <= maxFirstViewBytes
    }
    if (!isKept)
      console.log(`\nA bound is not kept: p99 of a page ${bounds.page} ms, of a search ${bounds.search} ms, 100 KB.`)
    return isKept ? 0 : 1
  } finally {
    wenju.signal('SIGTERM')
    await wenju.end
    await rm(folder, { recursive: true })
  }
}

const textOf = ({ body }: Got) => brotliDecompressSync(body).toString()

/** The reports that the search page lists. */
async function addressesIn(home: URL): Promise<string[]> {
  const page = textOf(await get(home, 'bench'))
  return [...new Set([...page.matchAll(/href="\.\/(r\/[^"?#]+)"/gu)].map(([, path]) => path!))]
}

async function quotesFor(base: URL, question: string): Promise<string[]> {
  const got = await get(new URL(`api/search?q=${encodeURIComponent(question)}`, base), '198.51.100.1')
  const { quotes } = JSON.parse(textOf(got)) as { quotes: { path: string }[] }
  return quotes.map(({ path }) => path.replace(/#.*/u, ''))
}

/** The processor time that the server has used so far, which other work on the machine does not change. */
async function cpuSeconds(base: URL): Promise<number> {
  const text = await (await fetch(new URL('metrics', base))).text()
  return Number(/^wenju_process_cpu_seconds_total (\S+)/mu.exec(text)?.[1])
}

function summary(got: readonly Got[]) {
  const sorted = got.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  const failed = got.filter(({ status }) => status !== 200).length
  const bytes = got.map((one) => one.bytes).sort((a, b) => a - b)[Math.floor(got.length / 2)]!
  const times = [at(0.5), at(0.99), sorted.at(-1)!].map((ms) => ms.toFixed(1))
  return { p99Ms: at(0.99), failed, row: [got.length, ...times, failed, (bytes / 1024).toFixed(1)].join(' | ') }
}

/** The load of a browser that shows a page and has nothing of it yet. */
async function firstView(address: URL) {
  const page = await get(address, '198.51.100.2')
  const html = textOf(page)
  const loaded = [...html.matchAll(/<(?:script|link|img)[^>]*? (?:src|href)="([^"]+)"/gu)].map(([, path]) => path!)
  const parts = await Promise.all(loaded.map((path) => get(new URL(path, address), '198.51.100.2')))
  const bytes = [page, ...parts].reduce((sum, part) => sum + part.bytes, 0)
  return { requests: 1 + parts.length, bytes, pageBytes: page.bytes }
}

await runCommand(bench)
