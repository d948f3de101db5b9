import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Bilingual, Language } from '../errors.ts'
import { languageFor } from './language.ts'
import type { Session } from './signed.ts'

/** What goes along with a request on its way to a page. */
export interface ReaderEnv {
  Bindings: HttpBindings
  Variables: {
    /** The language to fall back on. */
    language: Language
    /** What the visitor's cookie holds; null for nothing that we signed. */
    session: Session | null
  }
}

export type ReaderContext = Context<ReaderEnv>

export function languageOf({ req, get }: ReaderContext): Language {
  return languageFor(req.query('lang'), req.header('accept-language'), get('language'))
}

/** Tells a visitor in plain words why there is nothing to see; scripts are told as `{"error"}`. */
export function tell(context: ReaderContext, status: ContentfulStatusCode, text: Bilingual): Response {
  const told = text[languageOf(context)]
  context.header('cache-control', 'no-store')
  return context.req.path.startsWith('/api/')
    ? context.json({ error: told }, status)
    : context.text(`${told}\n`, status)
}
