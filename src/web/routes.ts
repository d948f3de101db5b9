import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { type Context, Hono } from 'hono'
import type { ReportAnswerer } from '../answer/answerer.ts'
import { textIn } from '../answer/locale.ts'
import { ChangedWhileReading, IndexError, type Language, QuestionError, ReportError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Photographer, QueueFullError } from '../photograph/photographer.ts'
import { mimeTypeOf } from '../reports/formats/fileNames.ts'
import type { Originals } from '../reports/originals.ts'
import { shownAnswer } from './answers.ts'
import { type Assets, readAssets } from './assets.ts'
import { fullCitation } from './citation.ts'
import { languageFor, localeOf } from './language.ts'
import { quotedBy, selectedBy } from './namedWords.ts'
import { createPageCache, type PageCache } from './pageCache.ts'
import { addressOf, messagePage, type Surroundings } from './pageShell.ts'
import { sendPicture } from './pictures.ts'
import { countParts, quoteAddress, quoteParameters, readRanges, reportPage } from './reportPage.ts'
import { type Rights, withTraditionalTexts } from './requestContext.ts'
import { searchPage } from './searchPage.ts'
import { htmlType, jsonType, sendLasting, sendText } from './send.ts'
import { webTexts } from './texts.ts'

export interface RouteDependencies {
  readonly answerer: ReportAnswerer
  /** The files that the reports were read from. */
  readonly originals: Originals
  /** The language of pages where neither the address nor the browser asks for another. */
  readonly language: Language
  readonly log: Log
  /** Draws the pages of reports; null where nobody does. */
  readonly photographer: Photographer | null
  /** The bot to go on with in Telegram, without `@`, once it is known. */
  botUsername?(): string | undefined
}

/** The cache holds this many pages of reports, of some 50 KB each. */
const maxCachedPages = 200

/**
 * The pages on which people read reports, without any access control. All links are relative, so the pages may stand
 * below any path that ends in a slash.
 *
 * - `GET /` the reports, and answers to `?q=` (narrowed by `tags`, any number of times)
 * - `GET /r/:report` a report, at a quote (`?q=`) or selection (`?s=`), a part (`?part=`); `?view=original` line by line,
 *   `?view=page` page by page
 * - `GET /r/:report/page/:number` the picture of a page
 * - `GET /r/:report/photograph?q=` the picture of a quote on its page
 * - `GET /r/:report/file` its file
 * - `GET /api/search?q=&tags=` an answer as JSON
 * - `POST /api/selection` `{report, ranges}` → `{path, citation}` or `{error}`
 * - `GET /assets/:name`
 */
export function createRoutes(dependencies: RouteDependencies): Hono<RoutesEnv> {
  const site: Site = { ...dependencies, assets: readAssets(), reportPages: createPageCache(maxCachedPages) }
  const app = new Hono<RoutesEnv>()
  app.use(withTraditionalTexts(site.language))
  app.get('/', (context) => showSearch(site, context))
  app.get('/api/search', (context) => answerSearch(site, context))
  app.get('/r/:report', (context) => showReport(site, context, context.req.param('report')))
  app.get('/r/:report/page/:number', (context) => {
    const { report, number } = context.req.param()
    return sendPage(site, context, report, numberIn(number))
  })
  app.get('/r/:report/photograph', (context) => sendPhotograph(site, context, context.req.param('report')))
  app.get('/r/:report/file', (context) => sendFile(site, context, context.req.param('report')))
  app.post('/api/selection', (context) => checkSelection(site, context))
  app.get('/assets/:name', (context) => sendAsset(site, context, context.req.param('name')))
  app.notFound((context) => sendFault(site, context, rootFrom(context.req.path), 'notFound'))
  app.onError((error, context) => {
    const fault = faultOf(error, context.req.path)
    if (fault === 'failed' || fault === 'unavailable') site.log.error('a page failed', error)
    else site.log.warn('a page or file could not be sent', String(error))
    if (!context.req.path.includes('/api/')) return sendFault(site, context, rootFrom(context.req.path), fault)
    const { language } = surroundingsOf(site, context, '../')
    return sendText(context, JSON.stringify({ error: webTexts[language].faults[fault] }), jsonType, statuses[fault])
  })
  return app
}

interface Site extends RouteDependencies {
  readonly assets: Assets
  readonly reportPages: PageCache
}

