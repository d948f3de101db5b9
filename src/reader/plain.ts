import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Locale, textIn } from '../answer/locale.ts'
import type { Bilingual, Language } from '../errors.ts'
import { loadTraditional } from '../languages/traditional.ts'
import { languageFor } from './language.ts'
import type { Session } from './signed.ts'

/** What a visitor may read. */
export interface Rights {
  /** Whether all reports, the list of them and the search. */
  readonly everything: boolean
  may(report: string): boolean
}

/** What goes along with a request on its way to a page. */
export interface ReaderEnv {
  Bindings: HttpBindings
  Variables: {
    /** The language to fall back on. */
    language: Language
    /** What the visitor's cookie holds; null for nothing that we signed. */
    session: Session | null
    /** What the visitor may read, once that is known to be something; undefined where everybody may read everything. */
    rights: Rights | undefined
  }
}

export type ReaderContext = Context<ReaderEnv>

/** The language to speak to a visitor in, by the address or the browser. */
export function languageOf({ req, get }: ReaderContext): Locale {
  return languageFor(req.query('lang'), req.header('accept-language'), get('language'))
}

/** Tells a visitor in plain words why there is nothing to see; scripts are told as `{"error"}`. */
export function tell(context: ReaderContext, status: ContentfulStatusCode, text: Bilingual): Response {
  const told = textIn(text, languageOf(context))
  context.header('cache-control', 'no-store')
  return context.req.path.startsWith('/api/')
    ? context.json({ error: told }, status)
    : context.text(`${told}\n`, status)
}

/** Makes our texts ready for visitors who read Traditional characters. */
export function inTheirWriting(language: Language): MiddlewareHandler {
  return async ({ req }, next) => {
    const frame = languageFor(req.query('lang'), req.header('accept-language'), language)
    if (frame === 'zh-Hant') await loadTraditional()
    await next()
  }
}
