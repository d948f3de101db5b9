import { randomBytes } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { decodeQuote } from '../answer/address.ts'
import type { StateStore } from '../state/types.ts'
import { maxInitDataSeconds, type OpenedBy, readInitData } from './initData.ts'
import { renderRefusal } from './refusalPage.ts'
import { languageOf, tell, type WebContext, type WebEnv } from './requestContext.ts'
import { createSigner, type Grant, reportMark, type Session } from './signer.ts'
import { type RefusalReason, webTexts } from './texts.ts'

/** The bot's lists: whoever may ask may read. Where no users and no chats are listed, everybody may. */
export interface AllowList {
  readonly allowedUsers: readonly number[]
  readonly allowedChats: readonly number[]
  readonly admins: readonly number[]
}

export interface AccessDependencies {
  /** The bot's token; null without a bot, when nobody can prove who they are. */
  readonly token: string | null
  readonly list: AllowList
  readonly state: Pick<StateStore, 'get' | 'claim'> | null
  /** The public address of the pages, ending in a slash; null where the operator set none. */
  readonly publicUrl: URL | null
  /** The bot's name without `@`, once it is known. */
  botUsername(): string | undefined
  /** Unix time in seconds. */
  now(): number
}

export interface Access {
  /** True where everybody may read. */
  readonly isPublic: boolean
  /** Reads the session in the visitor's cookie. */
  readonly recognise: MiddlewareHandler<WebEnv>
  /**
   * Tells who opened the Mini App, by Telegram's data, and whether they may read.
   * @returns null when Telegram did not sign the data lately, or the person may not read
   */
  whoOpened(initData: unknown): Promise<OpenedBy | null>
  /** Opens a session for a visitor whose `{"initData"}` proves that they may read: 204, else 401 or 403. */
  open(context: WebContext): Promise<Response>
  /** Lets a visitor pass who may read the page asked for. A link's right moves from the address into the cookie. */
  readonly gate: MiddlewareHandler<WebEnv>
  /** The value of `?k=` that opens a report to whoever holds it, with the right of a person or a chat, for a week. */
  linkFor(who: number, report: string): string
}

/** A grant holds for this long after the visitor showed their right. */
const sessionSeconds = 8 * 3600
/** A link in a message opens its report for this long. */
const linkSeconds = 7 * 24 * 3600
/** A session holds this many grants at most; the oldest is forgotten first. */
const maxGrants = 8

