import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { variableNames } from '../../src/configVariables.ts'
import { startBotApi } from '../fakes/bot-api.ts'
import { type FakeNetwork, startNetwork } from '../fakes/network.ts'
import { ending, root } from '../indexes/buildProcess.ts'
import { memorySettings } from '../support/memorySettings.ts'
import { token } from '../support/testBot.ts'

/** What the program is started with, as JSON. */
export interface Setup {
  /** Holds `reports`, with a text and `scan.png`. */
  readonly folder: string
  /** Where the bot shows its pages. */
  readonly port: number
  /** The program runs in a network namespace of its own. */
  readonly isWatched: boolean
}

/** What it prints, as JSON. */
export interface Observed {
  /** Files that were made outside the folders of the settings. */
  readonly files: readonly string[]
  /** Null when the network was not watched. */
  readonly network: (Pick<FakeNetwork, 'lookUps' | 'connections'> & { readonly strays: readonly string[] }) | null
}

/** Looked up and connected to by the program itself, to show that the network takes notice. */
export const ownName = 'silence.wenju.test'

const question = '安置房交付了多少套?'
const answer = '四百套'

/**
 * Runs the bot from its first start on, and beside it the commands that people use, each with a home and a temporary folder
 * of its own that are empty. ONNX Runtime's usage reports leave a process some seconds after its first session, which the
 * commands together give the bot.
 */
async function observe({ folder, port, isWatched }: Setup): Promise<Observed> {
  const network = isWatched ? await startNetwork() : null
  const before = new Set(await filesOfProject())
  const api = await startBotApi({ token })
  const telegram = { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: api.url }
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  // Without npm in between, so that a signal reaches the bot.
  const bot = start(folder, 'bot', `exec ${scripts.start}`, { ...telegram, PORT: String(port), ADMIN_USERS: '7' })
  const died = ending(bot).then(({ stderr }) => assert.fail(`the bot ended: ${stderr}`))
  died.catch(() => {})
  try {
    await Promise.race([died, api.waitFor('getUpdates', { timeoutMs: 120_000 })])
    const lin = api.user(7)
    api.say(api.privateChat(lin), lin, question)
    await Promise.race([died, api.waitFor(({ params }) => params.text?.includes(answer) === true)])
    // An address that an admin sends is not fetched, nor its name looked up, while that is not turned on.
    api.say(api.privateChat(lin), lin, 'http://link.wenju.test/report.pdf')
    await Promise.race([died, api.waitFor(({ params }) => params.text?.includes('ALLOW_LINKS=on') === true)])
    // The picture was read with OCR.
    const page = await fetch(`http://127.0.0.1:${port}/r/scan`)
    assert.equal(page.status, 200)
    assert.match(await page.text(), /驿站/u)
    const autumn = join(folder, 'reports', 'autumn.txt')
    assert.match(await run(folder, 'inspect', `npm run inspect -- "${autumn}"`), new RegExp(answer, 'u'))
    assert.match(await run(folder, 'ask', `npm run ask -- "${question}"`), new RegExp(answer, 'u'))
    await run(folder, 'index', 'npm run index')
    await run(folder, 'check', 'npm start -- --check', telegram)
    bot.kill('SIGTERM')
    const [code] = await once(bot, 'close')
    assert.equal(code, 0)
  } finally {
    bot.kill('SIGKILL')
    await api.close()
  }
  const added = (await filesOfProject()).filter((file) => !before.has(file))
  const files = [...(await filesBelow(join(folder, 'users'))), ...added]
  if (network === null) return { files, network }
  await fetch(`http://${ownName}/`).catch(() => {})
  const { lookUps, connections } = network
  const strays = await network.strays()
  await network.close()
  return { files, network: { lookUps: [...new Set(lookUps)], connections, strays } }
}

/** Starts a command line in the project's folder, with the folders of the settings and empty ones of the user `name`. */
function start(folder: string, name: string, command: string, environment: Record<string, string> = {}): ChildProcess {
  const home = join(folder, 'users', name, 'home')
  const temporary = join(folder, 'users', name, 'tmp')
  for (const one of [home, temporary]) mkdirSync(one, { recursive: true })
  return spawn(command, {
    shell: true,
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ...memorySettings,
      LANG: 'zh_CN.UTF-8',
      HOME: home,
      USERPROFILE: home,
      XDG_CACHE_HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_STATE_HOME: home,
      TMPDIR: temporary,
      TEMP: temporary,
      // An empty value counts as not set, and `.env` does not override it.
      ...Object.fromEntries(variableNames.map((name) => [name, ''])),
      REPORTS_DIR: join(folder, 'reports'),
      INDEX_DIR: join(folder, 'index'),
      STATE_DIR: join(folder, 'state'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs a command to its end and returns its standard output; npm adds nothing of its own to what the command says. */
async function run(folder: string, name: string, command: string, environment = {}): Promise<string> {
  // From Node 22 on npm keeps its own code compiled in the temporary folder, which no setting of a project turns off.
  const own = { ...environment, NODE_DISABLE_COMPILE_CACHE: '1' }
  const { code, stdout, stderr } = await ending(start(folder, name, command, own))
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stderr, /npm (?:warn|notice)/u)
  return stdout
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

/** What lies in the project's folder and among its libraries, where some keep caches. */
async function filesOfProject(): Promise<string[]> {
  const libraries = await readdir(join(root, 'node_modules'), { recursive: true })
  return [...(await readdir(root)), ...libraries.map((name) => join('node_modules', name))]
}

if (process.argv[1] === import.meta.filename) {
  const observed = await observe(JSON.parse(process.argv[2]!) as Setup)
  process.stdout.write(`${JSON.stringify(observed)}\n`)
}
