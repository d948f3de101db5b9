import type { Locale } from '../../answer/locale.ts'
import type { Quote } from '../../answer/types.ts'
import type { ReportSummary } from '../../reports/types.ts'
import { type Message, MessageBuilder, maxEntities, maxMessageCharacters } from './message.ts'
import { abridged, addQuotes, type PageLink, renderQuotes } from './render.ts'
import { clip } from './shorten.ts'
import { botTexts } from './texts.ts'

/** A standing question with the answers of new reports, as quotes that were verified just now. */
export interface AnnouncedQuestion {
  readonly text: string
  readonly quotes: readonly Quote[]
  /** The quote with the other value that was known before; null where there was none. */
  readonly before: Quote | null
}

/** A new report with the figures that it brings. */
export interface AnnouncedReport {
  readonly report: ReportSummary
  readonly headlines: readonly string[]
  readonly quotes: readonly Quote[]
}

export interface AnnouncementContent {
  readonly isDigest: boolean
  readonly questions: readonly AnnouncedQuestion[]
  readonly reports: readonly AnnouncedReport[]
}

const maxQuestionCharacters = 200
const maxTitleCharacters = 120
/** The room that is left for the lines that count what found none. */
const lastLineCharacters = 160

/**
 * Renders all that new reports say to a chat as one message: each question with its quotes, the one known before beside a new
 * value, then the new reports of a digest.
 * @returns the message, and the questions that found room in it
 */
export function renderAnnouncement(
  { isDigest, questions, reports }: AnnouncementContent,
  language: Locale,
  link: PageLink | null,
  isShort: boolean,
): { readonly message: Message; readonly shown: readonly AnnouncedQuestion[] } {
  const say = botTexts[language].standing
  const message = new MessageBuilder()
  const isChange = questions.length > 0 && questions.every(({ before }) => before !== null)
  message.add(isDigest ? say.digestTitle : isChange ? say.changed : say.found, 'bold')
  const fits = ({ text, entities }: Message) =>
    message.length + text.length <= maxMessageCharacters - lastLineCharacters &&
    message.entityCount + entities.length < maxEntities
  const shown: AnnouncedQuestion[] = []
  for (const question of questions) {
    const number = questions.length > 1 ? `${shown.length + 1} ` : ''
    const part = new MessageBuilder().add(`\n\n❓ ${number}${clip(question.text, maxQuestionCharacters)}\n`)
    addQuotes(part, question.quotes.map(abridged), language, link, isShort)
    if (question.before) {
      part.add(`\n\n${say.before}\n`)
      addQuotes(part, [abridged(question.before)], language, link, isShort)
    }
    const built = part.build()
    if (!fits(built)) continue
    message.addMessage(built)
    shown.push(question)
  }
  if (shown.length < questions.length) message.add(`\n\n${say.further(questions.length - shown.length)}`)
  if (reports.length > 0) message.add(`\n\n${say.newReports(reports.length)}`, 'bold')
  let left = 0
  for (const { report, headlines, quotes } of reports) {
    const about = [report.metadata.title, ...headlines].map((line) => clip(line, maxTitleCharacters)).join('\n')
    const part = new MessageBuilder().add(`\n\n${about}`)
    if (quotes.length > 0) part.add('\n').addMessage(renderQuotes(quotes.map(abridged), language, link))
    const built = part.build()
    if (fits(built)) message.addMessage(built)
    else left++
  }
  if (left > 0) message.add(`\n\n${say.furtherReports(left)}`)
  return { message: message.build(), shown }
}
