import type { ReportAnswerer } from '../answer/answerer.ts'
import { OutdatedError } from '../indexes/qdrant/faults.ts'
import type { IndexSource, IndexTrouble } from '../indexes/source.ts'
import type { Log } from '../log.ts'
import type { ReportFile } from '../reports/file.ts'
import { serialized } from '../serialQueue.ts'
import { answererOver, type IndexAnswerer, type IndexAnswererOptions } from './indexAnswerer.ts'

/** The current index of a source, whichever process built it. */
export interface CurrentIndex {
  /** The answerer over the index as it was loaded last. */
  readonly loaded: IndexAnswerer
  /** An answerer that asks, at each question, the one that is loaded then. */
  readonly answerer: ReportAnswerer
  /** Null when all is well with the source. */
  readonly trouble: IndexTrouble | null
  /**
   * Loads the current index unless it is loaded. Calls run one after the other.
   * @param files the reports as they are on disk; null loads an index of other reports too
   * @returns true when another index was loaded
   */
  reload(files: readonly ReportFile[] | null): Promise<boolean>
  /** Ends the polling for indexes of other processes. */
  close(): Promise<void>
}

export interface CurrentIndexOptions extends IndexAnswererOptions {
  readonly source: IndexSource
  readonly log: Log
}

/** The interval of polling for an index that another process built, and for trouble. */
const pollMs = 2000

/** @throws IndexError when there is no index, or it is foreign or damaged. */
export async function openCurrentIndex(options: CurrentIndexOptions): Promise<CurrentIndex> {
  const { source, log } = options
  const load = async (files: readonly ReportFile[] | null) => {
    const token = await source.token()
    return { answerer: answererOver(await source.open(files), options), token }
  }
  let loaded = await load(null)
  let trouble: IndexTrouble | null = null
  const reload = serialized(async (files: readonly ReportFile[] | null) => {
    if ((await source.token()) === loaded.token) return false
    loaded = await load(files)
    return true
  })
  const poll = async () => {
    const before = trouble
    trouble = await source.trouble()
    if (trouble?.text.en !== before?.text.en) log.warn(trouble?.text.en ?? 'the index can be used in full again')
    if (trouble?.canAnswer !== false) await reload(null)
  }
  let polling: Promise<void> | null = null
  const timer = setInterval(() => {
    // While a poll takes long, no others queue up behind it.
    polling ??= poll()
      .catch((error) => log.debug('the current index could not be looked up', String(error)))
      .finally(() => (polling = null))
  }, pollMs).unref()
  return {
    get loaded() {
      return loaded.answerer
    },
    answerer: following(
      () => loaded.answerer,
      () => reload(null),
    ),
    get trouble() {
      return trouble
    },
    reload,
    async close() {
      clearInterval(timer)
      await polling
    },
  }
}

/** An answerer over the current one. It reloads and asks again where an update replaced the index meanwhile. */
function following(current: () => ReportAnswerer, reload: () => Promise<unknown>): ReportAnswerer {
  const latest = async <T>(ask: (answerer: ReportAnswerer) => Promise<T>): Promise<T> => {
    try {
      return await ask(current())
    } catch (error) {
      if (!(error instanceof OutdatedError)) throw error
      await reload()
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
    indexedFile: (report) => latest((answerer) => answerer.indexedFile(report)),
  }
}
