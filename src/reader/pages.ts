import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { type Context, Hono } from 'hono'
import { decodeQuote } from '../answer/address.ts'
import type { QuoteInReport, ReportAnswerer } from '../answer/answerer.ts'
import { textIn } from '../answer/locale.ts'
import { IndexError, type Language, QuestionError } from '../errors.ts'
import type { Log } from '../log.ts'
import { shownAnswer } from './answers.ts'
import { readAssets } from './assets.ts'
import { fullCitation } from './citation.ts'
import { fileType } from './fileTypes.ts'
import { addressOf, type Surroundings } from './frame.ts'
import { keepPages } from './kept.ts'
import { languageFor, localeOfTag } from './language.ts'
import { findMoved } from './movedWords.ts'
import { inTheirWriting, type Rights } from './plain.ts'
import { countParts, placedParameters, placedPath, readRanges, reportPage } from './reportPage.ts'
import { searchPage } from './searchPage.ts'
import { decodeSelection, hashOf } from './selectionLink.ts'
import { encodingFor, htmlType, jsonType, sendText } from './send.ts'
import { readerTexts } from './texts.ts'
import { toldPage } from './told.ts'

/** What the reader page is made over. */
export interface ReaderParts {
  readonly answerer: ReportAnswerer
  /** Where the files of the reports lie. */
  readonly reportsFolder: string
  /** Spoken where neither the address nor the browser asks for another. */
  readonly language: Language
  readonly log: Log
  /** The bot to go on with in Telegram, without `@`, once it is known. */
  botUsername?(): string | undefined
}

/** Pages of reports that are kept, of some 50 KB each. */
const keptPages = 200

/**
 * The pages that people read reports on, without any control of who may. All links are relative, so the pages may stand below
 * any path that ends in a slash.
 *
 * - `GET /` the reports, and answers to `?q=` (narrowed by `tags`, any number of times)
 * - `GET /r/:report` a report, at a quote (`?q=`) or selection (`?s=`), a part (`?part=`); `?view=original` line by line
 * - `GET /r/:report/file` its file
 * - `GET /api/search?q=&tags=` an answer as JSON
 * - `POST /api/selection` `{report, ranges}` → `{path, citation, source}` or `{error}`
 * - `GET /assets/:name`
 */
