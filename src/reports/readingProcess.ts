import { boundedProcess } from './boundedProcess.ts'
import type { ReportFile } from './file.ts'
import type { ReadLimits } from './manuscript.ts'
import type { ReadRequest } from './readingProcessMain.ts'
import type { Report } from './types.ts'

/** A process of its own that reads reports, one at a time, in the order in which they are asked for. */
export interface ReadingProcess {
  /**
   * @throws ReportError when the file cannot be used, or when reading it takes too long or too much memory or breaks the process,
   *   which is then replaced
   * @throws ChangedWhileReading when the file changed after it was listed
   */
  read(file: ReportFile): Promise<Report>
  /** Ends the process. */
  close(): void
}

export function startReadingProcess(limits: ReadLimits): ReadingProcess {
  const program = new URL('./readingProcessMain.ts', import.meta.url)
  const { run, close } = boundedProcess<ReadRequest, Report>(program, limits)
  return { read: (file) => run({ file, limits }, file.file), close }
}
