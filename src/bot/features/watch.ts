import type { InlineKeyboardButton, Message } from 'grammy/types'
import type { Answer } from '../../answer/types.ts'
import { maxOfChat, maxOfPerson } from '../../standing/questions.ts'
import type { Preview } from '../../standing/standing.ts'
import { type BotContext, type BotDependencies, type PressContext, type PressHandlers, textsFor } from '../context.ts'
import { refusalText } from '../failures.ts'
import { alert, edit, post } from '../send.ts'
import { encodeAddress, maxAddressCharacters, type WatchAddress } from '../views/address.ts'
import { type ButtonContext, keyboardOf, pressing } from '../views/keyboard.ts'
import { type Content, MessageBuilder } from '../views/message.ts'
import { clip } from '../views/shorten.ts'
import { botTexts } from '../views/texts.ts'
import { topicOf } from './bell.ts'
import { questionUnder } from './feedback.ts'

/** A question that would tell of more reports than this has to be narrowed first. */
const maxSpoken = 10
/** From so many reports on the ways to narrow a question are shown. */
const oftenFrom = 3
const maxTitleCharacters = 80
/** A longer question would be a text to look for, and no question. */
const maxQuestionCharacters = 500

/**
 * The button that sets the question of an answer as a standing one; none where the question follows up on another, or is too long.
 */
export function watchButtons(
  { band, quotes }: Answer,
  { question, previous }: { readonly question: string; readonly previous: string | null },
  { language, isEphemeral = false }: ButtonContext,
): InlineKeyboardButton[] {
  if (previous !== null || question.length > maxQuestionCharacters || isEphemeral) return []
  const say = botTexts[language].standing
  const answered = band === 'answer' ? (quotes[0]?.passage ?? null) : null
  const address = { kind: 'watch', step: 'offer', isExact: false, answered, tag: null } as const
  return [pressing(answered === null ? say.whenFound : say.whenOtherwise, address)]
}

/** Leads from the button under an answer to a standing question: a preview, ways to narrow it, and the decision. */
export function watchButton(dependencies: BotDependencies): PressHandlers<'watch'>['watch'] {
  return async (context, address) => {
    const say = textsFor(context).standing
    const { message } = context.callbackQuery
    if (!message?.date) return alert(context, say.questionGone)
    const question = address.step === 'offer' ? questionOfAnswer(message, context) : questionOfPreview(message)
    if (question === null || question.length > maxQuestionCharacters) return alert(context, say.questionGone)
    if (address.step === 'keep') return keep(dependencies, context, address, question)
    await context.answerCallbackQuery()
    if (address.step === 'drop') return edit(context, say.dropped)
    const text = address.tag === null ? question : `${question} #${address.tag}`
    const content = await previewContent(dependencies, context, { ...address, tag: null }, text)
    if (address.step === 'offer')
      await post(context, content, message.reply_to_message?.message_id ?? message.message_id)
    else await edit(context, content)
  }
}

async function keep(
  { standing, metrics }: BotDependencies,
  context: PressContext,
  { isExact, answered }: WatchAddress,
  text: string,
): Promise<void> {
  const say = textsFor(context).standing
  const message = context.callbackQuery.message as Message
  const setter = {
    chat: message.chat.id,
    topic: topicOf(message),
    // A message that replies to nothing in a topic replies to the one that opened it.
    message: message.reply_to_message?.forum_topic_created ? null : (message.reply_to_message?.message_id ?? null),
    person: context.from.id,
    locale: context.language,
  }
  const question = await standing.set({ text, isExact, answered }, setter)
  if (question === 'person limit') return alert(context, say.personLimit(maxOfPerson))
  if (question === 'chat limit') return alert(context, say.chatLimit(maxOfChat))
  metrics.counted('standing question set')
  await context.answerCallbackQuery()
  const kept = question.answered === null ? say.kept : say.keptOtherwise
  const confirmation = new MessageBuilder().add(text, 'blockquote').add(`\n${kept}`)
  // A report that came after the refusal or the preview counts as there already, so nothing else would tell of it.
  if (question.answered === null && question.told.length > 0) confirmation.add(`\n${say.answeredAlready}`)
  const end = pressing(say.endThis, { kind: 'standing', id: question.id, action: 'end' })
  await edit(context, { ...confirmation.build(), keyboard: keyboardOf([[end]]) })
}

/** The message that shows how often a question would have told something, with the ways to narrow it. */
async function previewContent(
  dependencies: BotDependencies,
  context: BotContext,
  { isExact, answered }: WatchAddress,
  text: string,
): Promise<Content> {
  const say = textsFor(context).standing
  let preview: Preview
  try {
    preview = await dependencies.standing.preview({ text, isExact, answered })
  } catch (error) {
    return { text: refusalText(error, context, dependencies) }
  }
  const { spoken, reports, tags } = preview
  const [last] = spoken
  const message = new MessageBuilder().add(preview.answered === null ? say.offer : say.offerOtherwise).add('\n')
  message.add(text, 'blockquote').add(`${isExact ? say.isExact : ''}\n`)
  const isTooOften = spoken.length > maxSpoken
  const times = isTooOften ? say.timesAndMore(maxSpoken) : say.times(spoken.length)
  message.add(last ? say.often(times, reports, clip(last.metadata.title, maxTitleCharacters)) : say.never(reports))
  if (last && preview.answered === null) message.add(`\n${say.answered}`)
  if (isTooOften) message.add(`\n${say.tooOften}`)
  else if (spoken.length >= oftenFrom) message.add(`\n${say.narrow}`)
  message.add(`\n${say.stored}`)
  const button = (label: string, more: Partial<WatchAddress> & Pick<WatchAddress, 'step'>) => {
    const address = { kind: 'watch', isExact, answered, tag: null, ...more } as const
    return encodeAddress(address).length <= maxAddressCharacters ? [pressing(label, address)] : []
  }
  const fitting = tags.filter((tag) => text.length + ` #${tag}`.length <= maxQuestionCharacters)
  const narrower =
    spoken.length >= oftenFrom ? fitting.flatMap((tag) => button(`#${tag}`, { step: 'narrow', tag })) : []
  const exact = spoken.length >= oftenFrom && !isExact ? button(say.exact, { step: 'narrow', isExact: true }) : []
  const keyboard = keyboardOf([
    narrower.slice(0, 3),
    narrower.slice(3),
    exact,
    [...(isTooOften ? [] : button(say.keep, { step: 'keep' })), ...button(say.drop, { step: 'drop' })],
  ])
  return { ...message.build(), keyboard }
}

/** The question of an answer: the text of its button to ask again, else the message that it replies to. */
function questionOfAnswer({ reply_markup, reply_to_message }: Message, { me }: BotContext): string | null {
  for (const button of reply_markup?.inline_keyboard.flat() ?? []) {
    const question = 'switch_inline_query_current_chat' in button && button.switch_inline_query_current_chat
    if (question) return question
  }
  const asked = questionUnder(reply_to_message?.text ?? reply_to_message?.caption ?? '', me.username)
  return asked === '' ? null : asked
}

/** The question of a preview, which stands in its block quotation. */
function questionOfPreview({ text, entities }: Message): string | null {
  const quoted = entities?.find(({ type }) => type === 'blockquote')
  return quoted && text ? text.slice(quoted.offset, quoted.offset + quoted.length) : null
}