export function readerPages(parts: ReaderParts): Hono<PagesEnv> {
  const { answerer, log } = parts
  const assets = readAssets()
  const kept = keepPages(keptPages)
  const app = new Hono<PagesEnv>()

  const surroundings = (context: Context<PagesEnv>, root: string): Surroundings => {
    const asked = context.req.query('lang')
    const language = languageFor(asked, context.req.header('accept-language'), parts.language)
    return {
      language,
      isLanguageAsked: localeOfTag(asked) !== null,
      readsAll: context.env?.rights?.everything ?? true,
      root,
      asset: assets.address,
      botUsername: parts.botUsername?.(),
    }
  }
  const tell = (context: Context<PagesEnv>, root: string, fault: Fault, status: 404 | 500 | 503) => {
    const around = surroundings(context, root)
    return sendText(context, toldPage(around, readerTexts[around.language].faults[fault]), htmlType, status)
  }

  app.use(inTheirWriting(parts.language))

  app.get('/', async (context) => {
    const around = surroundings(context, './')
    const question = (context.req.query('q') ?? '').trim()
    const tags = tagsOf(context)
    const { reports } = answerer
    const isReport = (tag: string) => reports.some(({ id }) => id === tag)
    const page = numberIn(context.req.query('page')) ?? 1
    try {
      const narrowed = answerer.reportsMatching(tags)
      const answer = question === '' ? null : await answerer.answer({ text: question, tags })
      const result = answer && shownAnswer(question, answer, around.language)
      const { reports: choices } = answerer.reportsMatching(tags.filter((tag) => !isReport(tag)))
      const request = { question, tags, narrowed, reports, choices, page, result }
      return sendText(context, searchPage(around, request), htmlType)
    } catch (error) {
      if (!(error instanceof QuestionError)) throw error
      const result = { error: textIn(error.text, around.language) }
      const narrowed = answerer.reportsMatching([])
      const request = { question, tags: [], narrowed, reports, choices: reports, page, result }
      return sendText(context, searchPage(around, request), htmlType, 400)
    }
  })

  app.get('/api/search', async (context) => {
    const { language } = surroundings(context, '../')
    const question = (context.req.query('q') ?? '').trim()
    try {
      const answer = await answerer.answer({ text: question, tags: tagsOf(context) })
      return sendText(context, JSON.stringify(shownAnswer(question, answer, language)), jsonType)
    } catch (error) {
      if (!(error instanceof QuestionError)) throw error
      return sendText(context, JSON.stringify({ error: textIn(error.text, language) }), jsonType, 400)
    }
  })

  app.get('/r/:report', async (context) => {
    const id = context.req.param('report')
    const around = surroundings(context, '../')
    const [q, s] = [context.req.query('q'), context.req.query('s')]
    const quoted = q === undefined ? null : await quotedBy(answerer, q)
    const found = quoted ?? (s === undefined ? null : await selectedBy(answerer, id, s))
    // That another report has the words is told to those only who may read that one.
    const shown = found && (context.env?.rights?.may(found.placed.report.id) ?? true) ? found : null
    const view = context.req.query('view') === 'original' ? 'original' : 'restored'
    if (shown && shown.placed.report.id !== id) {
      // The words are found in another file, as after it was renamed.
      const told = { ...placedParameters(shown.placed, shown.isSelection), view: view === 'original' ? view : null }
      return context.redirect(
        addressOf({ ...around, root: './' }, encodeURIComponent(shown.placed.report.id), told, 'q'),
        302,
      )
    }
    const report = shown?.placed.report ?? (await answerer.report(id))
    if (!report) {
      const isKnown = answerer.reports.some((known) => known.id === id)
      return tell(context, '../', isKnown ? 'changed' : 'notFound', isKnown ? 503 : 404)
    }
    const isGone = !shown && (q ?? s) !== undefined
    const wanted = numberIn(context.req.query('part'))
    // What lies behind the last part is the last part, and is made and kept once.
    const part = wanted && Math.min(wanted, countParts({ report, view }))
    const request = { report, view, part, shown, isGone } as const
    const asked = shown ? (shown.isSelection ? s : q) : isGone
    const key = JSON.stringify([
      id,
      view,
      part,
      asked,
      around.language,
      around.isLanguageAsked,
      around.readsAll,
      around.botUsername,
    ])
    const page = kept(report, key, () => reportPage(around, request))
    return sendText(context, page, htmlType, isGone ? 410 : 200)
  })

  app.get('/r/:report/file', async (context) => {
    const id = context.req.param('report')
    const listed = answerer.reports.find((known) => known.id === id)
    if (!listed) return tell(context, '../../', 'notFound', 404)
    const path = join(parts.reportsFolder, listed.file)
    if (!(await answerer.report(id))) return tell(context, '../../', 'changed', 503)
    // Opened before anything is answered: what fails later is told to the visitor with the path.
    const file = await open(path)
    const { size } = await file.stat()
    const name = basename(listed.file)
    const plain = name.normalize('NFKD').replace(/[^\w.-]/gu, '_')
    const headers = {
      'content-type': fileType(name),
      'content-length': String(size),
      'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeFileName(name)}`,
      'cache-control': 'private, no-cache',
    }
    if (context.req.method === 'HEAD') {
      await file.close()
      return context.body(null, 200, headers)
    }
    return context.body(Readable.toWeb(file.createReadStream()) as ReadableStream, 200, headers)
  })

  app.post('/api/selection', async (context) => {
    const { language } = surroundings(context, '../')
    const say = readerTexts[language].quote
    const fail = (error: string) => sendText(context, JSON.stringify({ error }), jsonType, 400)
    const asked: unknown = await context.req.json().catch(() => null)
    if (typeof asked !== 'object' || asked === null || !('report' in asked) || !('ranges' in asked))
      return fail(say.notText)
    const ranges = readRanges(asked.ranges)
    const placed =
      typeof asked.report === 'string' && ranges ? await answerer.locateSelection(asked.report, ranges) : null
    if (!placed) return fail(say.notText)
    const [path, citation] = [placedPath(placed, true), fullCitation(placed.quote, language)]
    return sendText(context, JSON.stringify({ path, citation }), jsonType)
  })

  app.get('/assets/:name', (context) => {
    const asset = assets.find(context.req.param('name'))
    if (!asset) return context.body(null, 404)
    const encoding = encodingFor(context.req.header('accept-encoding'))
    return context.body(asset[encoding ?? 'plain'], 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      ...(encoding && { 'content-encoding': encoding }),
    })
  })

  app.notFound((context) => tell(context, rootFrom(context.req.path), 'notFound', 404))
  app.onError((error, context) => {
    const isIndex = error instanceof IndexError
    log.error('a page failed', error)
    if (context.req.path.includes('/api/')) {
      const { language } = surroundings(context, '../')
      const text = readerTexts[language].faults[isIndex ? 'unavailable' : 'failed']
      return sendText(context, JSON.stringify({ error: text }), jsonType, isIndex ? 503 : 500)
    }
    return tell(context, rootFrom(context.req.path), isIndex ? 'unavailable' : 'failed', isIndex ? 503 : 500)
  })
  return app
}

/** What comes with a request: `rights` where not everybody may read everything. */
interface PagesEnv {
  Bindings: { readonly rights?: Rights | undefined }
}

type Fault = keyof (typeof readerTexts)['zh']['faults']

type Shown = { readonly placed: QuoteInReport; readonly isSelection: boolean } | null

async function quotedBy(answerer: ReportAnswerer, text: string): Promise<Shown> {
  const address = decodeQuote(text)
  const placed = address && (await answerer.locate(address.passage, address))
  return placed && { placed, isSelection: false }
}

/** A selection whose words are still in the report, where they were or elsewhere. */
async function selectedBy(answerer: ReportAnswerer, id: string, text: string): Promise<Shown> {
  const link = decodeSelection(text)
  const report = link && (await answerer.report(id))
  if (!report) return null
  const isSame = (words: string) => hashOf(words) === link.hash
  const there = await answerer.locateSelection(id, link.ranges)
  if (there && isSame(there.quote.text)) return { placed: there, isSelection: true }
  const ranges = findMoved(report, link.trace, isSame)
  const moved = ranges && (await answerer.locateSelection(id, ranges))
  return moved && isSame(moved.quote.text) ? { placed: moved, isSelection: true } : null
}

function tagsOf(context: Context<PagesEnv>): string[] {
  const given = context.req.queries('tags') ?? []
  return [...new Set(given.map((tag) => tag.trim()).filter((tag) => tag !== ''))]
}

/** The whole number from 1 on that a parameter states; null for none. */
function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,5}$/u.test(text) ? Number(text) : null
}

/** The way back to `/` from a path below it. */
function rootFrom(path: string): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 2)) || './'
}

/** RFC 8187's characters, which `encodeURIComponent` leaves some others besides. */
function encodeFileName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
