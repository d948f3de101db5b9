import { type Api, GrammyError } from 'grammy'
import type { InlineKeyboardButton, UserFromGetMe } from 'grammy/types'
import type { Quote } from '../../answer/types.ts'
import { serialized } from '../../serialQueue.ts'
import { announcedKey, dueAnnouncements, rememberedSeconds } from '../../standing/announcements.ts'
import type { Announcement, Digest, MarkedPassage, StandingQuestion } from '../../standing/types.ts'
import { mayBeTold, rightIn } from '../access.ts'
import { reasonOf } from '../api/retry.ts'
import type { BotDependencies } from '../context.ts'
import { pageOpener } from '../pageLinks.ts'
import { send } from '../send.ts'
import type { Mark, SendGuard } from '../updates/sendGuard.ts'
import { type AnnouncedQuestion, type AnnouncedReport, renderAnnouncement } from '../views/announcement.ts'
import { type ButtonContext, keyboardOf, openButton, pressing } from '../views/keyboard.ts'
import { botTexts } from '../views/texts.ts'
import { localeIn } from './language.ts'

/** The interval of looking for announcements whose time has come, and of trying again what failed. */
const roundMs = 60_000
/** Refusals that show that a chat cannot be told anything any more. */
const unreachable = new Set(['blocked', 'deactivated', 'kicked', 'chat not found'])
/** A replica whose index lacks a quote leaves its announcement to the others, or to an update, for so long. */
const patienceSeconds = 600
/** Buttons of so many questions stand under one announcement. */
const maxButtons = 5
/** A digest quotes so many figures of a new report. */
const maxFiguresOfReport = 3
const maxHeadlines = 3

export interface Announcer {
  /** Looks through what is new and sends what is due, now. Never rejects. */
  round(): Promise<void>
  end(): Promise<void>
}

/**
 * Tells chats what new reports say to their standing questions: after every update of the library, and each minute what is due or
 * failed before. Each announcement is sent once, by whichever replica takes its mark in the step that hands it to the network.
 */
export function startAnnouncing(
  api: Api,
  me: UserFromGetMe,
  guard: SendGuard,
  dependencies: BotDependencies,
): Announcer {
  const { library, standing, state, log, metrics } = dependencies
  const ending = new AbortController()
  const sendOne = createSender(api, me, dependencies)
  const sendDue = async () => {
    for (const announcement of await dueAnnouncements(state, Math.floor(Date.now() / 1000))) {
      if (ending.signal.aborted) return
      await guard
        .during(markOf(announcement, state), () => sendOne(announcement))
        .catch(async (error) => {
          if (error instanceof Error && error.name === 'AbortError') return
          // A message whose bytes were handed to the network may have arrived, and sending it again could tell it twice.
          const mayHaveArrived = (await state.get(announcedKey(announcement))) !== null
          metrics.counted(mayHaveArrived ? 'announcement unconfirmed' : 'announcement failed')
          const outcome = mayHaveArrived
            ? 'may not have arrived and is not sent again'
            : 'could not be sent and is tried again'
          log.warn(`an announcement ${outcome}`, String(error))
        })
    }
  }
  /** A step that fails keeps no other from being taken, and is taken again in the next round. */
  const attempt = async (step: () => Promise<void>, failure: string) => {
    if (ending.signal.aborted) return
    await step().catch((error) => {
      if (!ending.signal.aborted) log.warn(`${failure}; this is tried again`, String(error))
    })
  }
  const round = serialized(async () => {
    const look = () => standing.lookThrough(ending.signal)
    await attempt(look, 'new reports could not be compared with the standing questions')
    await attempt(sendDue, 'the announcements that are due could not be read')
  })
  const stopListening = library.onUpdate(() => void round())
  const timer = setInterval(() => void round(), roundMs).unref()
  void library.firstUpdate.then(round)
  return {
    round,
    async end() {
      clearInterval(timer)
      stopListening()
      ending.abort()
      await round()
    },
  }
}

/** The mark that an announcement was sent. Where the state cannot be used, nothing is sent. */
function markOf(announcement: Announcement, state: BotDependencies['state']): Mark {
  const key = announcedKey(announcement)
  return {
    prepare: () => state.prepare(key, '1', rememberedSeconds),
    giveBack: () => state.set(key, null),
  }
}

