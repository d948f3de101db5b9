import type { Bilingual } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import { formatNamed, kindByName } from './fileNames.ts'
import { type HtmlNode, isHidden, isShown, mayBeShown, type Page } from './htmlNode.ts'
import { catalogueIn } from './htmlProperties.ts'
import { isLinks, isPageFrame, type Main } from './mainText.ts'
import { wechatBody } from './wechat.ts'

/** Fewer characters that are hidden, or that stand outside the main text, are messages and imprints. */
const minCharacters = 200
/** Sites hide a body once or twice. */
const maxLayers = 4
/** Matches the classes and ids that sites give the parts around the text. */
const frame = /(?:^|[\s_-])(?:foot|footer|bottom|copyright|nav|menu|breadcrumbs?|sidebar|header|top)(?:$|[\s_-])/iu

/**
 * Shows the element of a page that holds most of its words and is hidden by its style, which a script takes away when the page
 * is open.
 * @returns the page
 */
export function revealBody(page: Page): Page {
  const article = wechatBody(page.root)
  if (article !== null) reveal(article)
  // Another element may be hidden inside the one that was revealed.
  for (let layer = 0; layer < maxLayers; layer++) {
    const body = hiddenBody(page.root)
    if (body === null) break
    reveal(body)
  }
  return page
}

function reveal(element: HtmlNode): void {
  for (const name of ['hidden', 'aria-hidden', 'style']) element.removeAttribute(name)
}

/** The outermost hidden element with more words than the page shows and hides elsewhere; null where there is none. */
function hiddenBody(root: HtmlNode): HtmlNode | null {
  const hidden: { element: HtmlNode; words: string }[] = []
  let shown = ''
  const walk = (node: HtmlNode) => {
    if (node.nodeType === 3) shown += node.nodeValue ?? ''
    if (node.nodeType !== 1 || !mayBeShown(node)) return
    if (isHidden(node)) hidden.push({ element: node, words: bare(wordsIn(node)) })
    else for (const child of node.childNodes) walk(child)
  }
  walk(root)
  const [longest, ...others] = hidden.sort((a, b) => b.words.length - a.words.length)
  if (longest === undefined || longest.words.length < minCharacters) return null
  const page = bare(shown)
  const elsewhere = others.reduce((sum, { words }) => sum + words.length, page.length)
  // A page may hide a second setting of the text that it shows, for another size of screen.
  const middle = longest.words.length >> 1
  const isCopy = page.includes(longest.words.slice(middle, middle + 30))
  return longest.words.length > elsewhere && !isCopy ? longest.element : null
}

/** The words of an element that a page would show if nothing were hidden. */
function wordsIn(node: HtmlNode): string {
  if (node.nodeType === 3) return node.nodeValue ?? ''
  if (node.nodeType !== 1 || !mayBeShown(node)) return ''
  return [...node.childNodes].map(wordsIn).join('')
}

/** Counts of the parts of a page that were not read; navigation and its links are not counted. */
interface LeftOut {
  /** The number of characters that are hidden by style. */
  hidden: number
  /** The number of characters outside the main text. */
  outside: number
  tables: number
  attachments: number
}

/** The notes on the parts of a page that were not read; none where only navigation was passed over. */
export function leftOutNotes(body: HtmlNode, main: Main): Bilingual[] {
  const { hidden, outside, tables, attachments } = countLeftOut(body, main)
  const parts: Bilingual[] = []
  if (hidden >= minCharacters) parts.push({ zh: `隐藏的文字 ${hidden} 字`, en: `hidden characters: ${hidden}` })
  if (outside >= minCharacters)
    parts.push({ zh: `正文以外的文字 ${outside} 字`, en: `characters outside the main text: ${outside}` })
  if (tables > 0) parts.push({ zh: `表格 ${tables} 个`, en: `tables: ${tables}` })
  if (attachments > 0) parts.push({ zh: `附件链接 ${attachments} 个`, en: `links to attachments: ${attachments}` })
  if (parts.length === 0) return []
  return [
    {
      zh: `网页上未读取的内容:${parts.map(({ zh }) => zh).join('、')}。如有需要,请把这些内容另存后放入。`,
      en: `Not read on the page – ${parts.map(({ en }) => en).join(', ')}. Save them as files of their own if you need them.`,
    },
  ]
}

function countLeftOut(body: HtmlNode, main: Main): LeftOut {
  const count: LeftOut = { hidden: 0, outside: 0, tables: 0, attachments: 0 }
  const walk = (node: HtmlNode, isRead: boolean, isNavigation: boolean) => {
    if (node.nodeType === 3 && !isRead && !isNavigation) count.outside += bare(node.nodeValue ?? '').length
    if (node.nodeType !== 1 || !mayBeShown(node)) return
    if (isHidden(node)) {
      count.hidden += bare(wordsIn(node)).length
      count.tables += [...node.querySelectorAll('table')].filter(isTable).length
      return
    }
    const reads = (isRead || node === main.element) && !(isRead && main.isLeftOut(node))
    const leads = !reads && (isNavigation || isPageFrame(node) || isNamedFrame(node) || isLinks(node))
    if (!reads && node.localName === 'a' && isAttachment(node.getAttribute('href') ?? '')) count.attachments++
    if (!reads && !leads && node.localName === 'table') {
      // The index block of a government's page counts as properties.
      if (Object.keys(catalogueIn(node)).length > 0) return
      if (isTable(node)) count.tables++
    }
    for (const child of node.childNodes) walk(child, reads, leads)
  }
  walk(body, false, false)
  return count
}

/** Tells whether an address is that of a document or an archive, as offices attach them to a page, and not of a page or a picture. */
function isAttachment(address: string): boolean {
  const path = address.replace(/[?#].*$/su, '')
  const format = formatNamed(path)
  if (format !== undefined) return format !== 'html' && format !== 'image'
  return /^(?:archive|unsupported)$/u.test(kindByName(path))
}

function isNamedFrame(element: HtmlNode): boolean {
  return [element.getAttribute('class'), element.getAttribute('id')].some((name) => name !== null && frame.test(name))
}

/** Tells whether a table has two rows and two columns at least, as one of figures has, and holds no other table. */
function isTable(table: HtmlNode): boolean {
  const rows = [...table.querySelectorAll('tr')].filter(isShown)
  return (
    rows.length > 1 &&
    rows.some((row) => [...row.querySelectorAll('td, th')].length > 1) &&
    [...table.querySelectorAll('table')].length === 0
  )
}
