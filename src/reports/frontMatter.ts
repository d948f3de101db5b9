import { dateIn, isCalendarDate } from './dates.ts'
import type { Line } from './lines.ts'
import type { Metadata } from './manuscript.ts'

/** Front matter is YAML between two lines of dashes, with which Markdown files open (as in Jekyll and Obsidian). */

const maxLines = 60
const maxCharacters = 200

/** The keys under which tools and people write each statement, the most precise first. */
const keys: Readonly<Record<'title' | 'publisher' | 'district' | 'date' | 'period', readonly string[]>> = {
  title: ['title', '标题', '题名'],
  publisher: ['publisher', 'organization', 'organisation', '发布者', '发布机构', 'source', '来源', 'author', '作者'],
  district: ['district', 'region', '地区'],
  date: ['date', 'published', 'created', '日期', '发布日期'],
  period: ['period', '时段'],
}

/** The number of lines of front matter, its two lines of dashes included; 0 where the text opens otherwise. */
function frontMatterLength(lines: readonly Line[]): number {
  if (lines[0]?.content.text !== '---') return 0
  const end = lines.findIndex((line, i) => i > 0 && /^(?:---|\.\.\.)$/u.test(line.content.text))
  if (end < 2 || end > maxLines) return 0
  const inner = lines.slice(1, end)
  return inner.every((line) => isYaml(line)) && entryOf(inner[0]!) !== null ? end + 1 : 0
}

/** Tells whether a line is a key with its value, an item of a list, or a line that goes on. */
function isYaml(line: Line): boolean {
  return entryOf(line) !== null || line.indented || /^(?:-\s|[#>|\]}])/u.test(line.content.text)
}

function entryOf(line: Line): { key: string; value: string } | null {
  const found = line.indented ? null : /^([\p{L}][\p{L}\d_-]{0,30})\s*:(?:\s+(.*))?$/u.exec(line.content.text)
  if (found === null) return null
  const value = (found[2] ?? '').replace(/^(["'])(.*)\1$/u, '$2').trim()
  return { key: found[1]!.toLowerCase(), value }
}

/** Marks the lines of the front matter as page furniture, as they are no text of the report. */
export function withoutFrontMatter(lines: readonly Line[]): Line[] {
  const length = frontMatterLength(lines)
  return lines.map((line, i) => (i < length ? { ...line, furniture: 'front matter' } : line))
}

/** The statements of the front matter on the report. */
export function frontMatterIn(lines: readonly Line[]): Partial<Metadata> {
  const values = new Map<string, string>()
  for (const line of lines.slice(1, Math.max(1, frontMatterLength(lines) - 1))) {
    const entry = entryOf(line)
    const isPlain =
      entry !== null && entry.value !== '' && entry.value.length <= maxCharacters && !/^[[{>|]/u.test(entry.value)
    if (isPlain && !values.has(entry.key)) values.set(entry.key, entry.value)
  }
  const found = Object.entries(keys).flatMap(([statement, names]) => {
    const value = names.map((name) => values.get(name)).find((one) => one !== undefined)
    const stated = statement === 'date' && value && !isCalendarDate(value) ? dateIn(value) : value
    return stated ? [[statement, stated]] : []
  })
  return Object.fromEntries(found)
}
