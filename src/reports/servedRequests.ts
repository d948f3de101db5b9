import { Worker } from 'node:worker_threads'
import { type Bilingual, ChangedWhileReading, ReportError } from '../errors.ts'
import { installationFault } from '../installation.js'

/**
 * A message from a bounded process: it is started, or a part of the work is done; or the request ended, and the process takes this
 * much memory.
 */
export type Reply<Result> = { readonly kind: 'part' } | (Outcome<Result> & { readonly residentBytes: number })

type Outcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'changed' }
  | { readonly kind: 'fault'; readonly text: Bilingual }
  | { readonly kind: 'defect'; readonly stack: string }

/**
 * Carries out the requests of `boundedProcess`, in the process that it starts. Files can be damaged or hostile, and the libraries
 * that parse them are large, so they run there, where a crash or a leak harms nothing else.
 * @param fileOf the file of a request as people know it, for faults
 * @param handle calls `onPart` after each page or member, so that a long request is not taken for one that hangs
 */
export function serveRequests<Request, Result>(
  fileOf: (request: Request) => string,
  handle: (request: Request, onPart: () => void) => Promise<Result>,
): void {
  process.on('message', async (request: Request) => {
    const reply = (message: Reply<Result>) => process.send!(message)
    const end = (outcome: Outcome<Result>) => reply({ ...outcome, residentBytes: process.memoryUsage.rss() })
    try {
      end({ kind: 'done', result: await handle(request, () => reply({ kind: 'part' })) })
    } catch (error) {
      const lacking = installationFault(error)
      const file = fileOf(request)
      if (error instanceof ChangedWhileReading) end({ kind: 'changed' })
      else if (error instanceof ReportError) end({ kind: 'fault', text: error.text })
      else if (lacking) end({ kind: 'fault', text: { zh: `${file}:${lacking.zh}`, en: `${file}: ${lacking.en}` } })
      else end({ kind: 'defect', stack: (error as Error).stack ?? String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
  process.send!({ kind: 'part' } satisfies Reply<Result>)

  // A file that keeps this thread busy for good would keep it from noticing that its parent is gone, so another thread watches.
  new Worker(
    `const parent = process.ppid
     setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`,
    { eval: true },
  ).unref()
}
