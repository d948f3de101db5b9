import type { ReportAnswerer } from '../answer/answerer.ts'
import type { Locale } from '../answer/locale.ts'
import type { Quote } from '../answer/types.ts'
import type { Bilingual } from '../errors.ts'
import type { Access } from './access.ts'
import { quotedBy, selectedBy } from './namedWords.ts'
import { quoteAddress } from './reportPage.ts'
import { languageOf, tell, type WebContext } from './requestContext.ts'

/** A quote that a person sends from its page into a chat. */
export interface SharedQuote {
  /** Telegram's id of the person. */
  readonly user: number
  readonly language: Locale
  readonly quote: Quote
  /** The public address of the quote's page, with the person's right where it takes one. */
  readonly address: string
}

/** Leaves a quote with Telegram; resolves with the id by which the client sends it, or null where Telegram does not take it. */
export type PrepareQuote = (shared: SharedQuote) => Promise<string | null>

export interface SharingDependencies {
  readonly answerer: ReportAnswerer
  readonly access: Pick<Access, 'whoOpened' | 'isPublic'>
  /** The public address of a path, with the right of a person to a report; null where people cannot reach the pages. */
  readonly publicAddress: ((path: string, report: string, who: number | null) => string) | null
  /** Null without a bot, or before it runs. */
  prepare(): PrepareQuote | null
}

const texts = {
  expired: {
    zh: 'Telegram 的身份凭据已过期或无效。请回到机器人,重新点「原文」打开,再转发;也可以复制链接。',
    en: 'Your sign-in from Telegram has expired or is not valid. Open the page from the bot again and share from there, or copy the link.',
  },
  gone: {
    zh: '这段原文已不在报告里,没有转发。请重新搜索。',
    en: 'These words are no longer in the report, so nothing was shared. Please search again.',
  },
  refused: {
    zh: '机器人现在无法转发。请稍后再试,或复制链接粘贴到聊天里。',
    en: 'The bot cannot share right now. Try again later, or copy the link into the chat.',
  },
} satisfies Record<string, Bilingual>

/**
 * Answers `{"initData", "report", "q" or "s"}` with the `{"id"}` of a message with those words, which Telegram keeps for the
 * person who opened the page; else with `{"error"}`. The visitor's right to the report was checked before.
 */
export function sharing({ answerer, access, publicAddress, prepare }: SharingDependencies) {
  return async (context: WebContext): Promise<Response> => {
    const asked: Record<string, unknown> = (await context.req.json().catch(() => null)) ?? {}
    const opened = await access.whoOpened(asked.initData)
    if (!opened) return tell(context, 401, texts.expired)
    const { report, q, s } = asked
    const isQuote = typeof q === 'string'
    const isSelection = typeof s === 'string' && typeof report === 'string'
    const shown = isQuote ? await quotedBy(answerer, q) : isSelection ? await selectedBy(answerer, report, s) : null
    const may = context.get('rights')?.may ?? (() => true)
    if (!shown || !may(shown.placed.report.id)) return tell(context, 410, texts.gone)
    const { placed } = shown
    const who = access.isPublic ? null : opened.user
    const address = publicAddress?.(quoteAddress(placed, shown.isSelection), placed.report.id, who)
    const { quote } = placed
    const language = languageOf(context)
    const id = address === undefined ? null : await prepare()?.({ user: opened.user, language, quote, address })
    return id ? context.json({ id }) : tell(context, 502, texts.refused)
  }
}
