import { Composer } from 'grammy'
import type { InlineKeyboardButton, Message } from 'grammy/types'
import { takeTags } from '../../search/question/tags.ts'
import type { Digest, StandingQuestion } from '../../standing/types.ts'
import { mayDecide } from '../access.ts'
import { type BotContext, type BotDependencies, type PressHandlers, textsFor } from '../context.ts'
import { alert, edit, reply } from '../send.ts'
import { decodeAddress } from '../views/address.ts'
import { keyboardOf, pressing } from '../views/keyboard.ts'
import { type Content, MessageBuilder, maxMessageCharacters } from '../views/message.ts'
import { clip } from '../views/shorten.ts'

/** A question in the list is cut to this many characters. */
const maxListedCharacters = 120
/** Telegram takes a hundred buttons; each question has two. */
const maxListed = 40

/** `/bell` lists the standing questions of a chat and sets its digest. */
export function bell(dependencies: BotDependencies): Composer<BotContext> {
  const { standing, access } = dependencies
  const composer = new Composer<BotContext>()
  composer.on('message:text').command('bell', async (context) => {
    const say = textsFor(context).standing
    const { text, tags } = takeTags(context.match)
    const wanted = text.trim().toLowerCase()
    if (wanted === '' && tags.length === 0) return reply(context, await listOf(dependencies, context, context.chat.id))
    if (!['daily', 'weekly', 'off'].includes(wanted)) return reply(context, say.digestUsage)
    const place = { chat: context.chat.id, topic: topicOf(context.message) }
    const before = (await standing.questions.digestsOf(place.chat)).find(({ topic }) => topic === place.topic)
    const isOwn = before === undefined || before.person === context.from.id
    if (!isOwn && !(await mayDecide(context, access))) return reply(context, say.onlySetter)
    if (wanted === 'off') {
      await standing.questions.endDigest(place)
      return reply(context, say.digestEnded)
    }
    const every = wanted === 'daily' ? 'day' : 'week'
    const person = context.message.sender_chat ? null : context.from.id
    await standing.questions.setDigest({ ...place, every, tags, person, locale: context.language })
    return reply(context, say.digestKept(every === 'day' ? say.daily : say.weekly))
  })
  return composer
}

/** Pauses, resumes or ends a standing question of the chat that the button stands in. */
export function standingButton(dependencies: BotDependencies): PressHandlers<'standing'>['standing'] {
  const { standing, access } = dependencies
  return async (context, { id, action }) => {
    const say = textsFor(context).standing
    const { message } = context.callbackQuery
    if (!message?.date) return alert(context, textsFor(context).noSuchButton)
    const question = await standing.questions.get(message.chat.id, id)
    if (question && question.person !== context.from.id && !(await mayDecide(context, access)))
      return alert(context, say.onlySetter)
    if (question && action === 'end') await standing.questions.end(question)
    else if (question) await standing.questions.change(question, { isPaused: action === 'pause' })
    const done = { pause: say.paused, resume: say.resumed, end: say.ended }[question ? action : 'end']
    await context.answerCallbackQuery({ text: done })
    if (isList(message)) await edit(context, await listOf(dependencies, context, message.chat.id))
    // Under the confirmation, and under what was told, the button goes and the words stay.
    else await context.editMessageReplyMarkup({ reply_markup: withoutButton(message, id) })
  }
}

/** The list of a chat's standing questions, each with its buttons, and its digest. */
async function listOf({ standing }: BotDependencies, context: BotContext, chat: number): Promise<Content> {
  const say = textsFor(context).standing
  const questions = await standing.questions.ofChat(chat)
  const digests = await standing.questions.digestsOf(chat)
  const message = new MessageBuilder().add(say.list(questions.length), 'bold')
  const shown: StandingQuestion[] = []
  for (const question of questions.slice(0, maxListed)) {
    const line = lineOf(question, shown.length, context)
    if (message.length + line.length >= maxMessageCharacters - lastCharacters) break
    message.add(line)
    shown.push(question)
  }
  if (shown.length < questions.length) message.add(`\n\n${say.unlisted(questions.length - shown.length)}`)
  for (const digest of digests.slice(0, maxDigests)) message.add(`\n\n${digestLine(digest, context)}`)
  const rows = shown.map((question, i) => [
    pressing(`${i + 1} ${question.isPaused ? say.resume : say.pause}`, {
      kind: 'standing',
      id: question.id,
      action: question.isPaused ? 'resume' : 'pause',
    }),
    pressing(`${i + 1} ${say.end}`, { kind: 'standing', id: question.id, action: 'end' }),
  ])
  const pairs = rows.flatMap((row, i) => (i % 2 === 0 ? [[...row, ...(rows[i + 1] ?? [])]] : []))
  return { ...message.build(), ...(shown.length > 0 && { keyboard: keyboardOf(pairs) }) }
}

/** The room that is left for the digests and for the line that counts what found none. */
const lastCharacters = 700
const maxDigests = 4

function lineOf({ text, at, isPaused, answered, isExact }: StandingQuestion, i: number, context: BotContext): string {
  const say = textsFor(context).standing
  const kind = answered === null ? '' : ` · ${say.onlyOtherwise}`
  return `\n\n${i + 1}. ${clip(text, maxListedCharacters)}${isExact ? say.isExact : ''}\n${say.since(at.slice(0, 10), isPaused)}${kind}`
}

function digestLine({ every, tags }: Digest, context: BotContext): string {
  const say = textsFor(context).standing
  const named = clip(tags.map((tag) => ` #${tag}`).join(''), maxListedCharacters)
  return say.digest(every === 'day' ? say.daily : say.weekly, named)
}

/** The topic of a message; null outside topics. */
export function topicOf(message: Pick<Message, 'is_topic_message' | 'message_thread_id'>): number | null {
  return message.is_topic_message ? (message.message_thread_id ?? null) : null
}

/** True for the list of `/bell`, whose buttons all act on standing questions. */
function isList({ reply_markup }: Message): boolean {
  const buttons = reply_markup?.inline_keyboard.flat() ?? []
  const acts = (button: InlineKeyboardButton) =>
    'callback_data' in button && decodeAddress(button.callback_data)?.kind === 'standing'
  return buttons.length > 1 && buttons.every(acts)
}

function withoutButton({ reply_markup }: Message, id: string) {
  const rows = reply_markup?.inline_keyboard ?? []
  const isOf = (button: InlineKeyboardButton) => {
    const address = 'callback_data' in button ? decodeAddress(button.callback_data) : null
    return address?.kind === 'standing' && address.id === id
  }
  const left = rows.map((row) => row.filter((button) => !isOf(button)))
  return keyboardOf(left)
}
