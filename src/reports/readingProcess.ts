import { boundedProcess } from './boundedProcess.ts'
import type { ReportFile } from './file.ts'
import type { ReadLimits } from './manuscript.ts'
import type { Container, MembersLister } from './members.ts'
import type { ReadRequest, ReadResults } from './readingProcessMain.ts'
import type { Report } from './types.ts'

/**
 * Processes of their own that read reports, one at a time, in the order in which they are asked for. The files inside files are
 * listed and unpacked in a second process, which starts when it is first needed, as questions cannot wait for a long scan.
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
  /** Ends the processes. The next request starts another one. */
  close(): void
}

export function startReadingProcess(limits: ReadLimits): ReadingProcess {
  const reports = startProcess(limits)
  const members = startProcess(limits)
  return {
    read: (file) => reports.ask({ kind: 'report', file, limits }),
    listMembers: (file) => members.ask({ kind: 'members', file, limits }),
    readMember: (file, member) => members.ask({ kind: 'member', file, member, limits }),
    close() {
      reports.end()
      members.end()
    },
  }
}

interface Process {
  ask<Kind extends ReadRequest['kind']>(request: ReadRequest & { readonly kind: Kind }): Promise<ReadResults[Kind]>
  end(): void
}

function startProcess(limits: ReadLimits): Process {
  const program = new URL('./readingProcessMain.ts', import.meta.url)
  const { run, end } = boundedProcess<ReadRequest, ReadResults[keyof ReadResults]>(program, limits)
  const ask = (request: ReadRequest) => run(request, request.file.file)
  return { ask: ask as Process['ask'], end }
}
