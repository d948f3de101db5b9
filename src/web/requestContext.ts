import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Locale, textIn } from '../answer/locale.ts'
import type { Bilingual, Language } from '../errors.ts'
import { loadTraditional } from '../languages/traditional.ts'
import { languageFor } from './language.ts'
import type { Session } from './signer.ts'

/** The reports that a visitor may read. */
export interface Rights {
  /** True where the visitor may read all reports, list them and search them. */
  readonly everything: boolean
  may(report: string): boolean
}

/** The values that go along with a request on its way to a page. */
export interface WebEnv {
  Bindings: HttpBindings
  Variables: {
    /** The language to fall back on. */
    language: Language
    /** The session in the visitor's cookie; null for none that we signed. */
    session: Session | null
    /** Set for visitors who may read something; undefined where everybody may read everything. */
    rights: Rights | undefined
  }
}

export type WebContext = Context<WebEnv>

/** The visitor's language, by the address or the browser. */
export function languageOf({ req, get }: WebContext): Locale {
  return languageFor(req.query('lang'), req.header('accept-language'), get('language'))
}

/** Answers with plain text that says why there is nothing to see; scripts get `{"error"}`. */
export function tell(context: WebContext, status: ContentfulStatusCode, text: Bilingual): Response {
  const message = textIn(text, languageOf(context))
  context.header('cache-control', 'no-store')
  return context.req.path.startsWith('/api/')
    ? context.json({ error: message }, status)
    : context.text(`${message}\n`, status)
}

/** Loads the texts in Traditional characters for visitors who read those. */
export function withTraditionalTexts(language: Language): MiddlewareHandler {
  return async ({ req }, next) => {
    const frame = languageFor(req.query('lang'), req.header('accept-language'), language)
    if (frame === 'zh-Hant') await loadTraditional()
    await next()
  }
}
