import type { ReportFile } from './file.ts'
import { loadReport } from './loadReport.ts'
import type { ReadLimits } from './manuscript.ts'
import { memberReader } from './memberReader.ts'
import { type Container, listMembers, type MemberListing } from './members.ts'
import { serveRequests } from './servedRequests.ts'
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

const readMember = memberReader()

/** The process that reads reports, started by `readingProcess.ts`. */
serveRequests(({ file }: ReadRequest) => file.file, resultOf)

async function resultOf(request: ReadRequest, onPart: () => void): Promise<ReadResults[keyof ReadResults]> {
  const { limits } = request
  if (request.kind === 'report') return loadReport(request.file, limits, { onPage: onPart, readMember })
  if (request.kind === 'members') return listMembers(request.file, limits, onPart)
  return readMember(request.file, request.member, limits)
}
