import { createHash } from 'node:crypto'
import { QuestionError } from '../errors.ts'
import type { ReportEntry } from '../indexes/types.ts'
import type { IndexAnswerer } from '../library/indexAnswerer.ts'
import type { Passage } from '../reports/types.ts'
import { narrow } from '../search/question/tags.ts'
import type { Hit } from '../search/search.ts'
import { withLock } from '../state/lock.ts'
import type { StateStore } from '../state/types.ts'
import { overlapAny, type Range } from '../text/range.ts'
import { sentences } from '../text/sentences.ts'
import { keepAnnouncement, toldBefore } from './announcements.ts'
import { type Answers, type Asker, askerOver, contentId, type Near } from './ask.ts'
import { type KnownSentences, readKnownReports, readKnownSentences } from './knownSentences.ts'
import { type StandingQuestions, standingQuestions } from './questions.ts'
import { nextDue } from './schedule.ts'
import type { Announcement, Digest, Finding, StandingQuestion } from './types.ts'

/** The lock of whoever looks through what is new, or sets a question. */
export const lookLock = 'standing questions'

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
  /** True where the marked part of a passage stands in such a sentence. */
  isNew(passage: Passage, marked: readonly Range[]): boolean
}

/** A standing question remembers the latest reports that it was told of, this many. */
const maxTold = 50

/**
 * Asks every standing question of what is new in the index, and keeps what is found as announcements. Of several processes that
 * share a state one looks through at a time. Wherever it ends, the next look does the rest and finds nothing twice: announcements
 * are kept before their reports count as known, and what stands in one is not found again.
 * @returns the number of announcements that were kept
 */
export async function lookThrough(options: LookThroughOptions): Promise<number> {
  const { state, current, signal } = options
  const { unknown, hasBaseline } = await unknownIn(state, current)
  if (unknown.length === 0 && hasBaseline) return 0
  return withLock(state, lookLock, () => look(options), signal)
}

/** The reports of the index that were not looked through, and whether any ever were. */
async function unknownIn(state: StateStore, { index }: IndexAnswerer) {
  const { hasBaseline, isKnown } = await readKnownReports(state)
  return { hasBaseline, unknown: [...index.reports.values()].filter((report) => !isKnown(report)) }
}

async function look({ state, current, minConfidence, now = Date.now, signal }: LookThroughOptions): Promise<number> {
  const { index } = current
  const { unknown, hasBaseline } = await unknownIn(state, current)
  if (unknown.length === 0 && hasBaseline) return 0
  const known = await readKnownSentences(state)
  const asker = askerOver(current, minConfidence)
  const arrivals: Arrival[] = []
  for (const report of unknown) {
    const positions = asker.positionsOf(report.id)
    const arrival = arrivalOf(report, positions, await index.passages(positions), known)
    if (arrival.positions.length > 0) arrivals.push(arrival)
    known.add(arrival)
  }
  let kept = 0
  if (hasBaseline) {
    const store = standingQuestions(state)
    const questions = await standingIn(store, current, asker, arrivals)
    const asked = await findingsFor(questions, arrivals, asker, signal)
    const findings = asked.flatMap((one) => one.findings).sort((a, b) => b.confidence - a.confidence)
    const told = await toldBefore(state)
    const fresh = findings.filter((finding) => !told(finding))
    const update = createHash('sha256').update(unknown.map(({ contentSha256 }) => contentSha256).join())
    const found = { questions, findings: fresh, arrivals: arrivals.map(({ report }) => report) }
    const reports = [...index.reports.values()]
    const announcements = announcementsOf(
      { ...found, reports },
      await store.digests(),
      update.digest('base64url').slice(0, 16),
      now(),
    )
    for (const announcement of announcements) await keepAnnouncement(state, announcement)
    for (const { question, closeness, settled } of asked) {
      const told = [...new Set([...question.told, ...settled])].slice(-maxTold)
      // A report that comes nearer than any and is not told of is what later ones are compared with.
      const nearest = settled.length > 0 ? question.nearest : Math.max(question.nearest, closeness)
      await store.change(question, { told, nearest })
    }
    kept = announcements.length
  }
  await known.keep()
  return kept
}

