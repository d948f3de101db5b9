import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { encodeQuote, quotePath, reportPath } from '../answer/address.ts'
import type { ReportAnswerer } from '../answer/answerer.ts'
import type { Locale } from '../answer/locale.ts'
import type { Quote } from '../answer/types.ts'
import { type Bilingual, IndexError, type Language } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Photographer } from '../photograph/photographer.ts'
import type { Originals } from '../reports/originals.ts'
import type { StateStore } from '../state/types.ts'
import { type Access, type AllowList, createAccess } from './access.ts'
import { limitConcurrency, limited, secured, wellFormed } from './guard.ts'
import { tell, type WebEnv, withTraditionalTexts } from './requestContext.ts'
import { createRoutes } from './routes.ts'
import { type PrepareQuote, type SharingDependencies, sharing } from './sharing.ts'

export interface WebPagesSettings {
  /** The public address of the pages, over the proxy in front; undefined where the operator set none. */
  readonly publicUrl: string | undefined
  /** The bot's token, by which visitors prove who they are; undefined without a bot. */
  readonly token: string | undefined
  /** The people and chats that may read. */
  readonly access: AllowList
  readonly answerer: ReportAnswerer
  readonly originals: Originals
  /** Draws the pages of reports; null where nobody does. */
  readonly photographer: Photographer | null
  readonly language: Language
  /** The store of what must be remembered of visitors; null without a bot. */
  readonly state: Pick<StateStore, 'get' | 'claim'> | null
  readonly log: Log
}

/** The pages with access control and guard. */
export interface WebPages {
  /** Answers one request, whose path may begin with that of the public address or not. Never rejects. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** The addresses for the bot's buttons; null where there is no public address. */
  readonly links: PageLinks | null
  /** Hands in the bot, as soon as Telegram has told its name. */
  introduce(bot: IntroducedBot): void
}

export interface IntroducedBot {
  /** The bot's name, without `@`. */
  readonly username: string
  readonly prepare: PrepareQuote
}

/** Addresses of the pages for buttons in Telegram. */
export interface PageLinks {
  /** The address of the search page. */
  readonly home: string
  /**
   * The page of a quote's report, at the quote. It has no fragment, as Telegram puts its own there.
   * @param who the person or chat whose right the link carries; null where those who open it show their own or need
   * none
   */
  quote(quote: Quote, who: number | null): string
  /**
   * The picture of a quote on its page, for whoever asks; null where not everybody may read. Telegram, which fetches it for
   * inline results, states no language, so the address does.
   */
  photograph(quote: Quote, locale: Locale): string | null
}

const texts = {
  failed: { zh: '出错了,请稍后再试。', en: 'Something went wrong; try again later.' },
  unavailable: { zh: '报告暂时无法查阅,请稍后再试。', en: 'The reports cannot be read right now; try again later.' },
} satisfies Record<string, Bilingual>

/** Composes the guard, the access control and the routes. */
export function createWebPages(settings: WebPagesSettings): WebPages {
  const { token, access: list, state, language, log, answerer, originals, photographer } = settings
  const publicUrl = settings.publicUrl === undefined ? null : baseOf(settings.publicUrl)
  let bot: IntroducedBot | undefined
  const botUsername = () => bot?.username
  const routes = createRoutes({ answerer, originals, photographer, language, log, botUsername })
  const now = () => Math.floor(Date.now() / 1000)
  const access = createAccess({ token: token ?? null, list, state, publicUrl, botUsername, now })

  const app = new Hono<WebEnv>()
  app.onError((error, context) => {
    if (error instanceof IndexError) {
      log.warn('a page could not be shown', error.text.en)
      context.header('retry-after', '5')
      return tell(context, 503, texts.unavailable)
    }
    log.error('a page could not be shown', error)
    return tell(context, 500, texts.failed)
  })
  app.use(async (context, next) => {
    context.set('language', language)
    await next()
  })
  app.use(withTraditionalTexts(language), secured(access.isPublic), wellFormed())
  app.use(access.recognise, limited(publicUrl !== null))
  app.post('/api/session', (context) => access.open(context))
  app.use(async (context, next) => (context.req.path.startsWith('/assets/') ? next() : access.gate(context, next)))
  const publicAddress = publicUrl && addressBelow(publicUrl, access)
  app.post('/api/share', sharing({ answerer, access, publicAddress, prepare: () => bot?.prepare ?? null }))
  app.use(limitConcurrency())
  app.all('*', ({ req, env, get }) => routes.fetch(req.raw, { ...env, rights: get('rights') }))

  const listen = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const prefix = publicUrl?.pathname.slice(0, -1) ?? ''
  return {
    async listener(request, response) {
      const url = request.url ?? '/'
      if (prefix !== '' && (url === prefix || url.startsWith(`${prefix}?`))) {
        return void response.writeHead(308, { location: `${prefix}/${url.slice(prefix.length)}` }).end()
      }
      if (prefix !== '' && url.startsWith(`${prefix}/`)) request.url = url.slice(prefix.length)
      await listen(request, response)
    },
    links: publicUrl && linksBelow(publicUrl, access),
    introduce(introduced) {
      bot = introduced
    },
  }
}

function baseOf(address: string): URL {
  const url = new URL(address)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

type PublicAddress = NonNullable<SharingDependencies['publicAddress']>

/** Public addresses have no fragment, as Telegram puts its own there. */
function addressBelow(base: URL, { linkFor }: Pick<Access, 'linkFor'>): PublicAddress {
  return (path, report, who) => {
    const url = new URL(path, base)
    url.hash = ''
    if (who !== null) url.searchParams.set('k', linkFor(who, report))
    return url.href
  }
}

function linksBelow(base: URL, access: Pick<Access, 'linkFor' | 'isPublic'>): PageLinks {
  const address = addressBelow(base, access)
  return {
    home: base.href,
    quote: (quote, who) => address(quotePath(quote), quote.source.report, who),
    photograph({ passage, highlights, source }, locale) {
      if (!access.isPublic) return null
      const q = encodeQuote({ passage, highlights, figures: [] })
      return new URL(`${reportPath(source.report)}/photograph?q=${q}&lang=${locale}`, base).href
    },
  }
}
