import { Composer } from 'grammy'
import {
  type BotContext,
  type BotDependencies,
  type Openers,
  type PressContext,
  type PressHandlers,
  textsFor,
} from './context.ts'
import { standingButton } from './features/bell.ts'
import { feedbackButton, feedbackLink } from './features/feedback.ts'
import { fileButtons } from './features/fileButtons.ts'
import { languageButton } from './features/language.ts'
import { passageOpeners } from './features/passages.ts'
import { photographOpener } from './features/photographs.ts'
import { reportsOpener } from './features/reports.ts'
import { shareButton } from './features/share.ts'
import { watchButton } from './features/watch.ts'
import { alert, openPrivately, post } from './send.ts'
import {
  type Address,
  type AddressKind,
  decodeAddress,
  decodeLink,
  handleAddress,
  type LinkKind,
} from './views/address.ts'

/** Hands each press of a button to the handler of its address's kind. */
export function buttons(dependencies: BotDependencies, deadline: AbortSignal): Composer<BotContext> {
  const open = openers(dependencies)
  const handlers: PressHandlers<AddressKind> = {
    quote: inPrivate(open.quote),
    paragraph: inPrivate(open.paragraph),
    quotes: inPrivate(open.quotes),
    source: inPrivate(open.source),
    photograph: inPrivate(open.photograph),
    reports: inPrivate(open.reports),
    feedback: feedbackButton(dependencies),
    share: shareButton(dependencies),
    language: languageButton(dependencies),
    watch: watchButton(dependencies),
    standing: standingButton(dependencies),
    ...fileButtons(dependencies, deadline),
  }
  const composer = new Composer<BotContext>()
  composer.on('callback_query', async (context) => {
    const address = decodeAddress(context.callbackQuery.data ?? '')
    await (address ? handleAddress(handlers, context, address) : alert(context, textsFor(context).noSuchButton))
  })
  return composer
}

/** Hands each link into the private chat (`/start q_…`) to its kind's handler. `help.ts` answers other starts. */
export function links(dependencies: BotDependencies): Composer<BotContext> {
  const handlers: Openers<LinkKind> = { ...openers(dependencies), feedback: feedbackLink }
  const composer = new Composer<BotContext>()
  composer.chatType('private').command('start', async (context, next) => {
    const address = decodeLink(context.match.trim())
    if (!address) return next()
    const notice = await handleAddress(handlers, context, address)
    if (notice) await post(context, notice.text)
  })
  return composer
}

function openers(dependencies: BotDependencies): Openers<Exclude<LinkKind, 'feedback'>> {
  return {
    ...passageOpeners(dependencies),
    photograph: photographOpener(dependencies),
    reports: reportsOpener(dependencies),
  }
}

/** Opens in a private chat, and elsewhere takes the presser there, so that paging does not flood a group. */
function inPrivate<Kind extends LinkKind>(open: Openers<Kind>[Kind]): PressHandlers<Kind>[Kind] {
  return async (context: PressContext, address: Address<Kind>) => {
    if (context.callbackQuery.message?.chat.type !== 'private') return openPrivately(context, address)
    const notice = await open(context, address)
    await context.answerCallbackQuery({ ...notice })
  }
}
