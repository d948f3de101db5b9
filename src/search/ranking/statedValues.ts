import { personTitles } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import { numeralInDigits } from '../../text/numerals.ts'
import type { AnswerType } from '../question/answerType.ts'
import type { Highlight } from './highlight.ts'

/** A value that a passage states: a figure with its unit, or a date or a name as text. */
export interface StatedValue {
  /** The number, its scale (`万`, `亿`) multiplied in; null for dates and names. */
  readonly number: number | null
  /** The unit of a number, else the words. */
  readonly words: string
}

/** Figures that differ by less than this share are one figure rounded in two ways. */
const maxRounding = 0.005

const scales: Readonly<Record<string, number>> = { 千: 1e3, 万: 1e4, 亿: 1e8, 万亿: 1e12, 百万: 1e6, 千万: 1e7 }
/** A name stands behind its title, or before it, and is closed by a mark or by a verb of saying. */
const named = new RegExp(
  `(?:${personTitles})(?:为|是|由|:)?(\\p{Script=Han}{2,3})(?=[,。、;()\\s]|同志|说|表示|指出|主持|$)|(?<=[,。、;:()\\s]|^|由|任命)(\\p{Script=Han}{2,3})(?=(?:同志)?(?:为|任|担任|兼任)?\\p{Script=Han}{0,8}?(?:${personTitles}))`,
  'gu',
)

/** The values that the marked words of a passage state, of the type that a question asks for; none for other types. */
export function statedValues(text: string, { highlights, figures }: Highlight, type: AnswerType): StatedValue[] {
  const plain = (ranges: Highlight['highlights']) => ranges.map((range) => normalize(text.slice(...range)).text)
  if (type === 'number') return plain(figures).flatMap(figureIn)
  if (type === 'date') return plain(figures).map((words) => ({ number: null, words: words.replace(/\s/gu, '') }))
  if (type !== 'person') return []
  return plain(highlights).flatMap((marked) =>
    [...marked.matchAll(named)].map(([, behind, before]) => ({ number: null, words: (behind ?? before)! })),
  )
}

/** The unit of a figure, with its scale (`62.9亿元` → `亿元`), in normalised text. */
export function unitIn(figure: string): string {
  return figure.replace(/^[^0-9]*[0-9.]+/u, '')
}

/** True where two passages state values of one kind, and none of them is the same. */
export function differ(ones: readonly StatedValue[], others: readonly StatedValue[]): boolean {
  if (ones.length === 0 || others.length === 0) return false
  const isSame = (one: StatedValue, other: StatedValue) =>
    one.number === null || other.number === null
      ? one.words === other.words
      : Math.abs(one.number - other.number) <= maxRounding * Math.abs(one.number)
  const isOneKind = ones.every((one) =>
    others.every(
      (other) =>
        (one.number === null) === (other.number === null) && (one.number === null || one.words === other.words),
    ),
  )
  return isOneKind && !ones.some((one) => others.some((other) => isSame(one, other)))
}

function figureIn(plain: string): StatedValue[] {
  const [, percent, number, scale = '', unit] =
    /^(百分之)?([0-9][0-9,.]*|[零〇一二两三四五六七八九十百千万亿点]+?)(?:多|余|来)?(万亿|百万|千万|[千万亿])?(?:多|余)?(.*)$/u.exec(
      plain.replace(/\s/gu, ''),
    ) ?? []
  if (number === undefined) return []
  const digits = /[0-9]/u.test(number) ? number.replaceAll(',', '') : numeralInDigits(number)
  const value = Number.parseFloat(digits ?? '') * (scales[scale] ?? 1)
  return Number.isNaN(value) ? [] : [{ number: value, words: percent ? '%' : (unit ?? '') }]
}
