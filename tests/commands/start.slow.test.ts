import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { variableNames } from '../../src/configVariables.ts'
import { ending } from '../indexes/buildProcess.ts'
import { freePort } from '../support/ports.ts'
import { autumn, broken, put, snapshot, spring, workshop } from '../support/testIndex.ts'
import { until } from '../support/testLibrary.ts'
import { environmentOf, indexedStage } from './realModelIndex.ts'
import { assertTold, root, run } from './run.ts'
import { commandsInTurn } from './runInTurn.ts'

const stage = await indexedStage({ after })
const runInTurn = commandsInTurn({ after })

/** What this machine's environment and `.env` set counts for no test. */
const unset = { ...Object.fromEntries(variableNames.map((name) => [name, ''])), LANG: 'en_US.UTF-8', LC_ALL: '' }

describe('npm run index', () => {
  it('builds the index, and the second time says that it was up to date', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    const environment = environmentOf(places)
    const first = await runInTurn('index', [], { environment })
    assert.deepEqual(
      [first.code, first.stdout],
      [0, 'The index is updated: 2 reports, 7 passages, 7 newly embedded.\n'],
    )
    // On a busy machine reading takes long enough to be told, too.
    assert.match(first.stderr, /^(?:Reading .*\n)*Indexing 0\/7 passages\n/u)
    const before = await snapshot(places.index)
    const second = await runInTurn('index', [], { environment, language: 'zh' })
    assert.deepEqual([second.code, second.stdout], [0, '索引已是最新:2 份报告,7 个段落,新嵌入 0 段。\n'])
    // A table tells what was read, and nothing else is told.
    assert.equal(second.stderr, '种类    已读  未读\n纯文本     2     0\n')
    assert.deepEqual(await snapshot(places.index), before)
  })

  it('indexes the rest beside a broken report, names it each time and ends with 1', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': broken })
    for (const language of ['en', 'zh'] as const) {
      const ran = await runInTurn('index', [], { environment: environmentOf(places), language })
      assert.equal(ran.code, 1)
      assert.match(ran.stderr, /b\.txt.*UTF-8/u)
      assert.match(ran.stdout, language === 'en' ? /updated: 1 reports, 4 passages/u : /已是最新:1 份报告,4 个段落/u)
    }
  })

  it('does not pass over words that are no options', async () => {
    const { stderr, code } = await runInTurn('index', ['other-reports'], { environment: stage.environment })
    assert.ok(code !== 0 || stderr.includes('other-reports'), 'other-reports was neither refused nor mentioned')
  })
})

describe('npm start without a token', () => {
  it('answers piped questions and ends with 0', async () => {
    const ran = await run('main', [], { environment: stage.environment, input: '问题\n\n安置房交付了多少套?\n' })
    assert.equal(ran.code, 0, ran.stderr)
    assert.match(ran.stdout, /^问题\n\n/u)
    assert.match(ran.stdout, /安置房交付了多少套\?\n\n.*1 {2}▌ 安置房交付四百套,群众满意。\n {3}— .*\(autumn\.txt\)/su)
  })

  it('tells a question at fault, answers the next, and ends with 1', async () => {
    const input = `😀\n${'问'.repeat(600)}\n新建小学几所?`
    const ran = await runInTurn('main', [], { environment: stage.environment, language: 'zh', input })
    assert.equal(ran.code, 1, ran.stderr)
    assert.match(ran.stdout, /没有文字.*问题太长.*新建小学两所,新增学位三千个。/su)
    assert.ok(!/^\s+at /mu.test(ran.stdout + ran.stderr))
  })

  it('says with --check that all is in order and ends with 0', async () => {
    const ran = await runInTurn('main', ['--check'], { environment: stage.environment })
    assert.deepEqual([ran.code, ran.stdout], [0, ''])
    assert.match(ran.stderr, /^model {2}in order: wenju-small-zh-v1, 512 dimensions$/mu)
    assert.match(ran.stderr, /^index {2}in order: .*, 2 reports, 7 passages, engine (hnsw|exact)$/mu)
    assert.match(ran.stderr, /^token {2}not set/mu)
  })

  it('says with --check that the index is stale, and leaves it alone', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const environment = environmentOf(stage.places)
    const before = await snapshot(stage.places.index)
    await put(places.reports, { 'autumn.txt': autumn })
    const ran = await runInTurn('main', ['--check'], { environment: { ...environment, REPORTS_DIR: places.reports } })
    assert.equal(ran.code, 1)
    assert.match(ran.stderr, /is stale: .*added a\.txt; vanished spring\.txt.*npm run index/u)
    assert.deepEqual(await snapshot(stage.places.index), before)
  })
})

