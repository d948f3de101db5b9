import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Workshop } from '../support/testIndex.ts'
import { typescript } from '../support/typescript.ts'

/** The arguments of `buildChild.ts`. */
export interface BuildChild {
  readonly places: Workshop
  readonly dimensions?: number
  readonly tokens?: boolean
  readonly delayMs?: number
  /** The step at which it kills itself. */
  readonly killAt?: number
  /** At every step whose number is a multiple of this one the index is copied as a kill would leave it: to `INDEX-STEP`. */
  readonly copyEvery?: number
  /** Merge segments after the build. */
  readonly thenCompact?: boolean
  /** Open the index after all. */
  readonly thenOpen?: boolean
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export const root = fileURLToPath(new URL('../../', import.meta.url))
const child = fileURLToPath(new URL('buildChild.ts', import.meta.url))

/** The command line that runs `buildChild.ts`. */
export function childCommand(told: BuildChild): string[] {
  return [process.execPath, ...typescript, child, JSON.stringify(told)]
}

/** Starts a building process; `ended` settles when it is gone. */
export function startBuild(told: BuildChild): { process: ChildProcess; ended: Promise<Ended> } {
  const [command, ...args] = childCommand(told)
  const started = spawn(command!, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  return { process: started, ended: ending(started) }
}

export async function ending(started: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  started.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  started.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code, signal] = (await once(started, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout, stderr }
}

/** Waits until a process has printed `line`. @throws Error when it ends without. */
export async function untilPrinted({ stdout }: ChildProcess, line: string): Promise<void> {
  if (!stdout) throw new Error('the output of the process is not piped')
  for await (const found of createInterface({ input: stdout })) if (found === line) return
  throw new Error(`the process ended without printing ${line}`)
}
