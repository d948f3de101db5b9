import { createHash } from 'node:crypto'
import { QuestionError } from '../errors.ts'
import type { ReportEntry } from '../indexes/types.ts'
import type { IndexAnswerer } from '../library/indexAnswerer.ts'
import type { Passage } from '../reports/types.ts'
import { narrow } from '../search/question/tags.ts'
import { withLock } from '../state/lock.ts'
import type { StateStore } from '../state/types.ts'
import { overlapAny, type Range } from '../text/range.ts'
import { sentences } from '../text/sentences.ts'
import { keepAnnouncement, toldBefore } from './announcements.ts'
import { type Asker, askerOver } from './ask.ts'
import { type KnownSentences, readKnownSentences } from './knownSentences.ts'
import { standingQuestions } from './questions.ts'
import { nextDue } from './schedule.ts'
import type { Announcement, Digest, Finding, StandingQuestion } from './types.ts'

export interface LookThroughOptions {
  readonly state: StateStore
  /** The index in force. */
  readonly current: IndexAnswerer
  /** The probability, 0 … 1, from which on a report is taken to answer a standing question. */
  readonly minConfidence: number
  /** The time in milliseconds since 1970. */
  readonly now?: () => number
  /** Gives up the waiting for another process that looks through. */
  readonly signal?: AbortSignal
}

/** A report that was not looked through before. */
interface Arrival {
  readonly report: ReportEntry
  readonly passages: readonly Passage[]
  /** The positions of the passages that hold a sentence which no report held before. */
  readonly positions: readonly number[]
  isNew(passage: Passage, marked: readonly Range[]): boolean
}

/** All that one look through the index found. */
interface Found {
  readonly questions: readonly StandingQuestion[]
  readonly findings: readonly Finding[]
  readonly arrivals: readonly ReportEntry[]
}

/**
 * Asks every standing question of what is new in the index, and keeps what is found as announcements. Of several processes that
 * share a state one looks through at a time. Wherever it ends, the next look does the rest and finds nothing twice: announcements
 * are kept before their reports count as known, and what stands in one is not found again.
 * @returns the number of announcements that were kept
 */
export function lookThrough({ state, signal, ...options }: LookThroughOptions): Promise<number> {
  return withLock(state, 'standing questions', () => look({ state, ...options }), signal)
}

async function look({ state, current, minConfidence, now = Date.now }: LookThroughOptions): Promise<number> {
  const { index } = current
  const known = await readKnownSentences(state)
  const unknown = [...index.reports.values()].filter(({ contentSha256 }) => !known.isKnownReport(contentSha256))
  if (unknown.length === 0 && known.hasBaseline) return 0
  const asker = askerOver(current, minConfidence)
  const questions = known.hasBaseline ? await standingIn(state, current) : []
  const told = await toldBefore(state)
  const findings: Finding[] = []
  const arrivals: ReportEntry[] = []
  for (const report of unknown) {
    const positions = asker.positionsOf(report.id)
    const arrival = arrivalOf(report, positions, await index.passages(positions), known)
    if (arrival.positions.length > 0) arrivals.push(report)
    const found = await findingsIn(arrival, questions, asker)
    findings.push(...found.filter((finding) => !told(finding)))
    known.add(arrival)
  }
  if (known.hasBaseline) {
    const digests = await standingQuestions(state).digests()
    const update = createHash('sha256')
      .update(unknown.map(({ contentSha256 }) => contentSha256).join())
      .digest('base64url')
    const announcements = announcementsOf({ questions, findings, arrivals }, digests, update.slice(0, 16), now())
    for (const announcement of announcements) await keepAnnouncement(state, announcement)
    await known.keep()
    return announcements.length
  }
  await known.keep()
  return 0
}

/** The standing questions that are not paused, each with a sketch by the model of the index. */
async function standingIn(state: StateStore, { searcher }: IndexAnswerer): Promise<StandingQuestion[]> {
  const kept = standingQuestions(state)
  const questions = (await kept.all()).filter(({ isPaused }) => !isPaused)
  for (const [i, question] of questions.entries()) {
    if (question.sketch.model === searcher.model) continue
    const { text, previous } = question
    questions[i] = { ...question, sketch: await searcher.sketch({ text, ...(previous !== null && { previous }) }) }
    await kept.replace(questions[i])
  }
  return questions
}

function arrivalOf(
  report: ReportEntry,
  positions: readonly number[],
  passages: readonly Passage[],
  known: KnownSentences,
): Arrival {
  const isNewIn = known.isNew(report)
  const isNew = (passage: Passage, marked: readonly Range[]) =>
    sentences(passage.text).some((sentence) => overlapAny([sentence], marked) && isNewIn(passage, sentence))
  return {
    report,
    passages,
    positions: positions.filter((_, i) => isNew(passages[i]!, [[0, passages[i]!.text.length]])),
    isNew,
  }
}

/** The findings in a new report, the surest question first. */
async function findingsIn(
  { report, positions, isNew }: Arrival,
  questions: readonly StandingQuestion[],
  asker: Asker,
): Promise<Finding[]> {
  if (positions.length === 0) return []
  const findings: Finding[] = []
  for (const question of await asker.near(questions, positions)) {
    const found = await asker.ask(question, report.id, ({ passage, highlight }) => isNew(passage, highlight.highlights))
    findings.push(...found.map((one) => ({ ...one, question: question.id })))
  }
  return findings.sort((a, b) => b.confidence - a.confidence)
}

/** One announcement for each chat and topic: at once, or with the next digest where there is one. */
function announcementsOf(
  { questions, findings, arrivals }: Found,
  digests: readonly Digest[],
  update: string,
  now: number,
): Announcement[] {
  const placeOf = ({ chat, topic }: Pick<Digest, 'chat' | 'topic'>) => `${chat}.${topic ?? 0}`
  const digestAt = new Map(digests.map((digest) => [placeOf(digest), digest]))
  const places = new Map(
    [...questions, ...digests].map(({ chat, topic }) => [placeOf({ chat, topic }), { chat, topic }]),
  )
  return [...places].flatMap(([place, { chat, topic }]): Announcement[] => {
    const digest = digestAt.get(place)
    const asked = new Set(questions.filter((question) => placeOf(question) === place).map(({ id }) => id))
    const own = findings.filter(({ question }) => asked.has(question))
    const reports = digest && digest.tags.length > 0 ? withTags(arrivals, digest.tags) : []
    if (own.length + reports.length === 0) return []
    const due = digest ? nextDue(digest.every, now) : Math.floor(now / 1000)
    return [
      {
        id: `${place}.${digest ? due : update}`,
        chat,
        topic,
        due,
        isDigest: digest !== undefined,
        findings: own,
        reports,
      },
    ]
  })
}

/** The ids of the reports that have the tags. */
function withTags(reports: readonly ReportEntry[], tags: readonly string[]): string[] {
  try {
    return narrow(reports, tags).reports.map(({ id }) => id)
  } catch (error) {
    if (error instanceof QuestionError) return []
    throw error
  }
}
