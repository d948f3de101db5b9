import type { Metadata } from '../manuscript.ts'
import { type HtmlNode, oneLine } from './htmlNode.ts'

/** The names of web sites' statements on an article, the most precise first; compared in lower case. */
const names = {
  title: ['articletitle', 'og:title', 'dc.title', 'twitter:title'],
  date: [
    'pubdate',
    'publishdate',
    'article:published_time',
    'og:published_time',
    'og:release_date',
    'datepublished',
    'dc.date',
    'date',
  ],
  publisher: ['contentsource', 'source', 'og:site_name', 'dc.publisher', 'sitename', 'publisher'],
} as const

/** Matches the name of a site, which pages without a title of their own state as their title. */
const siteName = /(?:网站|官网|网站首页|门户网|信息网)$/u

/** The statements in a web page's head: title, day of publication, publisher. */
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