/** The standing questions that are not paused, each with a sketch by the model of the index. */
async function standingIn(
  store: StandingQuestions,
  { searcher, index }: IndexAnswerer,
  asker: Asker,
  arrivals: readonly Arrival[],
): Promise<StandingQuestion[]> {
  const isTold = ({ told }: StandingQuestion, report: ReportEntry) =>
    told.includes(contentId(report)) || arrivals.some((arrival) => arrival.report === report)
  const questions = (await store.all()).filter(({ isPaused }) => !isPaused)
  for (const [i, question] of questions.entries()) {
    if (question.sketch.model === searcher.model) continue
    try {
      const { sketch, candidates } = await searcher.sketch({ text: question.text })
      const told = new Set([...index.reports.values()].filter((one) => isTold(question, one)).map(({ id }) => id))
      const nearest = await asker.nearest(sketch, candidates, told)
      questions[i] = { ...question, sketch, nearest }
      await store.change(question, { sketch, nearest })
    } catch (error) {
      // No report has the question's tags at this moment, so none can answer.
      if (!(error instanceof QuestionError)) throw error
    }
  }
  return questions.filter(({ sketch }) => sketch.model === searcher.model)
}

function arrivalOf(
  report: ReportEntry,
  positions: readonly number[],
  passages: readonly Passage[],
  known: KnownSentences,
): Arrival {
  const isNewIn = known.isNew(report)
  const isFresh = new Map(
    passages.map((passage) => [passage.id, sentences(passage.text).filter((sentence) => isNewIn(passage, sentence))]),
  )
  return {
    report,
    passages,
    positions: positions.filter((_, i) => isFresh.get(passages[i]!.id)!.length > 0),
    isNew: (passage, marked) => overlapAny(isFresh.get(passage.id) ?? [], marked),
  }
}

/** A question that was asked of new reports, with what they say to it. */
interface AskedQuestion extends Near<StandingQuestion>, Pick<Answers, 'settled'> {
  readonly findings: readonly Finding[]
}

/** Asks those questions to which something new comes near. */
async function findingsFor(
  questions: readonly StandingQuestion[],
  arrivals: readonly Arrival[],
  asker: Asker,
  signal: AbortSignal | undefined,
): Promise<AskedQuestion[]> {
  const newIn = new Map(arrivals.map((arrival) => [arrival.report.id, arrival]))
  const reports = new Set(newIn.keys())
  const positions = arrivals.flatMap((arrival) => arrival.positions)
  const asked: AskedQuestion[] = []
  for (const { question, closeness } of positions.length > 0 ? await asker.near(questions, positions) : []) {
    const isNew = ({ passage, highlight }: Hit) => newIn.get(passage.report)!.isNew(passage, highlight.highlights)
    signal?.throwIfAborted()
    const { findings, settled } = await asker.ask(question, reports, isNew)
    asked.push({ question, closeness, settled, findings: findings.map((one) => ({ ...one, question: question.id })) })
  }
  return asked
}

/** One announcement for each chat and topic: at once, or with the next digest where there is one. */
function announcementsOf(
  {
    questions,
    findings,
    arrivals,
    reports: all,
  }: {
    readonly questions: readonly StandingQuestion[]
    readonly findings: readonly Finding[]
    readonly arrivals: readonly ReportEntry[]
    /** All reports of the index. */
    readonly reports: readonly ReportEntry[]
  },
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
    const reports = digest && digest.tags.length > 0 ? withTags(arrivals, all, digest.tags) : []
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

/** The ids of the new reports that have the tags. A place that no report has yet is passed over, and of a year there is none then. */
function withTags(
  arrivals: readonly ReportEntry[],
  reports: readonly ReportEntry[],
  tags: readonly string[],
): string[] {
  const known = tags.filter((tag) => matching(reports, [tag]).size > 0)
  if (tags.some((tag) => !known.includes(tag) && /^(?:19|20)\d\d$/u.test(tag))) return []
  const all = known.length > 0 ? matching(reports, known) : new Set<string>()
  return arrivals.map(({ id }) => id).filter((id) => all.has(id))
}

/** The ids of the reports that have the tags; none where no report has one of them. */
function matching(reports: readonly ReportEntry[], tags: readonly string[]): Set<string> {
  try {
    return new Set(narrow(reports, tags).reports.map(({ id }) => id))
  } catch (error) {
    if (error instanceof QuestionError) return new Set()
    throw error
  }
}
