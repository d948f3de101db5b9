import { middle, type Row } from './boxes.ts'
import type { PageOfWords, PlacedLine } from './placedLines.ts'

/** Running heads and page numbers stand within this share of the page's height, at its top or bottom. */
const margin = 0.12
const pageNumber =
  /^[-—–·•.\s/|]*(?:(?:第|共|page|of|p\.?)?\s*\d{1,4}\s*(?:页|版)?[-—–·•,，.\s/|]*){1,2}$|^[ivxlc]{1,6}$/iu
/** Matches the date and the number at the edge of a newspaper's page. */
const dated = /\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}|第?\s*[\da-z〇一二三四五六七八九十]{1,4}\s*版/iu

/** Marks page numbers, and running heads and feet, which come again. @param body the size of running text */
export function markFurniture(lines: readonly PlacedLine[], pages: readonly PageOfWords[], body: number): void {
  const seen = new Map<string, PlacedLine[]>()
  const outermost = new Map<number, { top: number; bottom: number }>()
  for (const { page, row } of lines) {
    const ends = outermost.get(page) ?? { top: Infinity, bottom: -Infinity }
    outermost.set(page, { top: Math.min(ends.top, middle(row)), bottom: Math.max(ends.bottom, middle(row)) })
  }
  for (const line of lines) {
    if (line.row.table) continue
    const { height } = pages[line.page]!
    const at = middle(line.row) / height
    if (at > margin && at < 1 - margin) continue
    const ends = outermost.get(line.page)!
    const isOutermost = [ends.top, ends.bottom].some((end) => Math.abs(middle(line.row) - end) < line.row.size)
    if (isOutermost && pageNumber.test(line.row.text) && /\d|^[ivxlc]+$/iu.test(line.row.text)) {
      line.furniture = 'page number'
      continue
    }
    const isSmall = isOutermost && line.row.size < 0.95 * body
    if (isSmall && (dated.test(line.row.text) || standsOverHeadline(line, lines, body))) {
      line.furniture = 'header or footer'
    }
    const words = line.row.text.replaceAll(/\d+/gu, '#').replaceAll(/\s+/gu, '')
    for (const place of [Math.round(at * 50), Math.round(at * 50 + 0.5) + 1000]) {
      const key = `${place} ${words}`
      seen.set(key, [...(seen.get(key) ?? []), line])
    }
  }
  for (const alike of seen.values()) {
    const on = new Set(alike.map((line) => line.page)).size
    if (on >= 2 && on * 5 >= pages.length) for (const line of alike) line.furniture ??= 'header or footer'
  }
}

/** True where the next line below, at some distance, is a headline, as below a running head. */
function standsOverHeadline({ row, page }: PlacedLine, lines: readonly PlacedLine[], body: number): boolean {
  let next: Row | undefined
  for (const other of lines) {
    if (other.page === page && other.row.top > row.bottom && !(next && next.top <= other.row.top)) next = other.row
  }
  return next !== undefined && next.size >= 1.3 * body && next.top - row.bottom > body
}
