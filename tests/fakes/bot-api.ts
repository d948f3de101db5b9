import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { CallbackQuery, Document, InlineQuery, Message, Update, User } from 'grammy/types'
import type { ApiCall, ApiParameters, ApiResponse, CallMatch, WaitOptions } from './bot-api/calls.ts'
import { createCallLog } from './bot-api/calls.ts'
import { ApiFailure, isViolation } from './bot-api/failure.ts'
import type { Fault } from './bot-api/faults.ts'
import { createFaults, faultResponse } from './bot-api/faults.ts'
import type { SendOptions, SentFile } from './bot-api/files.ts'
import { createSenders, sendBytes } from './bot-api/files.ts'
import { readBody, respond, routeOf } from './bot-api/http.ts'
import { storeDocument } from './bot-api/messages.ts'
import { carryOut, methodNamed } from './bot-api/methods.ts'
import type { GroupOptions, SayOptions } from './bot-api/people.ts'
import { createPeople } from './bot-api/people.ts'
import { readTextParameters } from './bot-api/schemas.ts'
import { createUpdateQueue } from './bot-api/updates.ts'
import { createWaiters, patienceMs } from './bot-api/waiters.ts'
import { createWebhook } from './bot-api/webhook.ts'
import type { FakeChat, Membership } from './bot-api/world.ts'
import { createWorld } from './bot-api/world.ts'

export { sentMessage } from './bot-api/calls.ts'
export type {
  ApiCall,
  ApiParameters,
  ApiResponse,
  FakeChat,
  Fault,
  GroupOptions,
  Membership,
  SayOptions,
  SendOptions,
  SentFile,
}

/** The options of the fake. All but the token have usual values. */
export type BotApiOptions = {
  /** `123456:letters`; the number is the bot's user id. */
  token: string
  username?: string
  /** A field of `getMe`. The fake does not filter by privacy mode: all messages reach the bot. */
  canReadAllGroupMessages?: boolean
  supportsInlineQueries?: boolean
  supportsGuestQueries?: boolean
  /** Updates come whatever `allowed_updates` says: Telegram applies a new list only to updates that come after the call. */
  sendsAllUpdates?: boolean
  /** The clock, Unix time in seconds. */
  now?: () => number
  /** The pause before a failed webhook delivery is tried again, 20 ms unless given; it grows with each failure. */
  webhookRetryMs?: number
  /** A webhook that does not answer within this time failed, 10 s unless given. */
  webhookTimeoutMs?: number
  /** Any free port unless given. */
  port?: number
  /** Key and certificate; without them the server speaks plain HTTP. */
  tls?: { key: Buffer; cert: Buffer }
  /** The time that answers state in their `Date` header; the true one unless given. */
  statedDate?: () => Date
  /** The server is in local mode: files lie in this folder, of any size, and are named by their path there. */
  localFolder?: string
}

