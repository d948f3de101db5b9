import { folded } from '../head/folding.ts'
import { awaitsValue, isValue, statedIn } from '../head/statements.ts'
import { dateOf } from '../issueDate.ts'
import type { Metadata } from '../manuscript.ts'
import { publisherOf } from '../publisher.ts'
import { type HtmlNode, isBlock, isShown, oneLine } from './htmlNode.ts'

/** The names of web sites' statements on an article, the most precise first; compared in lower case. */
const names = {
  title: ['articletitle', 'og:title', 'dc.title', 'twitter:title'],
  date: 'pubdate publishdate article:published_time og:published_time og:release_date datepublished dc.date date'.split(
    ' ',
  ),
  publisher: ['contentsource', 'source', 'og:site_name', 'dc.publisher', 'sitename', 'publisher'],
} as const

/** Matches the name of a site, which pages without a title of their own state as their title. */
const siteName = /(?:网站|官网|网站首页|门户网|信息网)$/u

/** A web page's title, day of publication and publisher, as its index block states them, or else its head. */
export function readProperties(root: HtmlNode): Partial<Metadata> {
  const metas = new Map<string, string>()
  for (const meta of root.querySelectorAll('meta')) {
    const name = (
      meta.getAttribute('name') ??
      meta.getAttribute('property') ??
      meta.getAttribute('itemprop')
    )?.toLowerCase()
    const content = oneLine(meta.getAttribute('content') ?? '').trim()
    if (name && content !== '' && content.length <= 200 && !metas.has(name)) metas.set(name, content)
  }
  const linked = linkedData(root)
  const meta = (kind: keyof typeof names) => names[kind].flatMap((name) => metas.get(name) ?? [])
  const site = metas.get('og:site_name') ?? metas.get('sitename')
  const titles = [...meta('title'), linked.headline, ...texts(root, 'title')].flatMap((stated) => {
    const title = stated ? withoutSite(stated, site) : ''
    return title === '' || siteName.test(title) ? [] : [title]
  })
  const time = [...root.querySelectorAll('time[datetime]')].map((element) => element.getAttribute('datetime'))
  const dates = [...meta('date'), linked.date, ...time].flatMap((date) => isoDate(date ?? '') ?? [])
  const publishers = [...meta('publisher'), linked.publisher].filter((name) => name && !/^https?:|^\/\//iu.test(name))
  return {
    ...(titles[0] && { title: titles[0] }),
    ...(publishers[0] && { publisher: publishers[0] }),
    ...(dates[0] && { date: dates[0] }),
    ...catalogueIn(root),
  }
}

function texts(root: HtmlNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((element) => oneLine(element.textContent).trim()).filter(Boolean)
}

/** A title without the site's name, which pages put behind a bar, a dash or an underscore. */
function withoutSite(title: string, site: string | undefined): string {
  const parts = title.split(/\s*[_|｜]\s*|\s+[-–—]\s+|\s*--+\s*|(?<=\p{Script=Han}{4})-(?=\p{Script=Han})/u)
  const named = parts.filter((part) => part !== '' && part !== site)
  return (named.find((part) => part.length >= 4) ?? title).slice(0, 200)
}

/** The day, month or year at the head of a date as sites write it, in ISO 8601; null where there is none. */
export function isoDate(stated: string): string | null {
  const found =
    /^\s*(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?)?(?!\d)|^\s*(\d{4})(\d{2})(\d{2})(?!\d)/u.exec(
      stated,
    )
  if (found === null) return null
  const [year, month, day] = found[1] ? found.slice(1, 4) : found.slice(4, 7)
  if (Number(year) < 1900 || Number(year) > 2100) return null
  if (month === undefined || Number(month) < 1 || Number(month) > 12) return year!
  const withMonth = `${year}-${month.padStart(2, '0')}`
  return day === undefined || Number(day) < 1 || Number(day) > 31 ? withMonth : `${withMonth}-${day.padStart(2, '0')}`
}

/** The statements on the article in the page's JSON-LD. */
function linkedData(root: HtmlNode): { headline?: string; date?: string; publisher?: string } {
  for (const script of root.querySelectorAll('script[type="application/ld+json"]')) {
    let data: unknown
    try {
      data = JSON.parse(script.textContent)
    } catch {
      // Data that cannot be parsed state nothing.
      continue
    }
    const graph = isRecord(data) && Array.isArray(data['@graph']) ? data['@graph'] : [data].flat()
    const article = graph.find((item): item is Record<string, unknown> => isRecord(item) && 'datePublished' in item)
    if (article === undefined) continue
    const publisher = isRecord(article.publisher) ? article.publisher.name : article.publisher
    const stated = { headline: article.headline, date: article.datePublished, publisher }
    return Object.fromEntries(Object.entries(stated).filter(([, value]) => typeof value === 'string' && value !== ''))
  }
  return {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The regulations on open government information have sites set an index block above a document, outside its main text:
 * labels (`索引号`, `发布机构`, `成文日期`, `名称`) with their values, in a table, a list or lines.
 */

/** Fewer labels may be words of a text or of a search form. */
const minStatements = 3
const maxLines = 4000

/** The statements of a page's index block; empty where the page has none. */
export function catalogueIn(root: HtmlNode): Partial<Metadata> {
  const lines = shownLines(root).slice(0, maxLines)
  const labelled: string[] = []
  for (const [i, line] of lines.entries()) {
    if (statedIn(line).length === 0) continue
    const value = lines[i + 1]
    const isPair = awaitsValue(line) && value !== undefined && isValue(value)
    labelled.push(isPair ? `${line.replace(/\s*:?$/u, '')}:${value}` : line)
  }
  const stated = labelled.flatMap((line) => statedIn(line)).filter(({ value }) => value !== '')
  if (new Set(stated.map(({ statement }) => statement)).size < minStatements) return {}
  const ends = { all: labelled, head: labelled, cover: [], tail: [], near: [] }
  const title = stated.find(({ statement }) => statement === 'title')?.value
  const publisher = publisherOf(ends)
  const date = dateOf(ends)
  return { ...(title && { title }), ...(publisher && { publisher }), ...(date && { date }) }
}

/** The folded words of a page, a line for each block and line break. */
function shownLines(root: HtmlNode): string[] {
  const lines: string[] = []
  let words = ''
  const flush = () => {
    const line = folded(oneLine(words))
    if (line !== '') lines.push(line)
    words = ''
  }
  const walk = (node: HtmlNode) => {
    if (node.nodeType === 3) words += node.nodeValue ?? ''
    if (node.nodeType !== 1 || !isShown(node)) return
    const isApart = isBlock(node) || node.localName === 'br'
    if (isApart) flush()
    for (const child of node.childNodes) walk(child)
    if (isApart) flush()
  }
  walk(root)
  flush()
  return lines
}
