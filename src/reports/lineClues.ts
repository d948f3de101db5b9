import { endsSentence } from '../text/sentences.ts'
import { pageMarkIn } from './jumps.ts'
import type { DropReason } from './lines.ts'

/** Clues that a line gives by itself about its part in the text are typographic habits, never names. */

const numbering =
  /^(?:(第[一二三四五六七八九十百]+[章节编部])|([一二三四五六七八九十]+、)|([(（][一二三四五六七八九十]+[)）])|(\d{1,2}[.、．](?!\d)))/u
const maxHeadingCharacters = 42
const maxRunInCharacters = 32

/** The kind of page furniture that a line is; null for others. @param jumpsOnly true for a line of jump lines only */
export function furnitureOf(text: string, jumpsOnly: boolean): DropReason | null {
  if (jumpsOnly) return 'jump line'
  if (/^!\[[^\]]*\]\([^)]*\)$|^<img\b[^>]*>$/iu.test(text)) return 'picture'
  if (
    /^(?:第\s*)?(?:[A-Z]?\d{1,4}|[〇一二三四五六七八九十]{1,4})\s*版$|^[-—–·\s]*\d{1,4}[-—–·\s]*$|^第\s*\d+\s*页(?:[\s,，/]*共\s*\d+\s*页)?$/u.test(
      text,
    )
  )
    return 'page number'
  const isMasthead =
    /\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|星期[一二三四五六日天]|版[:：·|｜]\p{Script=Han}{1,6}$/u.test(text)
  if (isMasthead && pageMarkIn(text) !== null) return 'header or footer'
  if (!/[\p{L}\p{N}]/u.test(text)) return 'stray mark'
  return null
}

/** Tells whether a line is an item of a Markdown list or a row of a table. */
export function isItem(text: string): boolean {
  return /^(?:[-*+]\s|[•●▪○]|\|)/u.test(text)
}

/** The style in which a line is numbered: 1 (`第一章`), 2 (`一、`), 3 (`(一)`), 4 (`1.`), or 0 when it is not. */
export function numberingOf(text: string): number {
  const match = numbering.exec(text)
  return match ? match.slice(1).findIndex((group) => group !== undefined) + 1 : 0
}

/** Tells whether a line is numbered and short enough for a heading; it may close with one full stop. */
export function isNumberedHeading(text: string): boolean {
  return (
    numberingOf(text) > 0 &&
    length(text) <= maxHeadingCharacters &&
    !/[。！？!?；;][^”’」』)）]/u.test(text) &&
    !/[:：,，、；;]$/u.test(text)
  )
}

/** The heading that is a numbered paragraph's first sentence (`一、坚持项目牵引,推动经济发展。…`); null for other texts. */
export function runInHeading(text: string): string | null {
  const style = numberingOf(text)
  if (style === 0 || style === 4) return null
  const first = /^[^。！？!?；;:：]+。/u.exec(text)?.[0]
  return first !== undefined && first.length < text.length && length(first) <= maxRunInCharacters ? first : null
}

/** Tells whether a line could be a headline without any mark: it is short and does not end as running text ends. */
export function looksLikeHeadline(text: string): boolean {
  const size = length(text)
  return (
    size >= 2 &&
    size <= maxHeadingCharacters &&
    !/。/u.test(text) &&
    !/[,，、:：;；。]$/u.test(text) &&
    !/^[,，、:：;；。)）”’」』]/u.test(text)
  )
}

/** True where a line is numbered unlike the chapter below it (`2. …` above `1.1. …`), as a name on a drawing is. */
export function skipsChapter(text: string, below: string): boolean {
  const chapter = /^(\d{1,2})\.\d/u.exec(below)?.[1]
  const own = /^(\d{1,2})[.、．](?!\d)/u.exec(text)?.[1]
  return chapter !== undefined && own !== undefined && own !== chapter
}

/** True where a line ends in a figure whose unit, or whose other half, opens the line below. */
export function lacksUnit(text: string, below: string): boolean {
  return (
    /\d$/u.test(text) &&
    /^(?:[十百千万亿]{0,2}(?:元|人|户|吨|公里|公顷|平方|立方|千瓦|米|亩|个|件|项|家|所|台|辆|套|次|倍|头|只)|[万亿]|[%％‰]|\.\d)/u.test(
      below,
    )
  )
}

/** Tells whether a line names the writers and nothing else (`□ 记者 …`). */
export function isBylineLine(text: string): boolean {
  return (
    length(text) <= 30 &&
    !/[。,，！？!?；;]/u.test(text) &&
    /^[□■◎○◇◆△▲●※☆★]\s*\p{L}|^(?:本报)?(?:记者|通讯员|特约评论员|评论员|作者)[:：\s/]|^[文图摄]\s*[/／:：]/u.test(text)
  )
}

/** Tells whether a line opens a news story with a dateline, an agency or a bracketed rubric. */
export function opensStory(text: string): boolean {
  return /^(?:【[^】]{1,16}】)?\s*(?:本报|本刊|本台|新华社|中新社|中新网)[^。,，]{0,12}(?:讯|电|消息|报道)|^(?:记者|通讯员)[^。,，]{1,16}(?:报道|[:：])/u.test(
    text,
  )
}

/** Tells whether a line opens an editor's note, which stands before its story's headline. */
export function opensEditorsNote(text: string): boolean {
  return /^(?:编者按|编者的话|开栏的话|编后)\s*[:：]/u.test(text)
}

/** The names in a dateline's brackets (`本报讯(记者 甲 乙)`), as offsets into `text`; null where there are none. */
export function datelineNames(text: string): readonly [number, number] | null {
  const match = /^本报[^。,，(（]{0,6}讯\s*[(（]([^()（）]{2,30})[)）]/du.exec(text)
  return match?.indices?.[1] ?? null
}

/** The writer's name after a story's last full stop (`…体现中心和重心。唐晓海`), as offsets into `text`; else null. */
export function closingName(text: string): readonly [number, number] | null {
  const match =
    /[。！？!?…][”’」』)）]*\s*[(（]?(\p{Script=Han}{2,4}(?:[\s、]+\p{Script=Han}{2,4}){0,3})[)）]?$/du.exec(text)
  return match?.indices?.[1] ?? null
}

/**
 * Tells whether running text stops here in the middle of a sentence, so that its other half must stand elsewhere. A
 * colon introduces the text below it. A semicolon closes the item of a list, but after whole sentences it is a tear.
 */
export function isTorn(text: string): boolean {
  if (/[;；]$/u.test(text)) return /[。！？!?]/u.test(text)
  return !endsSentence(text) && !/[:：]$/u.test(text)
}

/** The number of characters as people count them. */
function length(text: string): number {
  return [...text].length
}
