import type { BotCommand } from 'grammy/types'
import * as chats from './chats.ts'
import { badRequest } from './failure.ts'
import type { Uploads } from './media.ts'
import * as media from './media.ts'
import * as messages from './messages.ts'
import type { MethodName, MethodParameters } from './schemas.ts'
import { parseParameters } from './schemas.ts'
import type { UpdateQueue } from './updates.ts'
import type { Webhook } from './webhook.ts'
import type { World } from './world.ts'
import { closeQuery, compact, nextIdentifier, requireChat, requireTopic } from './world.ts'

/** The context of a call. `gone` aborts when the caller hangs up. */
export type CallContext = {
  readonly world: World
  readonly updates: UpdateQueue
  readonly webhook: Webhook
  readonly uploads: Uploads
  readonly gone: AbortSignal
}

type Handlers = {
  [Method in MethodName]: (context: CallContext, parameters: MethodParameters<Method>) => unknown
}

// The General topic takes chat actions under this number, but no messages.
const GENERAL_TOPIC = 1

const handlers: Handlers = {
  getMe: ({ world }) => world.bot,
  logOut({ world }) {
    world.loggedOut = true
    return true
  },
  close: () => true,
  getUpdates({ updates, webhook, gone }, parameters) {
    webhook.refusePolling()
    return updates.poll(parameters, gone)
  },
  setWebhook: ({ webhook }, parameters) => webhook.set(parameters),
  deleteWebhook: ({ webhook }, { drop_pending_updates }) => webhook.set({ url: '', drop_pending_updates }),
  getWebhookInfo: ({ webhook }) => webhook.info(),
  sendMessage: ({ world }, parameters) => messages.sendMessage(world, parameters),
  sendDocument: ({ world, uploads }, parameters) => media.sendDocument(world, parameters, uploads),
  sendPhoto: ({ world, uploads }, parameters) => media.sendPhoto(world, parameters, uploads),
  editMessageText: ({ world }, parameters) => messages.editMessageText(world, parameters),
  editMessageReplyMarkup: ({ world }, parameters) => messages.editMessageReplyMarkup(world, parameters),
  deleteMessage: ({ world }, parameters) => messages.deleteMessage(world, parameters),
  setMessageReaction: ({ world }, parameters) => messages.setMessageReaction(world, parameters),
  sendChatAction({ world }, { chat_id, message_thread_id }) {
    const chat = requireChat(world, chat_id, 'send text messages')
    const general = chat.info.is_forum && message_thread_id === GENERAL_TOPIC
    if (message_thread_id !== undefined && !general) requireTopic(chat, message_thread_id)
    return true
  },
  answerCallbackQuery({ world }, { callback_query_id, url }) {
    if (url && !url.startsWith(`https://t.me/${world.bot.username}?start=`)) throw badRequest('URL_INVALID')
    closeQuery(world, callback_query_id)
    return true
  },
  answerInlineQuery({ world }, { inline_query_id, results }) {
    for (const result of results) messages.checkInlineResult(world, result)
    closeQuery(world, inline_query_id)
    return true
  },
  answerGuestQuery({ world }, { guest_query_id, result }) {
    messages.checkInlineResult(world, result)
    closeQuery(world, guest_query_id)
    return { inline_message_id: messages.sendInlineResult(world, result) }
  },
  savePreparedInlineMessage({ world }, { user_id, result }) {
    if (!world.users.has(user_id)) throw badRequest('USER_ID_INVALID')
    messages.checkInlineResult(world, result)
    return { id: nextIdentifier(world, 'prepared-message'), expiration_date: world.now() + 3600 }
  },
  setMyCommands({ world }, { commands, scope, language_code }) {
    world.commands.set(commandsKey(world, scope, language_code), commands.map(compact) as BotCommand[])
    return true
  },
  deleteMyCommands({ world }, { scope, language_code }) {
    world.commands.delete(commandsKey(world, scope, language_code))
    return true
  },
  getMyCommands({ world }, { scope, language_code }) {
    return world.commands.get(commandsKey(world, scope, language_code)) ?? []
  },
  setMyDescription({ world }, { description = '', language_code = '' }) {
    world.descriptions.set(`description ${language_code}`, description)
    return true
  },
  setMyShortDescription({ world }, { short_description = '', language_code = '' }) {
    world.descriptions.set(`short_description ${language_code}`, short_description)
    return true
  },
  getMyDescription: ({ world }, { language_code }) => ({
    description: describe(world, 'description', language_code),
  }),
  getMyShortDescription: ({ world }, { language_code }) => ({
    short_description: describe(world, 'short_description', language_code),
  }),
  setChatMenuButton({ world }, { chat_id, menu_button }) {
    if (chat_id !== undefined && requireChat(world, chat_id, 'read').info.type !== 'private')
      throw badRequest('chat not found')
    world.menuButtons.set(chat_id, menu_button ?? { type: 'default' })
    return true
  },
  getChatMenuButton: ({ world }, { chat_id }) =>
    world.menuButtons.get(chat_id) ?? world.menuButtons.get(undefined) ?? { type: 'default' },
  getChat: ({ world }, parameters) => chats.getChat(world, parameters),
  getChatMember: ({ world }, parameters) => chats.getChatMember(world, parameters),
  getChatAdministrators: ({ world }, parameters) => chats.getChatAdministrators(world, parameters),
  leaveChat: ({ world }, parameters) => chats.leaveChat(world, parameters),
  getFile: ({ world }, parameters) => messages.getFile(world, parameters),
}

const canonicalNames = new Map(Object.keys(handlers).map((name) => [name.toLowerCase(), name as MethodName]))

/** The method a path names, in any case of letters; undefined when the fake has none such. */
export function methodNamed(name: string): MethodName | undefined {
  return canonicalNames.get(name.toLowerCase())
}

/** Checks the parameters and carries the call out; throws the `ApiFailure` of a refusal. */
export async function carryOut(context: CallContext, method: MethodName, parameters: unknown): Promise<unknown> {
  if (context.world.loggedOut) throw badRequest('Logged out')
  const handler = handlers[method] as (context: CallContext, parameters: unknown) => unknown
  return handler(context, parseParameters(method, parameters))
}

function commandsKey(world: World, scope: MethodParameters<'getMyCommands'>['scope'], languageCode = ''): string {
  const chatId = scope && 'chat_id' in scope ? requireChat(world, scope.chat_id, 'read').id : ''
  const userId = scope && 'user_id' in scope ? scope.user_id : ''
  return [scope?.type ?? 'default', chatId, userId, languageCode].join(' ')
}

function describe(world: World, kind: string, languageCode = ''): string {
  return world.descriptions.get(`${kind} ${languageCode}`) || world.descriptions.get(`${kind} `) || ''
}
