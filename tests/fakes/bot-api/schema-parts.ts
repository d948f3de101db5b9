import * as z from 'zod'

const REACTIONS = new Set(
  '👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡'.split(
    ' ',
  ),
)

/** A schema's message that starts with this mark is Telegram's own wording; every other fault is a violation. */
export const TELEGRAM = 'telegram: '

export const text = z.string()
export const optionalText = z.string().optional()
export const flag = z.boolean().optional()
export const count = z.int().min(0).optional()
export const chatId = z.union([z.int(), z.string().min(1)])
export const noParseMode = z.never({ error: 'this bot sends entities, never a parse mode' }).optional()
export const notSimulated = z.never({ error: 'the fake does not simulate it' }).optional()

/** A string of so many UTF-8 bytes, else `description` in Telegram's words. */
export function withinBytes(minimum: number, maximum: number, description: string) {
  return text.refine(
    (value) => Buffer.byteLength(value) >= minimum && Buffer.byteLength(value) <= maximum,
    TELEGRAM + description,
  )
}

/**
 * A choice among object schemas made by looking at the value. Unlike a zod union it reports the faults of the one
 * schema that was meant. `choose` returns undefined for what the fake does not know.
 */
function chosen<Schema extends z.ZodType>(choose: (value: Record<string, unknown>) => Schema | undefined) {
  return z.custom<z.infer<Schema>>().superRefine((value, context) => {
    const schema = typeof value === 'object' && value !== null ? choose(value as Record<string, unknown>) : undefined
    if (schema === undefined) return context.addIssue('the fake does not know or simulate this kind of object')
    for (const issue of schema.safeParse(value).error?.issues ?? []) {
      const { path, message } = issue
      context.addIssue({
        code: 'custom',
        path: [...path],
        message,
        input: value,
        params: { unknown: unknownKeys(issue) },
      })
    }
  })
}

/** The names an issue complains of as unknown, also when it was handed up through `chosen`. */
export function unknownKeys(issue: z.core.$ZodIssue): string[] | undefined {
  if (issue.code === 'unrecognized_keys') return issue.keys
  return issue.code === 'custom' ? (issue.params?.unknown as string[] | undefined) : undefined
}