/** @returns a function that sends an announcement, or settles that it need not be sent; rejects where it is to be tried again */
function createSender(
  api: Api,
  me: UserFromGetMe,
  dependencies: BotDependencies,
): (announcement: Announcement) => Promise<void> {
  const { library, standing, state, access, pages, metrics, log } = dependencies
  const { answerer } = library

  const quoteOf = async ({ passage, highlights, figures, visible }: MarkedPassage): Promise<Quote | null> => {
    const found = await answerer.locate(passage, { highlights, figures })
    if (!found) return null
    const isInside = visible.every(([, end]) => end <= found.quote.text.length)
    return isInside ? { ...found.quote, visible } : found.quote
  }
  const mayWait = ({ due }: Announcement) => Date.now() / 1000 < due + patienceSeconds
  /** The quotes for each question; null while one is waited for. */
  const announcedQuestions = async (announcement: Announcement) => {
    const { chat, findings } = announcement
    const asked: (AnnouncedQuestion & { readonly question: StandingQuestion })[] = []
    for (const id of new Set(findings.map(({ question }) => question))) {
      const question = await standing.questions.get(chat, id)
      // It was ended or paused meanwhile, or whoever set it may not ask any more.
      if (!question || question.isPaused || !(await mayBeTold(chat, question.person, dependencies))) continue
      const own = findings.filter((finding) => finding.question === id)
      const quotes = (await Promise.all(own.map(({ found }) => quoteOf(found)))).filter((quote) => quote !== null)
      const before = own[0]!.before && (await quoteOf(own[0]!.before))
      const isWhole = quotes.length === own.length && (before !== null || own[0]!.before === null)
      if (!isWhole && mayWait(announcement)) return null
      if (quotes.length > 0) asked.push({ question, text: question.text, quotes, before })
    }
    return asked
  }
  /** The new reports that a digest lists; null while one is waited for. */
  const announcedReports = async (announcement: Announcement, digest: Digest | null) => {
    if (!digest || !(await mayBeTold(announcement.chat, digest.person, dependencies))) return []
    const reports = await Promise.all(announcement.reports.map(reportWithFigures))
    if (reports.includes(null) && mayWait(announcement)) return null
    return reports.filter((report) => report !== null)
  }
  const reportWithFigures = async (id: string): Promise<AnnouncedReport | null> => {
    const summary = answerer.reports.find((report) => report.id === id)
    const report = summary && (await answerer.report(id))
    if (!report) return null
    const figures = await standing.figuresOf(id, maxFiguresOfReport)
    const quotes = (await Promise.all(figures.map(quoteOf))).filter((quote) => quote !== null)
    const headlines = report.articles.flatMap(({ headline }) => (headline ? [headline.text] : []))
    const others = [...new Set(headlines)].filter((headline) => headline !== summary.metadata.title)
    return { report: summary, headlines: others.slice(0, maxHeadlines), quotes }
  }

  return async (announcement) => {
    const { chat, topic, isDigest } = announcement
    const questions = await announcedQuestions(announcement)
    const digest = (await standing.questions.digestsOf(chat)).find((one) => one.topic === topic) ?? null
    const reports = await announcedReports(announcement, digest)
    if (!questions || !reports) return
    if (questions.length + reports.length === 0) {
      metrics.counted('announcement without words')
      return void (await state.claim(announcedKey(announcement), '1', rememberedSeconds))
    }
    const isPrivate = chat > 0
    const { person, locale } = questions[0]?.question ?? digest!
    const language = await localeIn(chat, locale, state)
    const right = rightIn(chat, person, access)
    const link = pages && ((quote: Quote) => pages.quote(quote, right))
    const { message, shown } = renderAnnouncement({ isDigest, questions, reports }, language, link, !isPrivate)
    const context: Pick<ButtonContext, 'language' | 'username' | 'page'> = {
      language,
      username: me.username,
      page: pageOpener(pages, right, isPrivate),
    }
    const told = questions.filter((question) => shown.includes(question))
    const rows = told
      .slice(0, maxButtons)
      .map(({ question, quotes }, i) =>
        announcedRow(question.id, quotes[0]!, context, questions.length > 1 ? `${i + 1} ` : ''),
      )
    const replyTo = told[0]?.question.message ?? null
    try {
      await send(api, chat, { ...message, keyboard: keyboardOf(rows) }, { topic, replyTo })
      metrics.counted('announcement sent')
    } catch (error) {
      if (!(error instanceof GrammyError)) throw error
      const reason = reasonOf(error)
      metrics.counted(reason)
      // A flood and a fault of the server pass.
      if (error.error_code === 429 || error.error_code >= 500) throw error
      log.warn(`Telegram refused an announcement: ${reason}`)
      if (unreachable.has(reason)) await standing.questions.endChat(chat)
      await state.claim(announcedKey(announcement), '1', rememberedSeconds)
    }
  }
}

/** The buttons of one question under an announcement. @param number stands before their words */
export function announcedRow(
  id: string,
  quote: Quote,
  context: Pick<ButtonContext, 'language' | 'username' | 'page'>,
  number: string,
): InlineKeyboardButton[] {
  const open = openButton(quote, context)
  const end = pressing(`${number}${botTexts[context.language].standing.endThis}`, {
    kind: 'standing',
    id,
    action: 'end',
  })
  return [{ ...open, text: `${number}${open.text}` }, end]
}
