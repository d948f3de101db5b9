import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { startHttpProxy } from '../fakes/proxies.ts'
import { autumn, spring, workshop } from '../support/testIndex.ts'
import { startSite } from '../support/webSite.ts'
import { assertTold, run } from './run.ts'
import { commandsInTurn } from './runInTurn.ts'

const runInTurn = commandsInTurn({ after })

/** Runs `npm run add` over a folder of its own, by a proxy that knows the site of the test. */
describe('npm run add', async () => {
  const cleaning: (() => unknown)[] = []
  const cleaner = { after: (clean: () => unknown) => void cleaning.push(clean) }
  after(async () => {
    for (const clean of cleaning.reverse()) await clean()
  })
  const site = await startSite(cleaner, ({ url }, response) => {
    if (url === '/a/%E7%A7%8B%E5%A4%A9.txt') response.setHeader('content-type', 'text/plain').end(autumn)
    else if (url === '/same.txt') response.end(spring)
    else if (url === '/inside') response.writeHead(302, { location: 'http://169.254.169.254/keys' }).end()
    else response.writeHead(404).end()
  })
  const proxy = await startHttpProxy({ names: { 'reports.wenju.test': site.port } })
  cleaner.after(() => proxy.close())
  const places = await workshop(cleaner as Parameters<typeof workshop>[0], { 'spring.txt': spring })
  const environment = { INDEX_DIR: places.index, ALLOW_LINKS: 'on', HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }
  const add = (address: string, more: Record<string, string> = {}, language: 'zh' | 'en' = 'zh') =>
    runInTurn('add', [address, '--reports', places.reports], { environment: { ...environment, ...more }, language })

  it('fetches nothing while it is off', async () => {
    for (const language of ['zh', 'en'] as const)
      assertTold(
        await add('http://reports.wenju.test/same.txt', { ALLOW_LINKS: '' }, language),
        language,
        'ALLOW_LINKS=on',
      )
    assert.deepEqual([site.requests, proxy.led], [[], []])
  })

  it('puts a file into the folder and the index, with its origin', async () => {
    const address = 'http://reports.wenju.test/a/秋天.txt'
    const { code, stdout, stderr } = await run('add', [address, '--reports', places.reports], {
      environment,
      language: 'zh',
    })
    assert.deepEqual([code, stdout], [0, '已加入 秋天.txt。\n'], stderr)
    assert.deepEqual((await readdir(places.reports)).sort(), ['spring.txt', '秋天.txt', '秋天.txt.meta.json'])
    const { url } = JSON.parse(await readFile(join(places.reports, '秋天.txt.meta.json'), 'utf8')) as { url: string }
    assert.equal(url, 'http://reports.wenju.test/a/%E7%A7%8B%E5%A4%A9.txt')
    const args = ['安置房交付多少套?', '--json', '--reports', places.reports, '--index', places.index]
    const asked = await runInTurn('ask', args)
    const { quotes } = JSON.parse(asked.stdout) as { quotes: { source: Record<string, unknown> }[] }
    assert.deepEqual([quotes[0]!.source.file, quotes[0]!.source.address], ['秋天.txt', url])
    const shown = await runInTurn(
      'ask',
      args.filter((one) => one !== '--json'),
    )
    assert.match(shown.stdout, /来自 reports\.wenju\.test|from reports\.wenju\.test/u)
  })

  it('does not add the same content again', async () => {
    const { code, stdout, stderr } = await add('http://reports.wenju.test/same.txt', {}, 'en')
    assert.deepEqual(
      [code, stdout],
      [0, 'The same content is there already as spring.txt; nothing was added.\n'],
      stderr,
    )
  })

  it('tells faults and leaves the folder as it was', async () => {
    const before = await readdir(places.reports)
    assertTold(await add('http://127.0.0.1/', {}, 'zh'), 'zh', '本机或内网')
    assertTold(await add('http://reports.wenju.test/inside', {}, 'en'), 'en', 'private network')
    assertTold(await add('http://reports.wenju.test/none', {}, 'en'), 'en', 'HTTP 404')
    assertTold(await runInTurn('add', []), 'en', 'npm run add -- URL')
    assert.deepEqual(await readdir(places.reports), before)
    assert.ok(
      proxy.led.every((place) => place === 'reports.wenju.test'),
      proxy.led.join(),
    )
  })
})
