import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serialized } from '../../src/serialQueue.ts'
import { bundle, writeBundle } from '../../src/threads/bundle.js'
import { ending } from '../indexes/buildProcess.ts'
import { sharedFolder } from '../support/sharedFolder.ts'
import { typescript } from '../support/typescript.ts'
import { type Command, environmentFor, programOf, type Ran, type RunOptions, root } from './run.ts'

/** A command for `commandProcess.ts`. */
export interface Call {
  /** The path of its program's translation. */
  readonly program: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** The text that is piped to the command. Where it is undefined the command has the process's own standard input, which is at its end. */
  readonly input: string | undefined
}

const host = fileURLToPath(new URL('commandProcess.ts', import.meta.url))

/** The programs translated together, so that a process that runs one after the other loads once what they have in common. */
const translated = () =>
  sharedFolder('programs', async (folder) => {
    const programs = (['add', 'index', 'ask', 'inspect', 'main'] as const).map((command) =>
      join(root, programOf(command)),
    )
    writeBundle(await bundle(programs, folder))
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  })

/**
 * Returns a function that runs commands like `run`, but one after the other in one process, as loading the program takes longer
 * than most commands do. After the tests, the process must end by itself.
 */
export function commandsInTurn(t: { after(clean: () => Promise<void>): void }) {
  const stdio = ['pipe', 'pipe', 'pipe', 'ipc'] as const
  // A process that does not end fails its tests: its exit code is null.
  const bounds = { timeout: 900_000, killSignal: 'SIGKILL' } as const
  const started = fork(typescript[0], [host], { cwd: root, stdio: [...stdio], ...bounds })
  started.stdin!.end()
  const ended = ending(started)
  const programs = translated()
  t.after(async () => {
    started.send('end')
    const { code, stderr } = await ended
    assert.deepEqual([code, stderr], [0, ''])
  })
  return serialized(async (command: Command, args: readonly string[], options: Omit<RunOptions, 'project'> = {}) => {
    const program = join(await programs, programOf(command).replace('.ts', '.mjs'))
    started.send({ program, args, environment: environmentFor(options), input: options.input } satisfies Call)
    const [ran] = await Promise.race([once(started, 'message'), ended.then(({ stderr }) => assert.fail(stderr))])
    return ran as Ran
  })
}
