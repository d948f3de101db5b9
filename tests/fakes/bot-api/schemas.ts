import type { Update } from 'grammy/types'
import * as z from 'zod'
import { badRequest, violation } from './failure.ts'
import * as part from './schema-parts.ts'

const { TELEGRAM, chatId, count, entities, flag, noParseMode, notSimulated, optionalText, text } = part

/** Every kind of update there is, as `allowed_updates` names them. */
export const UPDATE_TYPES = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'guest_message',
  'stopped_message_generation',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'managed_bot',
  'subscription',
] as const satisfies Exclude<keyof Update, 'update_id'>[]

const nothing = z.strictObject({})
const allowedUpdates = z.array(z.enum(UPDATE_TYPES)).optional()
const sending = {
  business_connection_id: notSimulated,
  chat_id: chatId,
  message_thread_id: z.int().optional(),
  direct_messages_topic_id: notSimulated,
  ephemeral_message_parameters: part.ephemeral.optional(),
  disable_notification: flag,
  protect_content: flag,
  allow_paid_broadcast: flag,
  suggested_post_parameters: notSimulated,
  message_effect_id: optionalText,
  reply_parameters: part.replyParameters.optional(),
  reply_to_message_id: z.int().optional(),
  reply_markup: part.replyMarkup.optional(),
}
const formattedText = { text, parse_mode: noParseMode, entities, link_preview_options: part.linkPreview }
const editing = {
  business_connection_id: notSimulated,
  chat_id: chatId.optional(),
  message_id: z.int().optional(),
  inline_message_id: optionalText,
  reply_markup: part.inlineKeyboard.optional(),
}
const commandsOf = { scope: part.commandScope.optional(), language_code: part.languageCode }
const ofLanguage = z.strictObject({ language_code: part.languageCode })
const ofChat = z.strictObject({ chat_id: chatId })

