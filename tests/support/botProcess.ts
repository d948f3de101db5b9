import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { User } from 'grammy/types'
import { readConfig } from '../../src/config.ts'
import { type BotApi, type BotApiOptions, type FakeChat, type Fault, startBotApi } from '../fakes/bot-api.ts'
import { certificatePath } from '../fixtures/tls.ts'
import { memorySettings } from './memorySettings.ts'
import { sharedFolder } from './sharedFolder.ts'
import { token } from './testBot.ts'

const launcher = fileURLToPath(new URL('../../scripts/launcher.cjs', import.meta.url))
const reports = fileURLToPath(new URL('../../reports', import.meta.url))

/** A folder with a copy of the project's reports and an index of them, built once a run. `home` below is made from it. */
export interface Library {
  readonly folder: string
}

/**
 * @param isComplete true for all five reports; else the shortest two, which are enough for most tests
 * @param more further files by their names, always the same in a run
 */
export async function buildLibrary(
  isComplete = false,
  more: Readonly<Record<string, Uint8Array>> = {},
): Promise<Library> {
  const isWanted = (path: string) => isComplete || path === reports || /[/\\]00[14]_[^/\\]+$/u.test(path)
  const name = [isComplete ? 'five-reports' : 'two-reports', ...Object.keys(more)].join('-').slice(0, 100)
  const folder = await sharedFolder(name, async (folder) => {
    await cp(reports, join(folder, 'reports'), { recursive: true, filter: isWanted })
    for (const [file, bytes] of Object.entries(more)) await writeFile(join(folder, 'reports', file), bytes)
    const folders = { REPORTS_DIR: join(folder, 'reports'), INDEX_DIR: join(folder, 'index') }
    // As a person gets it who sets nothing, however busy the machine is.
    const config = readConfig({ ...folders, MAX_READ_SECONDS: '600' })
    const { buildAndCompact, openDependencies } = await import('../../src/compose.ts')
    const parts = await openDependencies(config)
    assert.deepEqual((await buildAndCompact(parts, { onProgress: () => {} })).skipped, [])
    parts.reader.close()
    await parts.embedder.dispose()
  })
  return { folder }
}

/** A `src/main.ts` that runs by itself. */
export interface Wenju {
  readonly pid: number
  /** Standard output and standard error so far. */
  output(): string
  /** Resolves once the output has such words; rejects when the process ends without. */
  prints(words: RegExp): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Resolves with the exit code or the signal that killed it. */
  readonly end: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** A fake Telegram with one person, and processes that talk to it from one folder of their own. */
export interface Town {
  readonly api: BotApi
  readonly lin: User
  readonly chat: FakeChat
  /** The folder that the processes run in, with `reports` and `index`. */
  readonly home: string
  start(options?: { args?: readonly string[]; environment?: Record<string, string> }): Wenju
  /** Plans a fault; resolves when the first call meets it. */
  meets(method: string, fault: Fault): Promise<void>
}

/** Starts a town. When the test ends, its processes are killed, and none may have written the token anywhere. */
export async function startTown(
  context: { after(clean: () => Promise<void>): void },
  library: Library,
  options: Partial<BotApiOptions> = {},
): Promise<Town> {
  const home = await mkdtemp(join(tmpdir(), 'wenju-home-'))
  await cp(library.folder, home, { recursive: true, preserveTimestamps: true })
  const api = await startBotApi({ token, ...options })
  const started: Wenju[] = []
  context.after(async () => {
    for (const wenju of started) wenju.signal('SIGKILL')
    await Promise.all(started.map(({ end }) => end))
    await api.close()
    for (const wenju of started) assert.ok(!wenju.output().includes(token), 'the token was printed')
    const written = await filesBelow(home)
    await rm(home, { recursive: true })
    assert.deepEqual(
      written.filter(({ bytes }) => bytes.includes(token)).map(({ path }) => path),
      [],
    )
    assert.deepEqual(api.violations, [])
  })
  const lin = api.user(7)
  return {
    api,
    lin,
    chat: api.privateChat(lin),
    home,
    start({ args = [], environment = {} } = {}) {
      const wenju = run(home, args, {
        PATH: process.env.PATH ?? '',
        TELEGRAM_BOT_TOKEN: token,
        TELEGRAM_API_ROOT: api.url,
        REPORTS_DIR: join(home, 'reports'),
        INDEX_DIR: join(home, 'index'),
        DEFAULT_LANGUAGE: 'en',
        LOG_LEVEL: 'debug',
        // The servers of the tests have this certificate.
        NODE_EXTRA_CA_CERTS: certificatePath,
        // Node's own warnings differ from version to version.
        NODE_NO_WARNINGS: '1',
        ...environment,
      })
      started.push(wenju)
      return wenju
    },
    meets: (method, fault) =>
      new Promise((resolve) => {
        const where = () => {
          resolve()
          return true
        }
        api.fail(method, { ...fault, where })
      }),
  }
}

/**
 * A process of the town that goes on from test to test, as a start takes longer than most tests. Each call starts one where the
 * last has ended, and waits until every update was taken and confirmed.
 */
export function lastingProcess({ start, api }: Town): () => Promise<Wenju> {
  let last: Wenju | null = null
  return async () => {
    const wenju = last ?? start()
    last = wenju
    void wenju.end.then(() => (last = null))
    await wenju.prints(/answers from 2 reports/)
    await api.drained()
    return wenju
  }
}

/** Starts `src/main.ts`. */
export function run(folder: string, args: readonly string[], env: Record<string, string>): Wenju {
  // In a folder of its own, so that no `.env` of the project is read.
  const child = spawn(process.execPath, [launcher, 'src/main.ts', ...args], {
    cwd: folder,
    env: { ...memorySettings, ...env },
  })
  let output = ''
  const listeners = new Set<() => void>()
  const hear = (chunk: string) => {
    output += chunk
    for (const listener of listeners) listener()
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  const end = new Promise<Awaited<Wenju['end']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    pid: child.pid!,
    end,
    output: () => output,
    signal: (name) => void child.kill(name),
    prints: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (words.test(output)) resolve()
        }
        listeners.add(look)
        look()
        void end.then(() => reject(new Error(`ended without ${words}:\n${output}`)))
      }),
  }
}

async function filesBelow(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })))
}