/** Telegram takes for a link or a button a web address whose host has a dot, or `tg://`. */
function isWebAddress(address: string): boolean {
  if (/^(tg|ton|tonsite):\/\/\S+$/.test(address)) return true
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`
  if (/\s/.test(address) || !URL.canParse(withScheme)) return false
  const { protocol, hostname } = new URL(withScheme)
  return (protocol === 'http:' || protocol === 'https:') && /[^.]\.[^.]/.test(hostname)
}

const user = z.looseObject({ id: z.int(), is_bot: z.boolean(), first_name: text })
const span = { offset: z.int(), length: z.int() }
const plainEntityTypes = z.enum([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
])
const entity = z.discriminatedUnion('type', [
  z.strictObject({ type: plainEntityTypes, ...span }),
  z.strictObject({ type: z.literal('pre'), ...span, language: optionalText }),
  z.strictObject({ type: z.literal('text_link'), ...span, url: text.refine(isWebAddress, 'not a valid address') }),
  z.strictObject({ type: z.literal('text_mention'), ...span, user }),
  z.strictObject({ type: z.literal('custom_emoji'), ...span, custom_emoji_id: text }),
  z.strictObject({
    type: z.literal('date_time'),
    ...span,
    unix_time: z.int(),
    date_time_format: text.regex(/^(r|w?[dD]?[tT]?)$/),
  }),
])
export const entities = z.array(entity).optional()
/** One entity of a text the bot sends. */
export type Entity = z.infer<typeof entity>

const webApp = z.strictObject({ url: text.startsWith('https://') })
const buttonLook = {
  text: text.min(1),
  icon_custom_emoji_id: optionalText,
  style: z.enum(['danger', 'success', 'primary']).optional(),
}
/** A link that starts a bot has a parameter that clients hand over whole, or none. */
const opensBot = (address: string) => {
  const parameter = /^https:\/\/t\.me\/\w+\?start(?:group)?=(.*)$/s.exec(address)?.[1]
  return parameter === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(parameter)
}
const buttonUrl = text
  .refine(isWebAddress, {
    error: ({ input }) => `${TELEGRAM}inline keyboard button URL '${input}' is invalid: Wrong HTTP URL`,
  })
  .refine(opensBot, 'the start parameter is not 1-64 of A-Za-z0-9_-')
export const startUrl = text.refine(opensBot, 'the start parameter is not 1-64 of A-Za-z0-9_-')
const buttonActions = {
  url: buttonUrl.optional(),
  callback_data: withinBytes(1, 64, 'BUTTON_DATA_INVALID').optional(),
  web_app: webApp.optional(),
  login_url: z
    .strictObject({ url: text, forward_text: optionalText, bot_username: optionalText, request_write_access: flag })
    .optional(),
  disabled: z.strictObject({}).optional(),
  switch_inline_query: text.max(256).optional(),
  switch_inline_query_current_chat: text.max(256).optional(),
  switch_inline_query_chosen_chat: z
    .strictObject({
      query: text.max(256).optional(),
      allow_user_chats: flag,
      allow_bot_chats: flag,
      allow_group_chats: flag,
      allow_channel_chats: flag,
    })
    .optional(),
  copy_text: z.strictObject({ text: text.regex(/^.{1,256}$/s, `${TELEGRAM}BUTTON_COPY_TEXT_INVALID`) }).optional(),
  callback_game: z.strictObject({}).optional(),
  pay: flag,
}
const inlineButton = z.strictObject({ ...buttonLook, ...buttonActions }).superRefine((button, context) => {
  const actions = Object.keys(button).filter((key) => key in buttonActions)
  if (actions.length === 0) {
    context.addIssue(`${TELEGRAM}can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard`)
  }
  if (actions.length > 1) context.addIssue(`a button has exactly one action, this one has ${actions.join(', ')}`)
})
export const inlineKeyboard = z.strictObject({
  inline_keyboard: z
    .array(z.array(inlineButton))
    .refine((rows) => rows.flat().length <= 100, `${TELEGRAM}reply markup is too long`),
  force_reply: flag,
})
const request = z.record(text, z.unknown()).optional()
const keyboardButton = z.strictObject({
  ...buttonLook,
  request_users: request,
  request_chat: request,
  request_poll: request,
  request_managed_bot: request,
  request_contact: flag,
  request_location: flag,
  web_app: webApp.optional(),
})
const placeholder = text.min(1).max(64).optional()
const keyboard = z.strictObject({
  keyboard: z.array(z.array(z.union([text.min(1), keyboardButton]))),
  is_persistent: flag,
  resize_keyboard: flag,
  one_time_keyboard: flag,
  input_field_placeholder: placeholder,
  selective: flag,
  force_reply: flag,
})
const removeKeyboard = z.strictObject({ remove_keyboard: z.literal(true), selective: flag })
const forceReply = z.strictObject({
  force_reply: z.literal(true),
  input_field_placeholder: placeholder,
  selective: flag,
})
export const replyMarkup = chosen((value) => {
  if ('inline_keyboard' in value) return inlineKeyboard
  if ('keyboard' in value) return keyboard
  if ('remove_keyboard' in value) return removeKeyboard
  return 'force_reply' in value ? forceReply : undefined
})

export const linkPreview = z
  .strictObject({
    is_disabled: flag,
    url: optionalText,
    prefer_small_media: flag,
    prefer_large_media: flag,
    show_above_text: flag,
  })
  .optional()
export const ephemeral = z.strictObject({
  receiver_user_id: z.int(),
  callback_query_id: optionalText,
  replace_callback_query_message: notSimulated,
})
export const replyParameters = z.strictObject({
  // An ephemeral message has the number 0, by which nothing can be replied to.
  message_id: z.int().positive(),
  chat_id: chatId.optional(),
  ephemeral_message_id: notSimulated,
  checklist_task_id: notSimulated,
  poll_option_id: notSimulated,
  allow_sending_without_reply: flag,
  quote: optionalText,
  quote_parse_mode: noParseMode,
  quote_entities: entities,
  quote_position: count,
})

const textContent = z.strictObject({
  message_text: text,
  parse_mode: noParseMode,
  entities,
  link_preview_options: linkPreview,
})
const article = z.strictObject({
  type: z.literal('article'),
  id: withinBytes(1, 64, 'RESULT_ID_INVALID'),
  title: text.min(1, `${TELEGRAM}ARTICLE_TITLE_EMPTY`),
  input_message_content: chosen((content) => ('message_text' in content ? textContent : undefined)),
  reply_markup: inlineKeyboard.optional(),
  url: optionalText,
  description: optionalText,
  thumbnail_url: optionalText,
  thumbnail_width: count,
  thumbnail_height: count,
})
const photo = z.strictObject({
  type: z.literal('photo'),
  id: withinBytes(1, 64, 'RESULT_ID_INVALID'),
  // Telegram's servers fetch both.
  photo_url: text.refine(isWebAddress, `${TELEGRAM}WEBDOCUMENT_URL_INVALID`),
  thumbnail_url: text.refine(isWebAddress, `${TELEGRAM}WEBDOCUMENT_URL_INVALID`),
  photo_width: count,
  photo_height: count,
  title: optionalText,
  description: optionalText,
  caption: optionalText,
  parse_mode: noParseMode,
  caption_entities: entities,
  show_caption_above_media: flag,
  reply_markup: inlineKeyboard.optional(),
})
/** One checked result of an inline or guest answer. */
export type InlineResult = z.infer<typeof article> | z.infer<typeof photo>
export const inlineResult = chosen<z.ZodType<InlineResult>>(({ type }) =>
  type === 'article' ? article : type === 'photo' ? photo : undefined,
)
export const inlineResultsButton = z
  .strictObject({
    text: text.min(1),
    web_app: webApp.optional(),
    start_parameter: text.regex(/^[A-Za-z0-9_-]{1,64}$/, `${TELEGRAM}START_PARAM_INVALID`).optional(),
  })
  .refine((button) => (button.web_app === undefined) !== (button.start_parameter === undefined), 'needs one action')

export const reaction = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('emoji'),
    emoji: text.refine((emoji) => REACTIONS.has(emoji), `${TELEGRAM}REACTION_INVALID`),
  }),
  z.strictObject({ type: z.literal('custom_emoji'), custom_emoji_id: text }),
  z.strictObject({ type: z.literal('paid') }),
])

export const languageCode = text.regex(/^([a-z]{2})?$/, `${TELEGRAM}invalid language code specified`).optional()
export const commandScope = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators']) }),
  z.strictObject({ type: z.enum(['chat', 'chat_administrators']), chat_id: chatId }),
  z.strictObject({ type: z.literal('chat_member'), chat_id: chatId, user_id: z.int() }),
])
export const menuButton = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['default', 'commands']) }),
  z.strictObject({ type: z.literal('web_app'), text: text.min(1), web_app: webApp }),
])
export const command = z.strictObject({
  command: text.regex(/^[a-z0-9_]{1,32}$/, `${TELEGRAM}BOT_COMMAND_INVALID`),
  description: text.regex(/^.{1,256}$/s, `${TELEGRAM}BOT_COMMAND_DESCRIPTION_INVALID`),
  is_ephemeral: flag,
})
