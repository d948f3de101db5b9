import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import type { Locale } from '../../answer/locale.ts'
import { type BotContext, type BotDependencies, type PressHandlers, textsFor } from '../context.ts'
import { edit, openPrivately, post } from '../send.ts'
import { type Address, decodeAddress } from '../views/address.ts'
import { keyboardOf, pressing } from '../views/keyboard.ts'
import { botTexts } from '../views/texts.ts'

const feedbackSeconds = 90 * 24 * 3600

/** 👍 and 👎 for the answer whose best quote is a passage. */
export function feedbackRow(passage: string): InlineKeyboardButton[] {
  return [
    pressing('👍', { kind: 'feedback', passage, verdict: 'good' }),
    pressing('👎', { kind: 'feedback', passage, verdict: 'bad' }),
  ]
}

/** The reasons for a 👎 to choose from. */
function reasonsKeyboard(passage: string, language: Locale): InlineKeyboardMarkup {
  const say = botTexts[language]
  const reasons = ['wrong', 'partial', 'garbled', 'outdated'] as const
  return keyboardOf(reasons.map((verdict) => [pressing(say.verdicts[verdict], { kind: 'feedback', passage, verdict })]))
}

/** True for the rows of 👍 👎 and of the reasons. */
export function asksFeedback(row: readonly InlineKeyboardButton[]): boolean {
  return row.some((button) => 'callback_data' in button && decodeAddress(button.callback_data)?.kind === 'feedback')
}

/** Records a person's feedback on an answer. A 👎 asks for the reason, in place of the buttons or in private. */
export function feedbackButton({ modes, state, metrics }: BotDependencies): PressHandlers<'feedback'>['feedback'] {
  return async (context, address) => {
    const { passage, verdict } = address
    const say = textsFor(context)
    const { message } = context.callbackQuery
    const isPrivate = message?.chat.type === 'private'
    const asked = message?.reply_to_message?.text
    const question = modes.storeQuestions && asked ? questionUnder(asked, context.me.username) : undefined
    // Each verdict counts once for a person and a passage.
    const isNew = await state.claim(`voice/${context.from.id}/${passage}/${verdict}`, '1', feedbackSeconds)
    const at = new Date().toISOString()
    if (isNew) await state.append('feedback', { at, passage, verdict, ...(question && { question }) })
    metrics.counted(`feedback ${verdict}`)
    if (verdict !== 'bad') {
      await context.answerCallbackQuery({ text: say.thanks })
      if (isPrivate && verdict !== 'good') await restoreButtons(context, passage)
    } else if (isPrivate) {
      await context.answerCallbackQuery({ text: say.whatWasWrong })
      await setButtons(context, reasonsKeyboard(passage, context.language).inline_keyboard)
    } else await openPrivately(context, address)
  }
}

/** Asks in the private chat for the reason of a 👎 in a group. */
export async function feedbackLink(context: BotContext, { passage }: Address<'feedback'>): Promise<undefined> {
  await post(context, { text: textsFor(context).whatWasWrong, keyboard: reasonsKeyboard(passage, context.language) })
}

/** The question in the text of a message that an answer replies to, without the command and the bot's name. */
export function questionUnder(text: string, username: string): string {
  return text
    .replace(/^\/ask(?:@\w+)?/iu, '')
    .replace(new RegExp(`@${username}\\b`, 'giu'), '')
    .trim()
}

/** Puts 👍 👎 back in place of the reasons. A message of reasons alone, in the private chat, says thanks instead. */
async function restoreButtons(context: BotContext, passage: string): Promise<void> {
  if (otherRows(context).length === 0) await edit(context, textsFor(context).thanks)
  else await setButtons(context, [feedbackRow(passage)])
}

/** Replaces the rows of feedback under the pressed message. */
async function setButtons(context: BotContext, rows: InlineKeyboardButton[][]): Promise<void> {
  await context.editMessageReplyMarkup({ reply_markup: { inline_keyboard: [...otherRows(context), ...rows] } })
}

function otherRows(context: BotContext): InlineKeyboardButton[][] {
  const rows = context.callbackQuery?.message?.reply_markup?.inline_keyboard ?? []
  return rows.filter((row) => !asksFeedback(row))
}
