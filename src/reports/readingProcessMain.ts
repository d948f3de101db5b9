import { Worker } from 'node:worker_threads'
import { type Bilingual, ReportError } from '../errors.ts'
import { installationFault } from '../installation.js'
import { ChangedWhileReading, type ReportFile } from './file.ts'
import { loadReport } from './loadReport.ts'
import type { ReadLimits } from './manuscript.ts'
import type { Report } from './types.ts'

/** A message to the reading process. */
export interface ReadRequest {
  readonly file: ReportFile
  readonly limits: ReadLimits
}

/** A message from the reading process: a page is done, or the reading ended and the process takes this much memory. */
export type ReadReply = { readonly kind: 'page' } | (Outcome & { readonly residentBytes: number })

type Outcome =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'changed' }
  | { readonly kind: 'fault'; readonly text: Bilingual }
  | { readonly kind: 'defect'; readonly stack: string }

/** This process reads reports, as files can be hostile and parsers large: a crash or leak harms nothing else. */
process.on('message', async ({ file, limits }: ReadRequest) => {
  const reply = (message: ReadReply) => process.send!(message)
  const end = (outcome: Outcome) => reply({ ...outcome, residentBytes: process.memoryUsage.rss() })
  try {
    end({ kind: 'report', report: await loadReport(file, limits, () => reply({ kind: 'page' })) })
  } catch (error) {
    const lacking = installationFault(error)
    if (error instanceof ChangedWhileReading) end({ kind: 'changed' })
    else if (error instanceof ReportError) end({ kind: 'fault', text: error.text })
    else if (lacking)
      end({ kind: 'fault', text: { zh: `${file.file}:${lacking.zh}`, en: `${file.file}: ${lacking.en}` } })
    else end({ kind: 'defect', stack: (error as Error).stack ?? String(error) })
  }
})
process.on('disconnect', () => process.exit())

// A file that keeps this thread busy for good would hide from it that its parent is gone; another thread watches.
new Worker(
  `const parent = process.ppid
   setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`,
  { eval: true },
).unref()