/** `rights` are bound to a request where not everybody may read everything. */
interface RoutesEnv {
  Bindings: { readonly rights?: Rights | undefined }
}

type RoutesContext = Context<RoutesEnv>

type Fault = keyof (typeof webTexts)['zh']['faults']

const statuses = {
  notFound: 404,
  changed: 503,
  failed: 500,
  unavailable: 503,
  busy: 503,
  notDrawn: 422,
  notUnpacked: 422,
} as const satisfies Record<Fault, number>
/** Visitors are told to come back after so many seconds, where that helps. */
const retryAfterSeconds: Partial<Record<Fault, number>> = { changed: 10, unavailable: 60, busy: 5 }

/** @param path of the request: reports' files are unpacked for `…/file`, and drawn for pictures */
function faultOf(error: unknown, path: string): Fault {
  if (error instanceof IndexError) return 'unavailable'
  if (error instanceof QueueFullError) return 'busy'
  if (error instanceof ChangedWhileReading) return 'changed'
  if (!(error instanceof ReportError)) return 'failed'
  return path.endsWith('/file') ? 'notUnpacked' : 'notDrawn'
}

/** The fault of a report, or of something in it, that is not there: its file changed, or there is none. */
async function absenceOf({ answerer }: Site, id: string): Promise<Fault> {
  const isKnown = answerer.reports.some((known) => known.id === id)
  return isKnown && !(await answerer.report(id)) ? 'changed' : 'notFound'
}

function surroundingsOf({ assets, ...site }: Site, context: RoutesContext, root: string): Surroundings {
  const asked = context.req.query('lang')
  return {
    language: languageFor(asked, context.req.header('accept-language'), site.language),
    isLanguageAsked: localeOf(asked) !== null,
    readsAll: context.env?.rights?.everything ?? true,
    root,
    asset: assets.address,
    botUsername: site.botUsername?.(),
  }
}

function sendFault(site: Site, context: RoutesContext, root: string, fault: Fault): Promise<Response> {
  const around = surroundingsOf(site, context, root)
  const seconds = retryAfterSeconds[fault]
  if (seconds !== undefined) context.header('retry-after', String(seconds))
  const page = messagePage(around, webTexts[around.language].faults[fault])
  return sendText(context, page, htmlType, statuses[fault])
}

async function showSearch(site: Site, context: RoutesContext): Promise<Response> {
  const { answerer } = site
  const around = surroundingsOf(site, context, './')
  const question = questionOf(context)
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
}

async function answerSearch(site: Site, context: RoutesContext): Promise<Response> {
  const { language } = surroundingsOf(site, context, '../')
  const question = questionOf(context)
  try {
    const answer = await site.answerer.answer({ text: question, tags: tagsOf(context) })
    return sendText(context, JSON.stringify(shownAnswer(question, answer, language)), jsonType)
  } catch (error) {
    if (!(error instanceof QuestionError)) throw error
    return sendText(context, JSON.stringify({ error: textIn(error.text, language) }), jsonType, 400)
  }
}

async function showReport(site: Site, context: RoutesContext, id: string): Promise<Response> {
  const { answerer } = site
  const around = surroundingsOf(site, context, '../')
  const [q, s] = [context.req.query('q'), context.req.query('s')]
  const quoted = q === undefined ? null : await quotedBy(answerer, q)
  const found = quoted ?? (s === undefined ? null : await selectedBy(answerer, id, s))
  // A visitor learns that another report has the words only if they may read that report.
  const shown = found && (context.env?.rights?.may(found.placed.report.id) ?? true) ? found : null
  const asksView = context.req.query('view')
  const view = asksView === 'original' || asksView === 'page' ? asksView : 'restored'
  if (shown && shown.placed.report.id !== id) {
    // The words are in another file now, as after it was renamed.
    const parameters = { ...quoteParameters(shown.placed, shown.isSelection), view: view === 'restored' ? null : view }
    const path = encodeURIComponent(shown.placed.report.id)
    return context.redirect(addressOf({ ...around, root: './' }, path, parameters, 'q'), 302)
  }
  const report = shown?.placed.report ?? (await answerer.report(id))
  if (!report) return sendFault(site, context, '../', await absenceOf(site, id))
  const isGone = !shown && (q ?? s) !== undefined
  const hasPages = site.photographer?.kindOf(report.format) === 'page'
  const places = view === 'page' && hasPages ? ((await answerer.indexedFile(report.id))?.places ?? null) : null
  const wanted = numberIn(context.req.query('part'))
  // A part number past the end means the last part; limiting it first keeps one cache entry.
  const about = { report, view: view === 'page' && !hasPages ? 'restored' : view, places, hasPages } as const
  const part = wanted && Math.min(wanted, countParts(about))
  const request = { ...about, part, shown, isGone }
  const asked = shown ? (shown.isSelection ? s : q) : isGone
  const { language, isLanguageAsked, readsAll, botUsername } = around
  const key = JSON.stringify([id, about.view, hasPages, part, asked, language, isLanguageAsked, readsAll, botUsername])
  const page = site.reportPages(report, key, () => reportPage(around, request))
  return sendText(context, page, htmlType, isGone ? 410 : 200)
}

