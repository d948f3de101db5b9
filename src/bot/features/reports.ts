import { Composer } from 'grammy'
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import type { Facet } from '../../answer/answerer.ts'
import { textIn } from '../../answer/locale.ts'
import { UserError } from '../../errors.ts'
import type { BotContext, BotDependencies, Openers } from '../context.ts'
import { buttonContext } from '../pageLinks.ts'
import { edit, reply } from '../send.ts'
import { encodeAddress, maxAddressCharacters } from '../views/address.ts'
import { type ButtonContext, keyboardOf, opening } from '../views/keyboard.ts'
import { renderReports } from '../views/render.ts'
import { shorten } from '../views/shorten.ts'
import { botTexts } from '../views/texts.ts'

/** Telegram's limit for the answer to a press, in UTF-16 code units. */
const maxNoticeCharacters = 200

/** `/reports` lists the reports, or those that have all of the tags behind it. */
export function reportsCommand(dependencies: BotDependencies): Composer<BotContext> {
  const open = reportsOpener(dependencies)
  const composer = new Composer<BotContext>()
  composer.on('message:text').command('reports', async (context) => {
    const tags = context.match.split(/[\s,，、#＃]+/u).filter((tag) => /[\p{L}\p{N}]/u.test(tag))
    await open(context, { kind: 'reports', page: 0, tags })
  })
  return composer
}

/**
 * Shows a page of the list of reports, with buttons that narrow it by year and district. It replaces the page whose
 * button was pressed, or replies to a command or a link. The buttons carry the page and the tags, so they work after a
 * restart.
 */
export function reportsOpener(dependencies: BotDependencies): Openers<'reports'>['reports'] {
  return async (context, { page: wanted, tags }) => {
    try {
      const { reports, facets } = dependencies.library.answerer.reportsMatching(tags)
      const { message, page, pages } = renderReports(reports, context.language, tags, wanted)
      const keyboard = reportsKeyboard({ page, pages, tags, facets }, buttonContext(context, dependencies))
      const content = { ...message, keyboard }
      await (context.has('message') ? reply(context, content) : edit(context, content))
    } catch (error) {
      // The tags fit no report.
      if (!(error instanceof UserError)) throw error
      const text = textIn(error.text, context.language)
      if (!context.has('message')) return { text: shorten(text, maxNoticeCharacters), show_alert: true }
      await reply(context, text)
    }
  }
}

/** The buttons that narrow a list by year, or by district, are this many at most. */
const maxFacets = 4

/**
 * The buttons under a list of reports: the pages before and after, the facets that narrow the list, and the way back to
 * all reports. A tag that is too long for a button has none.
 */
function reportsKeyboard(
  { page, pages, tags, facets }: { page: number; pages: number; tags: readonly string[]; facets: readonly Facet[] },
  context: ButtonContext,
): InlineKeyboardMarkup | undefined {
  const say = botTexts[context.language].buttons
  const button = (text: string, page: number, tags: readonly string[]): InlineKeyboardButton[] => {
    const address = { kind: 'reports', page, tags } as const
    return encodeAddress(address).length <= maxAddressCharacters ? [opening(text, address, context)] : []
  }
  const narrowing = (kind: Facet['kind']) =>
    facets
      .filter((facet) => facet.kind === kind)
      .flatMap(({ tag, reports }) => button(`${tag} (${reports})`, 0, [...tags, tag]))
      .slice(0, maxFacets)
  const rows = [
    [
      ...(page > 0 ? button(say.previousPage, page - 1, tags) : []),
      ...(page < pages - 1 ? button(say.nextPage, page + 1, tags) : []),
    ],
    narrowing('year'),
    narrowing('district'),
    tags.length > 0 ? button(say.allReports, 0, []) : [],
  ]
  return rows.some((row) => row.length > 0) ? keyboardOf(rows) : undefined
}
