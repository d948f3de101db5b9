import { Worker } from 'node:worker_threads'
import { type Bilingual, ReportError } from '../errors.ts'
import { installationFault } from '../installation.js'
import { ChangedWhileReading, type ReportFile } from './file.ts'
import { loadReport } from './loadReport.ts'
import type { ReadLimits } from './manuscript.ts'
import type { Report } from './types.ts'

/** What the reading process is asked. */
export interface ReadRequest {
  readonly file: ReportFile
  readonly limits: ReadLimits
}

/** What it says: that a page is done, or how the reading ended and how much memory is kept after it. */
export type ReadReply = { readonly kind: 'page' } | (Outcome & { readonly residentBytes: number })

type Outcome =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'fault'; readonly text: Bilingual }
  | { readonly kind: 'defect'; readonly stack: string }

/**
 * The process that reads reports, started by `readingProcess.ts`. What people put into a folder can be damaged or hostile, and
 * the libraries that take it apart are large: whatever they do happens here, where nothing is lost with them.
 */
process.on('message', async ({ file, limits }: ReadRequest) => {
  const reply = (message: ReadReply) => process.send!(message)
  const end = (outcome: Outcome) => reply({ ...outcome, residentBytes: process.memoryUsage.rss() })
  try {
    end({ kind: 'report', report: await loadReport(file, limits, () => reply({ kind: 'page' })) })
  } catch (error) {
    const lacking = installationFault(error)
    if (error instanceof ChangedWhileReading) end({ kind: 'overtaken' })
    else if (error instanceof ReportError) end({ kind: 'fault', text: error.text })
    else if (lacking)
      end({ kind: 'fault', text: { zh: `${file.file}:${lacking.zh}`, en: `${file.file}: ${lacking.en}` } })
    else end({ kind: 'defect', stack: (error as Error).stack ?? String(error) })
  }
})
process.on('disconnect', () => process.exit())

// A file that keeps this thread busy for good would keep it from hearing that the program is gone.
new Worker(
  `const parent = process.ppid
   setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`,
  { eval: true },
).unref()
