import type { ReportAnswerer } from '../answer/answerer.ts'
import type { Bilingual } from '../errors.ts'
import type { Changes } from '../indexes/manifest.ts'
import type { BuildProgress } from '../indexes/progress.ts'
import type { IndexTrouble } from '../indexes/source.ts'
import type { Originals } from '../reports/originals.ts'
import type { Origin } from '../reports/sidecar.ts'
import type { IndexAnswerer } from './indexAnswerer.ts'

/** The reports folder together with the index over it, kept up to date while questions are answered. */
export interface Library {
  /** Answers from the current index, and from the next one as soon as that is complete. */
  readonly answerer: ReportAnswerer
  /** The index that answers come from at this moment, for work that asks many questions of one state of the reports. */
  readonly current: IndexAnswerer
  /** The files that the reports were read from. */
  readonly originals: Originals
  readonly status: LibraryStatus
  /** Resolves when the first update has ended, successful or not. */
  readonly firstUpdate: Promise<void>
  /** Every file in the current index, in the order of their names. */
  readonly files: readonly LibraryFile[]
  /**
   * Puts a file into the folder and resolves when answers come from it.
   * @param name the name that its sender gives it; it is made safe, and another one than that of any file there
   * @param origin the origin of a fetched file, which its sidecar then states. Where the folder holds the same content already, the
   *   sidecar of that file states it, unless it has one
   * @throws ReportError when it cannot be used; the folder is then as before
   */
  add(name: string, bytes: Uint8Array, onProgress?: (progress: UpdateProgress) => void, origin?: Origin): Promise<Added>
  /** The files and reports that go when a report is removed; null for an unknown report. */
  removalOf(id: string): Promise<Removal | null>
  /**
   * Takes a report's file, and its copies, out of the folder with their sidecars, and resolves when nothing is quoted from it;
   * null for an unknown one. A report inside an archive is removed with the archive.
   */
  remove(id: string): Promise<MovedFile | null>
  /** Puts a removed file back; null when it is not kept any more. */
  restore(id: string): Promise<MovedFile | null>
  /** Calls `listener` after every update that changed something; returns a function that ends this. */
  onUpdate(listener: (update: LibraryUpdate) => void): () => void
  /** Ends the watching and gives up an update that runs; the next start does it anew. */
  close(): Promise<void>
}

export interface LibraryFile {
  /** 16 characters of `A-Za-z0-9_-` derived from the file's content, so that a button holds after a restart. */
  readonly id: string
  /** The path below the reports folder, with `/`. */
  readonly file: string
  readonly title: string
  /** The http(s) address that it was fetched from, and when, ISO 8601 in UTC; left out where it was not fetched. */
  readonly url?: string
  readonly fetched?: string
}

/** The files on disk that removing a report takes out, its own first, and the reports that go with them. */
export interface Removal {
  readonly files: readonly string[]
  readonly reports: readonly LibraryFile[]
}

/** A report whose file was removed or put back. */
export interface MovedFile extends LibraryFile {
  /** The files on disk that were moved: its own, or the archive that it lies in, and copies. */
  readonly files: readonly string[]
  /** The number of reports that they hold, this one among them. */
  readonly reports: number
}

/** The contents of a file that was added. Its id is that of its report, or of the first report inside it. */
export interface Added extends LibraryFile {
  /** False when the folder already held the same content, under the name in `file`. */
  readonly isNew: boolean
  /** The number of reports in an archive, or of a message with its attachments; null for a file that is one report. */
  readonly reports: number | null
  readonly articles: number
  readonly passages: number
  /** Numbers of the pages that OCR read with doubt; `[1]` for a doubtful file without pages. */
  readonly doubtfulPages: readonly number[]
  /** The number of tables whose columns are uncertain, and the pages on which they begin. */
  readonly uncertainTables: { readonly count: number; readonly pages: readonly number[] }
  /** Numbers of the pages of which nothing can be quoted. */
  readonly emptyPages: readonly number[]
  readonly notes: readonly Bilingual[]
  /** The reasons why members of an archive cannot be used. */
  readonly faults: readonly Bilingual[]
}

/** A file in the folder that answers cannot come from, and the reason. */
export interface LibraryFault {
  readonly file: string
  readonly text: Bilingual
}

export interface LibraryStatus {
  readonly engine: string
  readonly model: string
  /** The note that the search was trained for another model or reading; null where it was trained for these. */
  readonly modelNote: Bilingual | null
  readonly passages: number
  /** The faults that last: a file being written has none yet. The fault of the folder itself has an empty name. */
  readonly faults: readonly LibraryFault[]
  /** Notes on how the folder was read, which ask for no action. */
  readonly notes: readonly Bilingual[]
  /** A fault of the index or of the folder as a whole; null when all is well. */
  readonly trouble: IndexTrouble | null
  /** The progress of the update that runs; null while none does. */
  readonly update: UpdateProgress | null
}

export interface UpdateProgress extends BuildProgress {
  /** Null while too little is done for an estimate. */
  readonly secondsLeft: number | null
}

/** The changes that an update found, files by their names. */
export interface LibraryUpdate extends Changes {
  /** The number of passages that the model read. */
  readonly embedded: number
  /** New faults. */
  readonly faults: readonly LibraryFault[]
  /** Faults that are gone, as their files can be used again or were removed. */
  readonly cleared: readonly LibraryFault[]
}