/** A running fake. */
export type BotApi = {
  /** The `apiRoot` for the bot. */
  readonly url: string
  readonly port: number
  readonly bot: User
  /** Every call with a good token, in the order they came; a download is one of `file`, with its `path`. */
  readonly calls: readonly ApiCall[]
  /** The calls that Telegram would silently change or ignore, and only the fake refuses: `method: description`. */
  readonly violations: readonly string[]
  user(id: number, fields?: Partial<Omit<User, 'id'>>): User
  privateChat(user: User): FakeChat
  group(id: number, options?: GroupOptions): FakeChat
  /** The chat of that id, known already. */
  chat(id: number): FakeChat
  /** Opens a topic of a forum; returns its `message_thread_id`. */
  topic(chat: FakeChat, name: string, creator?: User): number
  /** A user writes; the bot gets the update, whatever its membership. Returns the message. */
  say(chat: FakeChat, user: User, text: string, options?: SayOptions): Message
  /** A user sends a file as a document; the bot gets the update. Returns the message. */
  sendDocument(chat: FakeChat, user: User, file: SentFile, options?: SendOptions): Message
  /** A user sends a photo: the bytes are those of its largest size. */
  sendPhoto(chat: FakeChat, user: User, bytes: Uint8Array, options?: SendOptions): Message
  /** A user sends documents together: an update each, with one `media_group_id`; a caption stands with the first. */
  sendAlbum(chat: FakeChat, user: User, files: readonly SentFile[], options?: SendOptions): Message[]
  /** Presses a button; throws when the message does not show it now, unless `stale`. */
  press(message: Message, user: User, callbackData: string, options?: { stale?: boolean }): CallbackQuery
  inline(user: User, query: string, offset?: string): InlineQuery
  /** Pushes any update. The chat, message, sender and query in it become known. */
  pushUpdate(content: Omit<Update, 'update_id'>): Update
  /** Changes the membership of the bot in a chat. The bot gets `my_chat_member` when `by` is given. */
  setMembership(chat: FakeChat, membership: Membership, by?: User): void
  /** Turns a group into a supergroup, tells the bot in both chats, and returns the new one. */
  migrate(chat: FakeChat, by: User, newId?: number): FakeChat
  /** Makes a query too old to answer. */
  expireQuery(queryId: string): void
  /** Stores a file for `getFile` and downloads. */
  addFile(name: string, bytes: Uint8Array, mimeType?: string): Document
  /** The bot's messages in the chat as they stand now, oldest first. */
  messages(chat: FakeChat): Message[]
  /** The messages of the bot to single members of the chat, oldest first. */
  ephemerals(chat: FakeChat): Message[]
  /** An inline or guest message as it stands now. */
  inlineMessage(inlineMessageId: string): { text: string } | undefined
  /**
   * The first answered call of the method, or that the function picks; `getUpdates` counts as soon as it comes. Looks
   * at past calls too, unless `after` skips them. Rejects after `timeoutMs` (`patienceMs`) with the calls seen.
   */
  waitFor(match: CallMatch, options?: WaitOptions): Promise<ApiCall>
  /**
   * Resolves once every update was taken and the bot asks for more (or its webhook accepted all). A bot that handles
   * updates one after another has then done all it will do. Rejects after `timeoutMs` (`patienceMs`).
   */
  drained(options?: { timeoutMs?: number }): Promise<void>
  /** Plans a fault for calls of the method, `*` for any; `file` is a download. */
  fail(method: string, fault: Fault): void
  /**
   * The next updates come a second time: to one that polls after it confirmed them; to a webhook by turns at the same
   * moment and right after it accepted the first.
   */
  duplicateUpdates(count: number): void
  /** Lets the webhook's address lead to these replicas (`http://host:port`) in turns. */
  balance(replicas: readonly string[]): void
  /** Ends long polls and connections. Nothing of the fake runs on. */
  close(): Promise<void>
}