async function sendPage(site: Site, context: RoutesContext, id: string, number: number | null): Promise<Response> {
  const report = await site.answerer.report(id)
  const picture = report && number !== null ? await site.photographer?.page(report, number) : null
  if (!picture) return sendFault(site, context, '../../../', await absenceOf(site, id))
  return sendPicture(context, picture, false)
}

async function sendPhotograph(site: Site, context: RoutesContext, id: string): Promise<Response> {
  const { language } = surroundingsOf(site, context, '../../')
  const quoted = await quotedBy(site.answerer, context.req.query('q') ?? '')
  // The visitor may read this report. Words of another one are not drawn here, but at that report's own address.
  const isHere = quoted?.placed.report.id === id
  const photograph = isHere ? await site.photographer?.photograph(quoted.placed, language) : null
  if (!photograph) return sendFault(site, context, '../../', await absenceOf(site, id))
  return sendPicture(context, photograph, photograph.page === null)
}

async function sendFile(site: Site, context: RoutesContext, id: string): Promise<Response> {
  const report = await site.answerer.report(id)
  if (!report) return sendFault(site, context, '../../', await absenceOf(site, id))
  // The file is opened before the answer begins, as a later failure would cut the answer short.
  const { size, content } = await site.originals.find(report.file)
  const file = typeof content === 'string' ? await open(content) : null
  const name = basename(report.file)
  const plain = name.normalize('NFKD').replace(/[^\w.-]/gu, '_')
  const headers = {
    'content-type': mimeTypeOf(name),
    'content-length': String(size),
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeFileName(name)}`,
    'cache-control': 'private, no-cache',
  }
  if (context.req.method === 'HEAD') {
    await file?.close()
    return context.body(null, 200, headers)
  }
  if (file === null) return context.body(new Uint8Array(content as Uint8Array), 200, headers)
  return context.body(Readable.toWeb(file.createReadStream()) as ReadableStream, 200, headers)
}

async function checkSelection(site: Site, context: RoutesContext): Promise<Response> {
  const { language } = surroundingsOf(site, context, '../')
  const fail = () => sendText(context, JSON.stringify({ error: webTexts[language].quote.notText }), jsonType, 400)
  const asked: unknown = await context.req.json().catch(() => null)
  if (typeof asked !== 'object' || asked === null || !('report' in asked) || !('ranges' in asked)) return fail()
  const ranges = readRanges(asked.ranges)
  const placed =
    typeof asked.report === 'string' && ranges ? await site.answerer.locateSelection(asked.report, ranges) : null
  if (!placed) return fail()
  const [path, citation] = [quoteAddress(placed, true), fullCitation(placed.quote, language)]
  return sendText(context, JSON.stringify({ path, citation }), jsonType)
}

async function sendAsset({ assets }: Site, context: RoutesContext, name: string): Promise<Response> {
  const asset = assets.find(name)
  return asset ? sendLasting(context, asset.text, asset.type, name) : context.body(null, 404)
}

function questionOf(context: RoutesContext): string {
  return (context.req.query('q') ?? '').trim()
}

function tagsOf(context: RoutesContext): string[] {
  const given = context.req.queries('tags') ?? []
  return [...new Set(given.map((tag) => tag.trim()).filter((tag) => tag !== ''))]
}

/** The whole number from 1 on that a parameter states; null for none. */
function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,5}$/u.test(text) ? Number(text) : null
}

/** The relative path from an address back to `/`. */
function rootFrom(path: string): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 2)) || './'
}

/** Encodes a file's name by RFC 8187, which escapes some characters that `encodeURIComponent` leaves. */
function encodeFileName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
