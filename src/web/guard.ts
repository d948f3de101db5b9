import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Bilingual } from '../errors.ts'
import { visitorAddress } from '../peers.ts'
import { maxWaiting } from '../photograph/photographer.ts'
import { type Rate, rateLimit, semaphore } from './limits.ts'
import { tell, type WebEnv } from './requestContext.ts'

/** A question of 500 characters takes 4500 in an address. */
const maxAddressCharacters = 8000
/** A selection of 400 ranges takes some 6000 bytes. */
const maxBodyBytes = 32 * 1024

/** The rates of one visitor. A page and its assets are few requests; typing sends a search every few keystrokes. */
const rates = {
  assets: { burst: 300, perSecond: 20 },
  pages: { burst: 120, perSecond: 4 },
  searches: { burst: 40, perSecond: 2 },
  /** A page takes a good second to draw the first time. One visitor's pictures must not fill the photographer's queue. */
  pictures: { burst: Math.floor(0.75 * maxWaiting), perSecond: 1 },
  /** A session lasts for hours, but a whole office may begin its day behind one address. */
  sessions: { burst: 30, perSecond: 0.5 },
  /** Each is kept by Telegram. */
  shares: { burst: 10, perSecond: 0.2 },
} as const satisfies Record<string, Rate>
/** A whole office may share one address, each of its people with a session of their own. */
const visitorsPerAddress = 10

/** The limit of searches at once leaves room for the bot's own questions. */
const searchesAtOnce = 2
const searchesWaiting = 64

const tooMany: Bilingual = { zh: '请求太多,请稍候再试。', en: 'Too many requests; try again in a moment.' }
const texts = {
  tooLong: {
    zh: `网址太长:最多 ${maxAddressCharacters} 个字符。请把问题改短,或重新打开页面。`,
    en: `The address is too long: at most ${maxAddressCharacters} characters. Shorten the question, or open the page anew.`,
  },
  malformed: {
    zh: '网址有误。请检查是否复制完整,或从首页重新打开。',
    en: 'The address is malformed. Check that it was copied whole, or start from the first page.',
  },
  method: { zh: '只支持 GET、HEAD 和 POST。', en: 'Only GET, HEAD and POST.' },
  tooLarge: {
    zh: '内容太大,最多 32 KB。请少选一些文字。',
    en: 'Too large: at most 32 KB are taken. Select fewer words.',
  },
  type: { zh: '只接受 application/json。', en: 'Only application/json.' },
  foreign: { zh: '不接受别的网站发来的请求。', en: 'Requests from other sites are not taken.' },
  busy: { zh: '正在查找的人太多,请稍候再试。', en: 'Too many searches at the moment; try again in a few seconds.' },
} satisfies Record<string, Bilingual>

/** Browsers load and run only our own files, and only Telegram's web client may show our pages in an iframe. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  'frame-ancestors https://web.telegram.org',
  // Our scripts put words into pages as text only; browsers that know this rule enforce it.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy':
    'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()',
  'x-robots-tag': 'noindex, nofollow',
}

/** Sets the headers that keep a browser from doing more than show our pages. */
export function secured(isPublic: boolean): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
    // Pages of a session must not be kept in shared caches.
    if (!isPublic && !isAsset(context.req.path) && !context.res.headers.get('cache-control')?.includes('no-store'))
      context.res.headers.set('cache-control', 'private, no-cache')
  }
}

/** Refuses requests that no page of ours sends. */
export function wellFormed(): MiddlewareHandler<WebEnv> {
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: (context) => tell(context as Parameters<typeof tell>[0], 413, texts.tooLarge),
  })
  return async (context, next) => {
    const { method, path } = context.req
    const { incoming } = context.env
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      context.header('allow', 'GET, HEAD, POST')
      return tell(context, 405, texts.method)
    }
    if ((incoming.url?.length ?? 0) > maxAddressCharacters) return tell(context, 414, texts.tooLong)
    if (!isSound(incoming.url ?? '')) return tell(context, 400, texts.malformed)
    if (method !== 'POST') return next()
    if (!path.startsWith('/api/')) {
      context.header('allow', 'GET, HEAD')
      return tell(context, 405, texts.method)
    }
    const site = context.req.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin') return tell(context, 403, texts.foreign)
    const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json') return tell(context, 415, texts.type)
    return limit(context, next)
  }
}

/** Tells whether an address decodes to text without control characters and without `.` and `..`. */
function isSound(address: string): boolean {
  const [path = ''] = address.split('?')
  try {
    const segments = path.split('/').map(decodeURIComponent)
    decodeURIComponent(address.replaceAll('+', ' '))
    return segments.every((segment) => !/\p{Cc}/u.test(segment) && segment !== '.' && segment !== '..')
  } catch {
    return false
  }
}

/**
 * Limits the requests of each visitor and of each address. Those beyond the limit are answered with 429 and the time to
 * wait.
 * @param trustsProxy whether X-Forwarded-For is to be believed
 */
export function limited(trustsProxy: boolean): MiddlewareHandler<WebEnv> {
  const counters = Object.fromEntries(
    Object.entries(rates).map(([kind, { burst, perSecond }]) => [
      kind,
      {
        one: rateLimit({ burst, perSecond }),
        address: rateLimit({ burst: burst * visitorsPerAddress, perSecond: perSecond * visitorsPerAddress }),
      },
    ]),
  ) as Record<keyof typeof rates, { one: ReturnType<typeof rateLimit>; address: ReturnType<typeof rateLimit> }>
  return async (context, next) => {
    const counter = counters[requestKindOf(context.req.path, context.req.query('q'))]
    const address = visitorAddress(context.env.incoming, trustsProxy)
    const session = context.get('session')
    const seconds = Math.max(counter.address(address), counter.one(session ? `session ${session.id}` : address))
    if (seconds === 0) return next()
    context.header('retry-after', String(seconds))
    return tell(context, 429, tooMany)
  }
}

/** Runs few searches at once; too many waiting ones are answered with 503. A visitor who hangs up leaves the queue. */
export function limitConcurrency(): MiddlewareHandler<WebEnv> {
  const enter = semaphore(searchesAtOnce, searchesWaiting)
  return async (context, next) => {
    if (requestKindOf(context.req.path, context.req.query('q')) !== 'searches') return next()
    const leave = await enter(context.req.raw.signal)
    if (!leave) {
      context.header('retry-after', '2')
      return tell(context, 503, texts.busy)
    }
    try {
      await next()
    } finally {
      leave()
    }
  }
}

function isAsset(path: string): boolean {
  return path.startsWith('/assets/')
}

function requestKindOf(path: string, question: string | undefined): keyof typeof rates {
  if (isAsset(path)) return 'assets'
  if (path === '/api/session') return 'sessions'
  if (path === '/api/share') return 'shares'
  if (/^\/r\/[^/]+\/(?:page\/|photograph$)/u.test(path)) return 'pictures'
  return path === '/api/search' || (path === '/' && question !== undefined) ? 'searches' : 'pages'
}