/** Keeps the pages to the people and chats that the bot answers. */
export function createAccess({ token, list, state, publicUrl, botUsername, now }: AccessDependencies): Access {
  const isPublic = list.allowedUsers.length === 0 && list.allowedChats.length === 0
  // A random secret, where there is no bot, refuses every signature.
  const signer = createSigner(token ?? randomBytes(32).toString('hex'))
  const isSecure = publicUrl?.protocol === 'https:'
  const cookie = isSecure ? '__Secure-wenju' : 'wenju'
  const listed = new Set([...list.allowedUsers, ...list.admins, ...list.allowedChats])

  const mayRead = async (who: number): Promise<boolean> => {
    if (listed.has(who)) return true
    // A group that became a supergroup has a new id, and the list may still hold its old one.
    const root = (await state?.get(`migrated/${who}`)) ?? null
    return root !== null && list.allowedChats.includes(Number(root))
  }

  const keep = (context: WebContext, session: Session) =>
    setCookie(context, cookie, signer.session(session), {
      httpOnly: true,
      secure: isSecure,
      // Telegram's web client shows the page in an iframe, where browsers send only such cookies.
      sameSite: isSecure ? 'None' : 'Lax',
      partitioned: isSecure,
      path: publicUrl?.pathname ?? '/',
      maxAge: sessionSeconds,
    })

  const newSession = (): Session => ({ id: randomBytes(9).toString('base64url'), grants: [] })

  const refuse = (context: WebContext, reason: RefusalReason): Response => {
    const status = reason === 'forbidden' ? 403 : 401
    const { path } = context.req
    if (path.startsWith('/api/')) {
      return tell(context, status, { zh: webTexts.zh.refusal[reason].text, en: webTexts.en.refusal[reason].text })
    }
    const depth = path.split('/').length - 2
    const asked = context.req.query('q')
    const page = renderRefusal({
      language: languageOf(context),
      reason,
      root: depth > 0 ? '../'.repeat(depth) : './',
      botUsername: botUsername(),
      quote: asked !== undefined && decodeQuote(asked) ? asked : undefined,
    })
    context.header('cache-control', 'no-store')
    return context.html(page, status)
  }

  const openedBy = (initData: unknown): OpenedBy | null =>
    typeof initData === 'string' && token !== null ? readInitData(initData, token, now()) : null

  return {
    isPublic,

    async whoOpened(initData) {
      const opened = openedBy(initData)
      return opened && (isPublic || (await mayRead(opened.user))) ? opened : null
    },

    async recognise(context, next) {
      const held = isPublic ? undefined : getCookie(context, cookie)
      context.set('session', held === undefined ? null : signer.readSession(held))
      await next()
    },

    async open(context) {
      const { initData } = (await context.req.json().catch(() => null)) ?? {}
      const opened = openedBy(initData)
      if (!opened) return refuse(context, typeof initData === 'string' ? 'invalid' : 'absent')
      if (isPublic) return context.body(null, 204)
      if (!(await mayRead(opened.user))) return refuse(context, 'forbidden')
      // The data opens one session only, so that a copy in a log or an address is worth nothing.
      const isFirst = await state?.claim(`initData/${opened.hash}`, '1', 2 * maxInitDataSeconds)
      if (!isFirst) return refuse(context, 'invalid')
      const grant: Grant = { who: opened.user, report: null, until: now() + sessionSeconds }
      keep(context, { ...newSession(), grants: [grant] })
      return context.body(null, 204)
    },

    async gate(context, next) {
      const report = reportIn(context.req.path)
      const link = context.req.query('k')
      if (isPublic) return link === undefined ? next() : context.redirect(withoutLink(context), 303)
      const session = context.get('session') ?? newSession()
      const live = session.grants.filter(({ until }) => until > now())
      const rights: Grant[] = []
      for (const grant of live) if (await mayRead(grant.who)) rights.push(grant)
      const opens = (grant: Grant, name: string | null) =>
        grant.report === null || (name !== null && grant.report === reportMark(name))

      if (link !== undefined && report !== null) {
        if (rights.some((grant) => opens(grant, report))) return context.redirect(withoutLink(context), 303)
        const shown = signer.readLink(link, report)
        if (!shown || shown.until <= now()) return refuse(context, 'invalid')
        if (!(await mayRead(shown.who))) return refuse(context, 'forbidden')
        const grant = { ...shown, until: Math.min(shown.until, now() + sessionSeconds) }
        keep(context, { ...session, grants: [...rights, grant].slice(-maxGrants) })
        return context.redirect(withoutLink(context), 303)
      }
      const asked = namesReport.has(context.req.path) ? await reportInBody(context) : report
      if (rights.some((grant) => opens(grant, asked))) {
        context.set('rights', {
          everything: rights.some((grant) => opens(grant, null)),
          may: (name) => rights.some((grant) => opens(grant, name)),
        })
        return next()
      }
      if (rights.length > 0) return refuse(context, 'absent')
      return refuse(context, live.length > 0 ? 'forbidden' : session.grants.length > 0 ? 'invalid' : 'absent')
    },

    linkFor: (who, report) => signer.link(who, report, now() + linkSeconds),
  }
}

/** The report that a path names; null where it names none. */
function reportIn(path: string): string | null {
  const name = /^\/r\/([^/]+)(?:\/|$)/u.exec(path)?.[1]
  try {
    return name === undefined ? null : decodeURIComponent(name)
  } catch {
    return null
  }
}

/** Paths that name their report in the body of the request. */
const namesReport = new Set(['/api/selection', '/api/share'])

/** The report that a request's body names, read from a copy of the request's body, as the route reads the body too. */
async function reportInBody({ req }: WebContext): Promise<string | null> {
  const body = await req.raw.clone().text()
  try {
    const { report } = JSON.parse(body) as { report?: unknown }
    return typeof report === 'string' ? report : null
  } catch {
    return null
  }
}

/** The address asked for, relative and without the link's right, so that the right is not shown, kept or sent on. */
function withoutLink({ req }: WebContext): string {
  const { pathname, searchParams } = new URL(req.url)
  searchParams.delete('k')
  const query = searchParams.size === 0 ? '' : `?${searchParams}`
  return `./${pathname.split('/').at(-1)}${query}`
}
