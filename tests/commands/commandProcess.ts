import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { Ran } from './run.ts'
import type { Call } from './runInTurn.ts'

let count = 0
let queue: Promise<unknown> = Promise.resolve()

// Every command adds a listener.
process.stdout.setMaxListeners(0)
// The commands are run one after the other, each as its own program but for the modules, which are loaded once. Without a channel
// the process ends by itself, unless a command left something that would have kept its own process from ending.
process.on('message', (call: Call | 'end') => {
  if (call === 'end') process.disconnect!()
  else queue = queue.then(async () => process.send!(await runHere(call)))
})

async function runHere({ program, args, environment, input }: Call): Promise<Ran> {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
  process.argv.splice(2, process.argv.length, ...args)
  process.exitCode = undefined
  const own = Object.getOwnPropertyDescriptor(process, 'stdin')!
  if (input !== undefined) {
    const piped = Readable.from([input])
    Object.defineProperty(process, 'stdin', { ...own, get: () => piped })
  }
  const [stdout, stderr] = [keepWritten(process.stdout), keepWritten(process.stderr)]
  // Another address makes it another module, which runs anew.
  await import(`${pathToFileURL(program).href}?${count++}`)
  Object.defineProperty(process, 'stdin', own)
  const code = Number(process.exitCode)
  process.exitCode = 0
  return { code, stdout: stdout(), stderr: stderr() }
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
