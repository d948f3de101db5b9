import type { ReportAnswerer } from '../answer/answerer.ts'
import type { Embedder, Reranker } from '../embeddings/types.ts'
import { OutdatedError } from '../indexes/qdrant/faults.ts'
import type { Log } from '../log.ts'
import type { ReportFile } from '../reports/file.ts'
import { inTurn } from './inTurn.ts'
import { type OpenAnswerer, openOver } from './opened.ts'
import type { Serving } from './serving.ts'
import type { Trouble } from './types.ts'

/** The index that answers come from, whichever process wrote it. */
export interface InForce {
  /** Over the one in force. */
  readonly current: OpenAnswerer
  /** Always over the one in force at the time of the question. */
  readonly answerer: ReportAnswerer
  /** What is wrong with where answers come from, or null. */
  readonly trouble: Trouble | null
  /**
   * Opens what came in force since; one call after the other.
   * @param files the reports as they are on disk; null opens an index of other reports too
   * @returns whether there was something new
   */
  takeUp(files: readonly ReportFile[] | null): Promise<boolean>
  /** Ends the looking out for what other processes put in force. */
  close(): Promise<void>
}

export interface InForceOptions {
  readonly reportsFolder: string
  readonly embedder: Embedder
  readonly reranker: Reranker | null
  /** 0 … 1, or null for the calibrated bound. */
  readonly minConfidence: number | null
  readonly serving: Serving
  readonly log: Log
}

/** How often it is looked whether another process put something in force, and whether all is well. */
const lookMs = 2000

/** @throws IndexError when there is no index, or it is foreign or damaged. */
export async function openInForce(options: InForceOptions): Promise<InForce> {
  const { reportsFolder, embedder, reranker, minConfidence, serving, log } = options
  const open = async (files: readonly ReportFile[] | null) => {
    const token = await serving.token()
    return { ...openOver(await serving.open(files), embedder, reportsFolder, minConfidence, reranker), token }
  }
  let current = await open(null)
  let trouble: Trouble | null = null
  const takeUp = inTurn(async (files: readonly ReportFile[] | null) => {
    if ((await serving.token()) === current.token) return false
    current = await open(files)
    return true
  })
  const look = async () => {
    const before = trouble
    trouble = await serving.trouble()
    if (trouble?.text.en !== before?.text.en) log.warn(trouble?.text.en ?? 'the index can be used in full again')
    if (trouble?.canAnswer !== false) await takeUp(null)
  }
  let looking: Promise<void> | null = null
  const outlook = setInterval(() => {
    // One that takes longer is not followed by others that wait for it.
    looking ??= look()
      .catch((error) => log.debug('what is in force could not be looked up', String(error)))
      .finally(() => {
        looking = null
      })
  }, lookMs).unref()
  return {
    get current() {
      return current
    },
    answerer: following(
      () => current,
      () => takeUp(null),
    ),
    get trouble() {
      return trouble
    },
    takeUp,
    async close() {
      clearInterval(outlook)
      await looking
    },
  }
}

/** An answerer that is always the one in force. What was replaced long ago under a question is taken up, and asked again. */
function following(current: () => ReportAnswerer, takeUp: () => Promise<unknown>): ReportAnswerer {
  const latest = async <T>(ask: (answerer: ReportAnswerer) => Promise<T>): Promise<T> => {
    try {
      return await ask(current())
    } catch (error) {
      if (!(error instanceof OutdatedError)) throw error
      await takeUp()
      return ask(current())
    }
  }
  return {
    get reports() {
      return current().reports
    },
    reportsMatching: (tags) => current().reportsMatching(tags),
    answer: (question) => latest((answerer) => answerer.answer(question)),
    quote: (passage, highlight) => latest((answerer) => answerer.quote(passage, highlight)),
    paragraph: (passage, steps) => latest((answerer) => answerer.paragraph(passage, steps)),
    report: (id) => latest((answerer) => answerer.report(id)),
    locate: (passage, marks) => latest((answerer) => answerer.locate(passage, marks)),
    locateSelection: (report, ranges) => latest((answerer) => answerer.locateSelection(report, ranges)),
  }
}
