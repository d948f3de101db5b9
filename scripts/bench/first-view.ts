import { quotePath, reportPath } from '../../src/answer/address.ts'
import { runCommand } from '../../src/commandLine.ts'
import { phone } from '../../tests/support/browser.ts'
import { openReaderStage } from '../readerPages.ts'
import { machine } from './support/machine.ts'

/** A phone on a slow mobile network, as Lighthouse takes it. */
const slow = { latencyMs: 150, bytesPerSecond: (1.6 * 1024 * 1024) / 8, cpuSlowdown: 4 }
const runs = 3
/** The wait after loading, in which something larger than the first words may still be drawn. */
const settledMs = 500

interface View {
  readonly bytes: number
  readonly requests: number
  readonly firstMs: number
  readonly largestMs: number
  readonly doneMs: number
}

/**
 * `npm run bench -- first-view`: bytes, requests and times of the first view of each page on a slow phone. Prints the medians of
 * some visits, each with an empty cache.
 */
await runCommand(async (environment) => {
  const { url, answerer, browser, close } = await openReaderStage(environment)
  try {
    const { quotes } = await answerer.answer({ text: '长荡湖湖心的总磷浓度是多少' })
    const longest = (await Promise.all(answerer.reports.map(({ id }) => answerer.report(id))))
      .filter((report) => report !== null)
      .sort((a, b) => b.text.length - a.text.length)[0]!
    const pages = [
      ['search page', ''],
      ['an answer', `?q=${encodeURIComponent('长荡湖湖心的总磷浓度是多少')}`],
      ['a quote', quotePath(quotes[0]!)],
      ['longest report', reportPath(longest.id)],
      ['… line by line', `${reportPath(longest.id)}?view=original`],
    ] as const
    console.log(`${machine()}; ${slow.latencyMs} ms, 1.6 Mbit/s, CPU ${slow.cpuSlowdown} times slower\n`)
    console.log('| page | transferred | requests | first words | largest | loaded |\n|---|---|---|---|---|---|')
    for (const [name, path] of pages) {
      const views: View[] = []
      for (let i = 0; i < runs; i++) views.push(await view(url + path))
      const median = (of: (view: View) => number) => views.map(of).sort((a, b) => a - b)[runs >> 1]!
      const cells = [
        `${(median(({ bytes }) => bytes) / 1024).toFixed(1)} KB`,
        median(({ requests }) => requests),
        ...[median(({ firstMs }) => firstMs), median(({ largestMs }) => largestMs), median(({ doneMs }) => doneMs)].map(
          (ms) => `${Math.round(ms)} ms`,
        ),
      ]
      console.log(`| ${name} | ${cells.join(' | ')} |`)
    }
  } finally {
    await close()
  }
  return 0

  async function view(address: string): Promise<View> {
    const context = await browser.newContext(phone)
    const page = await context.newPage()
    const client = await context.newCDPSession(page)
    await client.send('Network.enable')
    const { latencyMs: latency, bytesPerSecond: throughput } = slow
    await client.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: throughput,
      uploadThroughput: throughput / 2,
    })
    await client.send('Emulation.setCPUThrottlingRate', { rate: slow.cpuSlowdown })
    let bytes = 0
    let requests = 0
    client.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
      requests++
    })
    await page.addInitScript(`new PerformanceObserver((list) => {
      globalThis.largestMs = list.getEntries().at(-1).startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })`)
    await page.goto(address, { waitUntil: 'networkidle' })
    await page.waitForFunction('performance.getEntriesByName("first-contentful-paint").length > 0')
    await page.waitForTimeout(settledMs)
    const times = (await page.evaluate(`({
      firstMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      largestMs: globalThis.largestMs,
      doneMs: performance.getEntriesByType('navigation')[0].loadEventEnd,
    })`)) as Pick<View, 'firstMs' | 'largestMs' | 'doneMs'>
    await context.close()
    return { bytes, requests, ...times }
  }
})
