import type { ReportFile } from './file.ts'
import { loadReport } from './loadReport.ts'
import type { ReadLimits } from './manuscript.ts'
import { serveRequests } from './servedRequests.ts'

/** A message to the reading process. */
export interface ReadRequest {
  readonly file: ReportFile
  readonly limits: ReadLimits
}

/** The process that reads reports, started by `readingProcess.ts`. */
serveRequests(
  ({ file }: ReadRequest) => file.file,
  ({ file, limits }, onPage) => loadReport(file, limits, onPage),
)
