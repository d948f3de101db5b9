import { Worker } from 'node:worker_threads'
import { type Bilingual, ReportError } from '../errors.ts'
import { installationFault } from '../installation.js'
import { ChangedWhileReading, type ReportFile } from './file.ts'
import { loadReport } from './loadReport.ts'
import type { ReadLimits } from './manuscript.ts'
import { type Container, listMembers, type MemberListing, readMember } from './members.ts'
import type { Report } from './types.ts'

/** A message to the reading process: the report to read, the file whose members to list, or the member to unpack. */
export type ReadRequest = { readonly limits: ReadLimits } & (
  | { readonly kind: 'report'; readonly file: ReportFile }
  | { readonly kind: 'members'; readonly file: Container }
  | { readonly kind: 'member'; readonly file: Container; readonly member: string }
)

/** The result of each kind of request. */
export interface ReadResults {
  readonly report: Report
  readonly members: MemberListing
  readonly member: Uint8Array
}

/**
 * A message from the reading process: a page or a member is done, or the reading ended and the process takes this much memory.
 */
export type ReadReply = { readonly kind: 'page' } | (Outcome & { readonly residentBytes: number })

type Outcome =
  | { readonly kind: 'result'; readonly result: ReadResults[keyof ReadResults] }
  | { readonly kind: 'changed' }
  | { readonly kind: 'fault'; readonly text: Bilingual }
  | { readonly kind: 'defect'; readonly stack: string }

/** This process reads reports, as files can be hostile and parsers large: a crash or leak harms nothing else. */
process.on('message', async (request: ReadRequest) => {
  const { file } = request
  const reply = (message: ReadReply) => process.send!(message)
  const end = (outcome: Outcome) => reply({ ...outcome, residentBytes: process.memoryUsage.rss() })
  try {
    end({ kind: 'result', result: await resultOf(request, () => reply({ kind: 'page' })) })
  } catch (error) {
    const lacking = installationFault(error)
    if (error instanceof ChangedWhileReading) end({ kind: 'changed' })
    else if (error instanceof ReportError) end({ kind: 'fault', text: error.text })
    else if (lacking)
      end({ kind: 'fault', text: { zh: `${file.file}:${lacking.zh}`, en: `${file.file}: ${lacking.en}` } })
    else end({ kind: 'defect', stack: (error as Error).stack ?? String(error) })
  }
})

async function resultOf(request: ReadRequest, onPart: () => void): Promise<ReadResults[keyof ReadResults]> {
  const { limits } = request
  if (request.kind === 'report') return loadReport(request.file, limits, onPart)
  if (request.kind === 'members') return listMembers(request.file, limits, onPart)
  return readMember(request.file, request.member, limits)
}

process.on('disconnect', () => process.exit())

// A file that keeps this thread busy for good would hide from it that its parent is gone; another thread watches.
new Worker(
  `const parent = process.ppid
   setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`,
  { eval: true },
).unref()
