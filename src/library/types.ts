import type { ReportAnswerer } from '../answer/answerer.ts'
import type { Bilingual } from '../errors.ts'

/** The reports folder together with the index over it, kept up to date while questions are answered. */
export interface Library {
  /** Answers from the index in force, and from the next one as soon as that is complete. */
  readonly answerer: ReportAnswerer
  readonly status: LibraryStatus
  /** Every file that answers come from, in the order of their names. */
  readonly files: readonly LibraryFile[]
  /**
   * Puts a file into the folder and resolves when answers come from it.
   * @param name as its sender calls it; made safe, and other than that of any file there
   * @throws ReportError when it cannot be used; the folder is then as before
   */
  add(name: string, bytes: Uint8Array, onProgress?: (progress: UpdateProgress) => void): Promise<Added>
  /** Takes a file, and its sidecar, out of the folder, and resolves when nothing is quoted from it; null when it is not there. */
  remove(id: string): Promise<LibraryFile | null>
  /** Puts a removed file back; null when it is not to be had any more. */
  restore(id: string): Promise<LibraryFile | null>
  /** Tells of every update that changed something; returns what ends it. */
  onUpdate(listener: (update: LibraryUpdate) => void): () => void
  /** Ends the watching and gives up an update that is under way; the next start takes it up again. */
  close(): Promise<void>
}

export interface LibraryFile {
  /** 16 characters of `A-Za-z0-9_-` derived from the file's content, so that a button holds after a restart. */
  readonly id: string
  /** The path below the reports folder, with `/`. */
  readonly file: string
  readonly title: string
}

/** What was found in a file that was added. */
export interface Added extends LibraryFile {
  /** False when the folder held the same content already, under the name in `file`. */
  readonly isNew: boolean
  readonly articles: number
  readonly passages: number
  /** Numbers of the pages that OCR read with doubt; `[1]` for a doubtful file without pages. */
  readonly doubtfulPages: readonly number[]
  /** The number of tables whose columns could not be told, and the pages on which they begin. */
  readonly uncertainTables: { readonly count: number; readonly pages: readonly number[] }
  /** Numbers of the pages of which nothing can be quoted. */
  readonly emptyPages: readonly number[]
  readonly notes: readonly Bilingual[]
}

/** A file in the folder that answers cannot come from, and why. */
export interface LibraryFault {
  readonly file: string
  readonly text: Bilingual
}

/** What people who run the bot should know of the index. */
export interface Trouble {
  /** Whether answers can be given all the same. */
  readonly canAnswer: boolean
  readonly text: Bilingual
}

export interface LibraryStatus {
  readonly engine: string
  readonly model: string
  readonly passages: number
  /** Those that last: a file that is still being written is none yet. The folder's own fault names no file. */
  readonly faults: readonly LibraryFault[]
  /** Notes on how the folder was read, which a person should know of and need not mend. */
  readonly notes: readonly Bilingual[]
  /** What is wrong with where answers come from, or null. */
  readonly trouble: Trouble | null
  /** The update under way, or null. */
  readonly update: UpdateProgress | null
}

export interface UpdateProgress {
  /** Files are read first, then their passages embedded. */
  readonly stage: 'reading' | 'embedding'
  readonly done: number
  readonly total: number
  /** Null while too little is done to tell. */
  readonly secondsLeft: number | null
}

/** What an update changed: files by their names. */
export interface LibraryUpdate {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly vanished: readonly string[]
  /** Passages that the model read for it. */
  readonly embedded: number
  /** Faults that were not there before, */
  readonly faults: readonly LibraryFault[]
  /** and those that are there no more: what was at fault can be used again, or is gone. */
  readonly cleared: readonly LibraryFault[]
}