/** Starts a fake Bot API server on a free port of the loopback. */
export async function startBotApi(options: BotApiOptions): Promise<BotApi> {
  const { token, username = 'wenju_bot', now = () => Math.floor(Date.now() / 1000), webhookRetryMs = 20 } = options
  const { webhookTimeoutMs = 10_000, statedDate, localFolder } = options
  const bot = {
    id: Number(token.split(':')[0]),
    is_bot: true as const,
    first_name: '文据',
    username,
    can_join_groups: true,
    can_read_all_group_messages: options.canReadAllGroupMessages ?? false,
    supports_guest_queries: options.supportsGuestQueries ?? false,
    supports_inline_queries: options.supportsInlineQueries ?? true,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  }
  const closing = new AbortController()
  // Every delivery under way listens.
  setMaxListeners(0, closing.signal)
  const world = createWorld(bot, now, localFolder)
  const updates = createUpdateQueue(options.sendsAllUpdates)
  const waiters = createWaiters()
  updates.onChange(waiters.check)
  const webhook = createWebhook(updates, {
    retryMs: webhookRetryMs,
    timeoutMs: webhookTimeoutMs,
    now,
    closing: closing.signal,
    onIdle: waiters.check,
  })
  const log = createCallLog(waiters)
  const faults = createFaults()
  const violations: string[] = []
  const people = createPeople(world, updates)
  const senders = createSenders(world, people.pushUpdate)

  async function perform(method: string, work: () => Promise<unknown>): Promise<ApiResponse> {
    try {
      // A snapshot keeps later events from changing the record of the answer.
      return { ok: true, result: JSON.parse(JSON.stringify(await work())) }
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure
      const { code, message, parameters } = failure
      if (isViolation(message)) violations.push(`${method}: ${message}`)
      return { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) }
    }
  }

  async function callMethod(request: IncomingMessage, response: ServerResponse, url: URL, name: string): Promise<void> {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const body = await readBody(request, url)
    const method = methodNamed(name)
    if (method === undefined) {
      violations.push(`${name}: FAKE the method is unknown or not simulated`)
      const unserved = log.receive(name, { ...body.fields, ...body.typed })
      unserved.response = { ok: false, error_code: 404, description: 'Not Found: method not found' }
      respond(response, unserved.response)
      return waiters.check()
    }
    const params: ApiParameters = { ...readTextParameters(method, body.fields), ...body.typed }
    // A file may also come under the parameter's own name.
    if (method === 'sendDocument' && body.uploads.has('document')) params.document ??= 'attach://document'
    const call = log.receive(method, params)
    const work = () =>
      carryOut({ world, updates, webhook, uploads: body.uploads, gone: gone.signal }, method, structuredClone(params))

    const fault = faults.take(method, call.params)
    if (fault?.delayMs) await delay(fault.delayMs, undefined, { signal: closing.signal })
    const planned = fault && faultResponse(fault)
    if (!(planned || fault?.dropConnection || fault?.page !== undefined) || fault?.takesEffect)
      call.response = await perform(method, work)
    if (planned) call.response = planned
    if (fault?.dropConnection) {
      call.response = undefined
      response.destroy()
    } else if (fault?.page !== undefined) {
      call.response = undefined
      response.writeHead(fault.status ?? 200, { 'content-type': 'text/html' }).end(fault.page)
    } else {
      respond(response, call.response!)
    }
    waiters.check()
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const route = routeOf(url)
    if (route.kind === 'unknown') throw new ApiFailure(404, 'Not Found')
    if (route.token !== token) throw new ApiFailure(401, 'Unauthorized')
    if (route.kind === 'method') return callMethod(request, response, url, route.method)
    const file = [...world.files.values()].find(({ path }) => path === route.path)
    const call = log.receive('file', { path: route.path })
    const fault = faults.take('file', call.params)
    if (fault?.delayMs) await delay(fault.delayMs, undefined, { signal: closing.signal })
    const planned = fault && faultResponse(fault)
    call.response =
      planned ?? (file ? { ok: true, result: true } : { ok: false, error_code: 404, description: 'Not Found' })
    if (fault?.dropConnection) response.destroy()
    else if (!call.response.ok) respond(response, call.response)
    else if (file) sendBytes(response, file.bytes, fault)
    waiters.check()
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (statedDate) response.setHeader('date', statedDate().toUTCString())
    serve(request, response).catch((error: unknown) => {
      if (closing.signal.aborted) return response.destroy()
      const failure = error instanceof ApiFailure ? error : new ApiFailure(500, `Internal Server Error: ${error}`)
      // A fault of the fake itself must not look like a refusal the bot can live with.
      if (failure !== error) violations.push(`FAKE failed: ${(error as Error).stack}`)
      respond(response, { ok: false, error_code: failure.code, description: failure.message })
    })
  }
  const server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function drained({ timeoutMs = patienceMs } = {}): Promise<void> {
    const isDrained = () => (updates.size() === 0 && (updates.polled() || webhook.idle())) || undefined
    const describe = () => `${updates.size()} updates wait, the bot ${updates.polled() ? 'polls' : 'does not poll'}`
    await waiters.until(isDrained, timeoutMs, describe)
  }

  return {
    ...people,
    ...senders,
    chat(id) {
      const known = world.chats.get(id)
      if (known === undefined) throw new Error(`there is no chat ${id}`)
      return known
    },
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    bot,
    calls: log.calls,
    violations,
    expireQuery: (queryId) => void world.openQueries.delete(queryId),
    addFile: (name, bytes, mimeType = 'application/octet-stream') => storeDocument(world, name, bytes, mimeType),
    messages: (chat) => structuredClone([...chat.messages.values()].filter(({ from }) => from?.id === bot.id)),
    ephemerals: (chat) => structuredClone([...chat.ephemerals.values()]),
    inlineMessage: (id) => structuredClone(world.inlineMessages.get(id)),
    waitFor: (match, waitOptions = {}) => log.waitFor(match, waitOptions),
    drained,
    fail: faults.add,
    duplicateUpdates: updates.duplicate,
    balance: webhook.balance,
    async close() {
      closing.abort()
      updates.close()
      waiters.close()
      // One turn, for the ended long polls to be answered.
      await new Promise((resolve) => setImmediate(resolve))
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
