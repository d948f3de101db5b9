import { dayInChina } from '../dates.ts'
import type { Metadata } from '../manuscript.ts'
import { type HtmlNode, oneLine } from './htmlNode.ts'
import { isoDate } from './htmlProperties.ts'

/**
 * Articles of WeChat accounts, as its servers send them. Their body is hidden until a script shows it, and the day stands in a
 * script only.
 */

/** The element with the text of a WeChat article; null where the page is none, or has no text. */
export function wechatBody(root: HtmlNode): HtmlNode | null {
  const [body] = root.querySelectorAll('#js_content')
  return body && body.textContent.trim() !== '' ? body : null
}

/** The statements of a WeChat article on itself: its account and its day; none where the page is no such article. */
export function wechatProperties(root: HtmlNode): Partial<Metadata> {
  if (wechatBody(root) === null) return {}
  const scripts = [...root.querySelectorAll('script')].map(({ textContent }) => textContent).join('\n')
  const account =
    wordsOf(root, '#js_name') || /\bnickname\s*=\s*(?:htmlDecode\()?["']([^"'<>\\]+)["']/u.exec(scripts)?.[1]
  const date = isoDate(wordsOf(root, '#publish_time')) ?? dateIn(scripts)
  return { ...(account && { publisher: account }), ...(date && { date }) }
}

/** The day that an article's scripts state, as seconds since 1970 or written out. */
function dateIn(scripts: string): string | null {
  const seconds = /\b(?:ct|oriCreateTime|create_time)["']?\s*[:=]\s*["']?(\d{10})\b/u.exec(scripts)?.[1]
  if (seconds !== undefined) return dayInChina(new Date(Number(seconds) * 1000))
  return isoDate(/\b(?:createTime|create_time)["']?\s*[:=]\s*["'](\d{4}-\d\d-\d\d)/u.exec(scripts)?.[1] ?? '')
}

function wordsOf(root: HtmlNode, selector: string): string {
  const [element] = root.querySelectorAll(selector)
  return oneLine(element?.textContent ?? '').trim()
}
