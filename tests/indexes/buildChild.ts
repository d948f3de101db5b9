import { cpSync, promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { UserError } from '../../src/errors.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, compact, openBuilt } from '../support/testIndex.ts'
import type { BuildChild } from './buildProcess.ts'

/**
 * A process that builds an index with the fake embedder. It prints a line when it starts to embed and one when it is
 * done. With `killAt` it kills itself at that step of its own, counted over every call that changes files, and with `copyEvery`
 * it copies the index at some steps: a process that is killed leaves what it has written.
 */
const { places, dimensions, tokens, killAt, copyEvery, delayMs, thenCompact, thenOpen } = JSON.parse(
  process.argv[2]!,
) as BuildChild
let steps = 0

/** Ends this process or copies the index, where this is the step for it. */
function reach(step: number): void {
  if (step === killAt) {
    process.kill(process.pid, 'SIGKILL')
    throw new Error('still alive after SIGKILL')
  }
  if (copyEvery !== undefined && step % copyEvery === 0)
    cpSync(places.index, `${places.index}-${step}`, { recursive: true })
}

if (killAt !== undefined || copyEvery !== undefined) {
  for (const name of ['open', 'mkdir', 'link', 'rename', 'rm', 'unlink', 'rmdir'] as const) {
    const real = promises[name] as (...args: unknown[]) => Promise<unknown>
    Object.assign(promises, {
      [name]: async (...args: unknown[]) => {
        // What is opened without flags is only read.
        if (name !== 'open' || args.length > 1) reach(++steps)
        return real(...args)
      },
    })
  }
  const handle = await promises.open(process.argv[1]!, 'r')
  const prototype = Object.getPrototypeOf(handle) as {
    writeFile(data: string | Uint8Array): Promise<void>
    write(data: Uint8Array, offset: number): Promise<{ bytesWritten: number }>
  }
  await handle.close()
  steps = 0
  const { writeFile, write } = prototype
  // A write is half done at its step.
  prototype.writeFile = async function (data) {
    const step = ++steps
    const half = Math.floor(data.length / 2)
    await writeFile.call(this, data.slice(0, half))
    reach(step)
    await writeFile.call(this, data.slice(half))
  }
  prototype.write = async function (data, offset) {
    const step = ++steps
    const half = Math.floor((data.length - offset) / 2)
    await write.call(this, data.subarray(offset, offset + half), 0)
    reach(step)
    const { bytesWritten } = await write.call(this, data, offset + half)
    return { bytesWritten: half + bytesWritten }
  }
  syncBuiltinESMExports()
}

try {
  const embedder = fakeEmbedder({
    ...(dimensions && { dimensions }),
    ...(tokens !== undefined && { tokens }),
    ...(delayMs && { delayMs }),
    onEmbed: () => void process.stdout.write('embedding\n'),
  })
  const outcome = await build(places, embedder)
  if (thenCompact) await compact(places, embedder)
  process.stdout.write(`done ${JSON.stringify({ ...outcome, steps })}\n`)
  if (thenOpen) process.stdout.write(`opened ${(await openBuilt(places, embedder)).size} passages\n`)
} catch (error) {
  process.stderr.write(
    error instanceof UserError ? `${error.text.zh}\n${error.text.en}\n` : `${(error as Error).stack}\n`,
  )
  process.exitCode = error instanceof UserError ? 1 : 2
}
