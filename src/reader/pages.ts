import { Hono } from 'hono'
import type { ReadingAnswerer } from '../answer/answerer.ts'
import type { Language } from '../errors.ts'
import type { Log } from '../log.ts'

/** What the reader page is made over. */
export interface ReaderParts {
  readonly answerer: ReadingAnswerer
  /** Where the files of the reports lie. */
  readonly reportsFolder: string
  /** Spoken where neither the address nor the browser asks for another. */
  readonly language: Language
  readonly log: Log
  /** The bot to go on with in Telegram, without `@`. */
  readonly botUsername?: string
}

/**
 * The pages that people read reports on, without any control of who may. All links are relative, so the pages may stand below
 * any path that ends in a slash.
 *
 * - `GET /` the reports, and answers to `?q=`
 * - `GET /r/:report` a report, at a quote (`?q=`), a selection (`?s=`), a part (`?part=`); `?view=original` line by line
 * - `GET /r/:report/file` its file
 * - `GET /api/search?q=&tags=` an answer as JSON
 * - `POST /api/selection` `{report, ranges}` → `{path, citation}` or `{error}`
 * - `GET /assets/:name`
 */
export function readerPages(_parts: ReaderParts): Hono {
  const app = new Hono()
  app.get('/', (context) => context.text(''))
  app.get('/r/:report', (context) => context.text(''))
  app.get('/r/:report/file', (context) => context.text(''))
  app.get('/api/search', (context) => context.json({}))
  app.post('/api/selection', (context) => context.json({}))
  app.get('/assets/:name', (context) => context.text(''))
  return app
}
