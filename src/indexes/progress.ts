import type { ReportFile } from '../reports/file.ts'

export interface BuildProgress {
  /** Files are read first, then their passages embedded; of a large folder both go on in turns. */
  readonly stage: 'reading' | 'embedding'
  readonly done: number
  /** The number of passages is an estimate until all files are read. */
  readonly total: number
}

type Listener = (progress: BuildProgress) => void

/** Reports the progress of an update. Passages to come are estimated from the bytes of the files not yet read. */
export class Progress {
  readonly #onProgress: Listener | undefined
  readonly #files: number
  #bytesLeft: number
  #bytesRead = 0
  #filesRead = 0
  #passages = 0
  #embedded = 0
  #known = 0
  #isEmbedding = false

  constructor(files: readonly ReportFile[], onProgress: Listener | undefined) {
    this.#onProgress = onProgress
    this.#files = files.length
    this.#bytesLeft = files.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  read({ bytes }: ReportFile, passages: number): void {
    this.#bytesRead += bytes
    this.#bytesLeft -= bytes
    this.#passages += passages
    this.#filesRead++
    // Once passages are embedded, reading and embedding go on side by side, and the embedding tells more.
    if (!this.#isEmbedding) this.#onProgress?.({ stage: 'reading', done: this.#filesRead, total: this.#files })
  }

  allRead(): void {
    this.#bytesLeft = 0
  }

  /** @param fresh the number of passages, among `all` of a group, that no earlier build embedded */
  toEmbed(fresh: number, all: number): void {
    this.#known += all - fresh
    this.#isEmbedding = true
    this.embedded(0)
  }

  embedded(count: number): void {
    this.#embedded += count
    const freshOfRead = this.#passages - this.#known
    const total = Math.round(freshOfRead * (1 + (this.#bytesRead > 0 ? this.#bytesLeft / this.#bytesRead : 0)))
    this.#onProgress?.({ stage: 'embedding', done: this.#embedded, total })
  }
}
