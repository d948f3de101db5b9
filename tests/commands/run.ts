import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { variableNames } from '../../src/configVariables.ts'
import type { Language } from '../../src/errors.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly language?: Language
  /** Standard input; ended at once when absent. */
  readonly input?: string
  /** The project's folder, where it is a copy. */
  readonly project?: string
}

export type Command = 'add' | 'index' | 'ask' | 'inspect' | 'main'

/** Runs a command as a person's shell would, but for settings of this machine and its `.env`. */
export async function run(command: Command, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { input = '', project = root } = options
  const started = spawn(process.execPath, ['scripts/launcher.cjs', programOf(command), ...args], {
    cwd: project,
    env: environmentFor(options),
    stdio: 'pipe',
    // A command that does not end fails its test: its exit code is null. A busy machine takes minutes.
    timeout: 900_000,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  started.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  started.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // A command that fails early does not read what is piped to it.
  started.stdin.on('error', () => {})
  started.stdin.end(input)
  const [code] = (await once(started, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** The program's file, relative to the project's folder. */
export function programOf(command: Command): string {
  return command === 'main' ? 'src/main.ts' : `scripts/${command}.ts`
}

/** The environment of a command. */
export function environmentFor({ environment = {}, language = 'en' }: RunOptions): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = '/tmp', GLIBC_TUNABLES = '' } = process.env
  // An empty value counts as not set, and `.env` does not override it.
  const unset = Object.fromEntries(variableNames.map((name) => [name, '']))
  const LANG = language === 'en' ? 'en_US.UTF-8' : 'zh_CN.UTF-8'
  return { PATH, HOME, TMPDIR, GLIBC_TUNABLES, LANG, ...unset, ...environment }
}

export const han = /\p{Script=Han}/u

/** The command failed for a reason a person can mend and told it in one paragraph of their language. */
export function assertTold({ code, stdout, stderr }: Ran, language: Language, ...parts: (string | RegExp)[]): void {
  assert.equal(code, 1, `exit code ${code}: ${stderr}`)
  assert.equal(stdout, '')
  const told = stderr.trim()
  assert.ok(!/^\s+at .*[:(]/mu.test(told), `a stack trace: ${told}`)
  assert.ok(!/^\w*Error\b|node:internal/mu.test(told), `a raw error: ${told}`)
  assert.ok(told !== '' && !/\n\s*\n/u.test(told), `not one paragraph: ${told}`)
  assert.ok(told.length < 600, `too long: ${told}`)
  assert.equal(han.test(told), language === 'zh', `not in the language asked for: ${told}`)
  for (const part of parts) {
    assert.ok(typeof part === 'string' ? told.includes(part) : part.test(told), `${part} is not in: ${told}`)
  }
}