/** The parameters of each method, after the Bot API 10.3 reference. A method that is not here is not served. */
export const schemas = {
  getMe: nothing,
  logOut: nothing,
  close: nothing,
  getUpdates: z.strictObject({
    offset: z.int().optional(),
    limit: z.int().min(1).max(100).optional(),
    timeout: count,
    allowed_updates: allowedUpdates,
  }),
  setWebhook: z.strictObject({
    url: text,
    certificate: notSimulated,
    ip_address: optionalText,
    max_connections: z.int().min(1).max(100).optional(),
    allowed_updates: allowedUpdates,
    drop_pending_updates: flag,
    secret_token: text
      .regex(/^[A-Za-z0-9_-]*$/, `${TELEGRAM}secret token contains unallowed characters`)
      .max(256, `${TELEGRAM}secret token is too long`)
      .optional(),
  }),
  deleteWebhook: z.strictObject({ drop_pending_updates: flag }),
  getWebhookInfo: nothing,
  sendMessage: z.strictObject({ ...sending, ...formattedText }),
  sendDocument: z.strictObject({
    ...sending,
    document: text,
    thumbnail: optionalText,
    caption: optionalText,
    parse_mode: noParseMode,
    caption_entities: entities,
    disable_content_type_detection: flag,
  }),
  sendPhoto: z.strictObject({
    ...sending,
    photo: text,
    caption: optionalText,
    parse_mode: noParseMode,
    caption_entities: entities,
    show_caption_above_media: flag,
    has_spoiler: flag,
  }),
  editMessageText: z.strictObject({ ...editing, ...formattedText, rich_message: notSimulated }),
  editMessageReplyMarkup: z.strictObject(editing),
  deleteMessage: z.strictObject({ chat_id: chatId, message_id: z.int() }),
  setMessageReaction: z.strictObject({
    chat_id: chatId,
    message_id: z.int(),
    reaction: z.array(part.reaction).max(1, `${TELEGRAM}REACTIONS_TOO_MANY`).optional(),
    is_big: flag,
  }),
  sendChatAction: z.strictObject({
    business_connection_id: notSimulated,
    chat_id: chatId,
    message_thread_id: z.int().optional(),
    action: z.enum([
      'typing',
      'upload_photo',
      'record_video',
      'upload_video',
      'record_voice',
      'upload_voice',
      'upload_document',
      'choose_sticker',
      'find_location',
      'record_video_note',
      'upload_video_note',
    ]),
  }),
  answerCallbackQuery: z.strictObject({
    callback_query_id: text,
    text: text.max(200, `${TELEGRAM}MESSAGE_TOO_LONG`).optional(),
    show_alert: flag,
    url: part.startUrl.optional(),
    cache_time: count,
  }),
  answerInlineQuery: z.strictObject({
    inline_query_id: text,
    results: z
      .array(part.inlineResult)
      .max(50, `${TELEGRAM}RESULTS_TOO_MUCH`)
      .refine((results) => new Set(results.map(({ id }) => id)).size === results.length, {
        error: `${TELEGRAM}RESULT_ID_DUPLICATE`,
      }),
    cache_time: count,
    is_personal: flag,
    next_offset: part.withinBytes(0, 64, 'NEXT_OFFSET_INVALID').optional(),
    button: part.inlineResultsButton.optional(),
  }),
  answerGuestQuery: z.strictObject({ guest_query_id: text, result: part.inlineResult }),
  savePreparedInlineMessage: z
    .strictObject({
      user_id: z.int(),
      result: part.inlineResult,
      allow_user_chats: flag,
      allow_bot_chats: flag,
      allow_group_chats: flag,
      allow_channel_chats: flag,
    })
    .refine((given) => Object.entries(given).some(([name, value]) => name.startsWith('allow_') && value === true), {
      error: 'no kind of chat is allowed, so the message could be sent nowhere',
    }),
  setMyCommands: z.strictObject({
    commands: z.array(part.command).max(100, `${TELEGRAM}BOT_COMMANDS_TOO_MUCH`),
    ...commandsOf,
  }),
  deleteMyCommands: z.strictObject(commandsOf),
  getMyCommands: z.strictObject(commandsOf),
  setMyDescription: z.strictObject({ description: text.max(512).optional(), language_code: part.languageCode }),
  setMyShortDescription: z.strictObject({
    short_description: text.max(120).optional(),
    language_code: part.languageCode,
  }),
  getMyDescription: ofLanguage,
  getMyShortDescription: ofLanguage,
  setChatMenuButton: z.strictObject({ chat_id: z.int().optional(), menu_button: part.menuButton.optional() }),
  getChatMenuButton: z.strictObject({ chat_id: z.int().optional() }),
  getChat: ofChat,
  getChatMember: z.strictObject({ chat_id: chatId, user_id: z.int() }),
  getChatAdministrators: z.strictObject({ chat_id: chatId, return_bots: flag }),
  leaveChat: ofChat,
  getFile: z.strictObject({ file_id: text }),
}

/** A method the fake serves. */
export type MethodName = keyof typeof schemas
/** The checked parameters of a method. */
export type MethodParameters<Method extends MethodName> = z.infer<(typeof schemas)[Method]>

/** Checks the parameters of a call; throws the `ApiFailure` for the first fault found. */
export function parseParameters<Method extends MethodName>(method: Method, raw: unknown): MethodParameters<Method> {
  const result = schemas[method].safeParse(raw)
  if (result.success) return result.data as MethodParameters<Method>
  // An unknown name is the graver fault: it can hide behind a value refused earlier in the same object.
  const issue = result.error.issues.find((candidate) => part.unknownKeys(candidate)) ?? result.error.issues[0]!
  const unknown = part.unknownKeys(issue)
  if (unknown) throw violation(`unknown parameter ${[...issue.path, unknown.join(', ')].join('.')}`)
  if (issue.message.startsWith(TELEGRAM)) throw badRequest(issue.message.slice(TELEGRAM.length))
  throw violation(`invalid parameter ${issue.path.join('.')}: ${issue.message}`)
}

/**
 * Parameters that came as text (query string, form fields): what a field's schema takes when read as JSON is read so,
 * as the Bot API does; the rest stays text.
 */
export function readTextParameters(method: MethodName, fields: Record<string, string>): Record<string, unknown> {
  const shape: Record<string, z.ZodType> = schemas[method].shape
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const parsed = parseJson(value)
      return [name, shape[name]?.safeParse(value).success && !shape[name].safeParse(parsed).success ? value : parsed]
    }),
  )
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value // not JSON: the schema will say whether a plain string is right
  }
}
