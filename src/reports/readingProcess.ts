import { boundedProcess } from './boundedProcess.ts'
import type { ReportFile } from './file.ts'
import type { ReadLimits } from './manuscript.ts'
import type { Container, MembersLister } from './members.ts'
import type { ReadRequest, ReadResults } from './readingProcessMain.ts'
import type { Report } from './types.ts'

/**
 * Processes of their own that read files, one at a time, in the order in which they are asked for. Reports are read and files
 * inside files listed in one, for updates. Members are unpacked in another, which starts when it is first needed, for questions,
 * which cannot wait for a long scan or archive.
 * All throw a ReportError when the file cannot be used, or when reading it takes too long or too much memory or breaks the
 * process, which is then replaced.
 */
export interface ReadingProcess {
  /** @throws ChangedWhileReading when the file changed after it was listed */
  read(file: ReportFile): Promise<Report>
  /** Lists the reports inside a file. */
  readonly listMembers: MembersLister
  /** Unpacks the member at a path inside a file. */
  readMember(file: Container, member: string): Promise<Uint8Array>
  /** Ends the processes for good; requests that run, wait or come later are rejected. */
  close(): void
}

/** The process for questions ends after this time without one, and with it the last archive that it keeps. */
const idleMs = 300_000

/** Starts reading: updates and questions have a process each, since a question cannot wait for a long scan. */
export function startReadingProcess(limits: ReadLimits): ReadingProcess {
  const updates = startProcess(limits)
  const questions = startProcess(limits, idleMs)
  return {
    read: (file) => updates.ask({ kind: 'report', file, limits }),
    listMembers: (file) => updates.ask({ kind: 'members', file, limits }),
    readMember: (file, member) => questions.ask({ kind: 'member', file, member, limits }),
    close() {
      updates.close()
      questions.close()
    },
  }
}

interface Process {
  ask<Kind extends ReadRequest['kind']>(request: ReadRequest & { readonly kind: Kind }): Promise<ReadResults[Kind]>
  close(): void
}

function startProcess(limits: ReadLimits, idleMs?: number): Process {
  const program = new URL('./readingProcessMain.ts', import.meta.url)
  const { run, close } = boundedProcess<ReadRequest, ReadResults[keyof ReadResults]>(program, limits, idleMs)
  const ask = (request: ReadRequest) => run(request, request.file.file)
  return { ask: ask as Process['ask'], close }
}