describe('npm start that has nothing to do', () => {
  it('says so at once where input is the null device, as for services', async () => {
    const env = { ...process.env, ...unset, REPORTS_DIR: '/no/such/folder' }
    const started = spawn(process.execPath, ['scripts/launcher.cjs', 'src/main.ts'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    assertTold(await ending(started), 'en', 'TELEGRAM_BOT_TOKEN', 'PORT')
  })

  it('says so when a pipe brings no question', async () => {
    const ran = await runInTurn('main', [], { environment: stage.environment, language: 'zh' })
    assertTold(ran, 'zh', 'TELEGRAM_BOT_TOKEN', 'PORT')
  })
})

describe('npm start without a token and with a port', () => {
  it('serves the pages beside the chat, also where nobody sits, until a signal', async (t) => {
    const port = await freePort()
    const { places } = stage
    const environment = {
      ...process.env,
      ...unset,
      ...stage.environment,
      STATE_DIR: places.root,
      PORT: String(port),
    }
    const started = spawn(process.execPath, ['scripts/launcher.cjs', 'src/main.ts'], { cwd: root, env: environment })
    t.after(async () => void started.kill('SIGKILL'))
    let [stdout, stderr] = ['', '']
    started.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    started.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    started.stdin.end('新建小学几所?\n')
    await until(() => stdout.includes('新建小学两所') && /Pages of the reports: http/u.test(stderr))
    assert.ok(stderr.includes(`http://localhost:${port}/`))
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      return [response.status, await response.text()] as const
    }
    const [status, page] = await ask('/r/spring')
    assert.deepEqual([status, page.includes('新建小学两所')], [200, true])
    assert.equal((await ask('/healthz'))[0], 200)
    assert.match((await ask('/metrics'))[1], /^wenju_/mu)
    const ended = once(started, 'close')
    started.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null], stderr)
  })

  it('says that nobody can be let in where a list is set, and ends at a signal while its input is open', async (t) => {
    const port = await freePort()
    const environment = { ...stage.environment, STATE_DIR: stage.places.root, PORT: String(port), ALLOWED_USERS: '7' }
    const started = spawn(process.execPath, ['scripts/launcher.cjs', 'src/main.ts'], {
      cwd: root,
      env: { ...process.env, ...unset, ...environment },
    })
    t.after(async () => void started.kill('SIGKILL'))
    let stderr = ''
    started.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    await until(() => stderr.includes('the pages are closed to all'))
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 401)
    const ended = once(started, 'close')
    started.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null], stderr)
  })
})

describe('npm start that cannot go on', () => {
  const telegram = { TELEGRAM_BOT_TOKEN: '7:none', TELEGRAM_API_ROOT: 'http://127.0.0.1:1' }

  for (const [what, settings] of Object.entries({ 'without a token': {}, 'with a token': telegram })) {
    it(`says that its port is taken, and ends, ${what}`, async (t) => {
      const taken = createServer().listen(0)
      t.after(() => taken.close())
      await once(taken, 'listening')
      const { port } = taken.address() as AddressInfo
      const state = join(stage.places.root, 'state')
      const environment = { ...stage.environment, ...settings, STATE_DIR: state, PORT: String(port) }
      const ran = await runInTurn('main', [], { environment })
      assertTold(ran, 'en', new RegExp(`Port ${port} cannot be used \\(EADDRINUSE\\)`, 'u'))
    })
  }

  for (const [what, settings] of Object.entries({
    'of its own': {},
    shared: { WEBHOOK_URL: 'https://bot.example.org/hook' },
  })) {
    it(`says that its state folder cannot be used, and ends, ${what}`, async (t) => {
      const places = await workshop(t, { 'no-folder': 'a file' })
      const port = String(await freePort())
      const state = { STATE_DIR: join(places.reports, 'no-folder'), PORT: port }
      const environment = { ...stage.environment, ...telegram, ...settings, ...state }
      assertTold(
        await runInTurn('main', [], { environment }),
        'en',
        /state folder .*no-folder cannot be used \(ENOTDIR\)/u,
      )
    })
  }
})

describe('npm run inspect', () => {
  it('prints the headline, sections and paragraphs of a real report', async () => {
    const file = 'reports/001_fd68bde13d4caed7.txt'
    const ran = await runInTurn('inspect', [file])
    assert.deepEqual([ran.code, ran.stderr], [0, ''])
    assert.match(ran.stdout, /^001_fd68bde13d4caed7\.txt: /u)
    assert.match(ran.stdout, /^article 1: .*全力打造“宜居、和美、幸福”新西城$/mu)
    assert.match(ran.stdout, /^ {2}§ .*盘活资产资源/mu)
    assert.match(ran.stdout, /^ {2}¶ \d+ {2}.*安置房交付4124套/mu)
  })
})
