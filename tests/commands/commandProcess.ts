import { pathToFileURL } from 'node:url'
import { translationOf } from '../../src/threads/typescript.js'
import type { Ran } from './run.ts'
import type { Call } from './runInTurn.ts'

/**
 * Runs the commands that it is sent one after the other, each as its own program but for the modules, which are loaded once.
 * Once it is sent none any more it ends by itself, unless a command left something that would have kept its own process from
 * ending.
 */
let count = 0
let queue: Promise<unknown> = Promise.resolve()

// Every command adds a listener.
process.stdout.setMaxListeners(0)
process.on('message', (call: Call) => {
  queue = queue.then(async () => process.send!(await runHere(call)))
})

async function runHere({ program, args, environment }: Call): Promise<Ran> {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
  process.argv.splice(2, process.argv.length, ...args)
  process.exitCode = undefined
  const [stdout, stderr] = [keepWritten(process.stdout), keepWritten(process.stderr)]
  // Another address makes it another module, which runs anew.
  await import(`${pathToFileURL((await translationOf(program)) ?? program).href}?${count++}`)
  return { code: Number(process.exitCode), stdout: stdout(), stderr: stderr() }
}

/** Keeps what is written from now on, until the function that it returns is called. */
function keepWritten(stream: NodeJS.WriteStream): () => string {
  const { write } = stream
  let written = ''
  stream.write = ((chunk: string) => {
    written += chunk
    return true
  }) as typeof write
  return () => {
    stream.write = write
    return written
  }
}
