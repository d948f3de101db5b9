import { createHash } from 'node:crypto'
import type { Passage, ReportSummary } from '../reports/types.ts'
import { statedYears } from '../reports/years.ts'
import type { StateKey, StateStore } from '../state/types.ts'
import { bare } from '../text/normalize.ts'
import type { Range } from '../text/range.ts'
import { sentences } from '../text/sentences.ts'

/** A hash has this many bytes, so that it fits a number. Two of a million sentences share one once in five hundred archives. */
const hashBytes = 6
/** The key that says that the reports there were at first have been taken for known. */
const baselineKey: StateKey = 'known/'

/** A report by its content, and its passages. */
export interface KnownReport {
  readonly report: ReportSummary & { readonly contentSha256: string }
  readonly passages: readonly Passage[]
}

/**
 * The sentences of all reports that the bot has looked through, as hashes. A report counts as known by the bytes of its file, so
 * that one that is only read again brings nothing new. A sentence counts as known by its words with the years and the place of
 * its report, so that a copy or a corrected file brings nothing new but the sentences that it changed.
 */
export interface KnownSentences {
  /** @returns a function that tells whether the sentence of a passage is new */
  isNew(report: ReportSummary): (passage: Passage, sentence: Range) => boolean
  /** Takes a report for known from here on. */
  add(report: KnownReport): void
  /** Keeps what was added, and that there is a baseline. */
  keep(): Promise<void>
}

/** The reports that the bot has looked through. */
export interface KnownReports {
  /** False until the reports there were at first have been taken for known. */
  readonly hasBaseline: boolean
  isKnown(report: { readonly contentSha256: string }): boolean
}

/** Reads which reports are known, without their sentences. */
export async function readKnownReports(state: Pick<StateStore, 'keys'>): Promise<KnownReports> {
  const ids = new Set((await state.keys('known')).map((key) => key.slice('known/'.length)))
  return { hasBaseline: ids.has(''), isKnown: ({ contentSha256 }) => ids.has(idOf(contentSha256)) }
}

/** Reads the hashes of all known sentences. */
export async function readKnownSentences(state: StateStore): Promise<KnownSentences> {
  const keys = (await state.keys('known')) as StateKey[]
  const known = new Set<number>()
  const added = new Map<StateKey, Buffer>()
  for (const key of keys) {
    const bytes = Buffer.from((await state.get(key)) ?? '', 'base64')
    for (let at = 0; at + hashBytes <= bytes.length; at += hashBytes) known.add(bytes.readUIntBE(at, hashBytes))
  }
  return {
    isNew(report) {
      const hash = hashIn(report)
      return ({ text }, sentence) => !known.has(hash(text.slice(...sentence)))
    },
    add({ report, passages }) {
      const hash = hashIn(report)
      const hashes = new Set(passages.flatMap(({ text }) => sentences(text).map((range) => hash(text.slice(...range)))))
      const bytes = Buffer.alloc(hashes.size * hashBytes)
      for (const [i, value] of [...hashes].entries()) {
        bytes.writeUIntBE(value, i * hashBytes, hashBytes)
        known.add(value)
      }
      added.set(`known/${idOf(report.contentSha256)}`, bytes)
    },
    async keep() {
      for (const [key, bytes] of added) await state.set(key, bytes.toString('base64'))
      if (!keys.includes(baselineKey)) await state.set(baselineKey, '')
    },
  }
}

/** Half of the hexadecimal digits of a file's SHA-256 tell files apart. */
function idOf(contentSha256: string): string {
  return contentSha256.slice(0, 32)
}

function hashIn(report: ReportSummary): (sentence: string) => number {
  const about = [...statedYears(report), report.metadata.district ?? ''].join(' ')
  return (sentence) =>
    createHash('sha256')
      .update(`${about}\n${bare(sentence)}`)
      .digest()
      .readUIntBE(0, hashBytes)
}
