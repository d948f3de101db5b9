import { createHmac } from 'node:crypto'
import { type Agent, type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import type { ReportAnswerer } from '../../src/answer/answerer.ts'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { startServer } from '../../src/server/server.ts'
import type { AllowList } from '../../src/web/access.ts'
import { createWebPages, type WebPages, type WebPagesSettings } from '../../src/web/webPages.ts'
import { memoryState } from '../fakes/state.ts'
import { autumn, spring } from './testIndex.ts'
import { libraryOver } from './testLibrary.ts'

/** Long and unlike anything else, so that it can be looked for in everything that is answered. */
export const token = '123456:AAtestSecret_only-for-the-pages-0123456789'

export const everybody: AllowList = { allowedUsers: [], allowedChats: [], admins: [] }

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Connections that several requests share; else each has one of its own. */
  readonly agent?: Agent
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Served {
  readonly port: number
  readonly webPages: WebPages
  readonly logged: string[]
  /** Sends a path as it is, `..` and all. */
  ask(path: string, asked?: Asked): Promise<Answered>
}

export type ServedSettings = Partial<Omit<WebPagesSettings, 'log'>> & { readonly answerer: ReportAnswerer }

/** The pages on a free port, as `npm start` serves them. */
export async function serve(
  context: { after(clean: () => Promise<void>): void },
  settings: ServedSettings,
): Promise<Served> {
  const logged: string[] = []
  const log = createLog('debug', [], (line) => void logged.push(line))
  const webPages = createWebPages({
    publicUrl: undefined,
    token,
    access: everybody,
    originals: originalsIn('reports'),
    photographer: null,
    language: 'zh',
    state: memoryState(),
    log,
    ...settings,
  })
  const server = await startServer(0, {
    metrics: createMetrics(),
    log,
    health: () => ({ isWell: true, details: { status: 'ok' } }),
    intake: null,
    pages: { listener: webPages.listener, isPublished: webPages.links !== null },
  })
  context.after(() => server.close())
  return { port: server.port, webPages, logged, ask: (path, asked) => send(server.port, path, asked) }
}

function send(port: number, path: string, asked: Asked = {}): Promise<Answered> {
  const { method = 'GET', headers = {}, body, agent = false } = asked
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent }, async (response) => {
      response.setEncoding('utf8')
      resolve({ status: response.statusCode!, headers: response.headers, body: await text(response) })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

const cleaning: (() => Promise<void>)[] = []
after(async () => {
  for (const clean of cleaning) await clean()
})

let opened: ReturnType<typeof openTwoReports> | undefined

/** Two small reports, `spring` and `autumn`, in a living folder with the fake model. All tests of a file read the same. */
export function twoReports() {
  opened ??= openTwoReports()
  return opened
}

async function openTwoReports() {
  const context = { after: (clean: () => Promise<void>) => void cleaning.push(clean) }
  const { library, places } = await libraryOver(context, { 'autumn.txt': autumn, 'spring.txt': spring })
  const { answerer, originals } = library
  return { answerer, originals, reportsFolder: places.reports, places, library }
}

export const json = (content: unknown, headers: Readonly<Record<string, string>> = {}): Asked => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(content),
})

/** What Telegram hands to a Mini App that this person opens, by its documentation. */
export function initDataOf(user: number, { at = Date.now(), signedWith = token, more = {} } = {}): string {
  const fields: Record<string, string> = {
    auth_date: String(Math.floor(at / 1000)),
    query_id: 'AAHdF6IQAAAAAN0XohDhrOrc',
    signature: 'zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ',
    user: JSON.stringify({ id: user, first_name: '林 & <b>', language_code: 'zh-hans' }),
    ...more,
  }
  const lines = Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name]}`)
  const secret = createHmac('sha256', 'WebAppData').update(signedWith).digest()
  const hash = createHmac('sha256', secret).update(lines.join('\n')).digest('hex')
  return String(new URLSearchParams({ ...fields, hash }))
}

/** The cookie that an answer sets, as a browser sends it back; null where it sets none. */
export function cookieOf({ headers }: Answered): string | null {
  return headers['set-cookie']?.[0]?.split(';')[0] ?? null
}
