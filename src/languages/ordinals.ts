import { numeralValue } from '../text/numerals.ts'
import type { Term } from '../text/words.ts'

/** The things that ordinals count, by the measure words behind them; others are named by the words that follow. */
const counted: Readonly<Record<string, string>> = {
  季度: 'quarter',
  阶段: 'stage',
  批: 'batch',
  届: 'session',
  期: 'issue',
  轮: 'round',
  年: 'year',
  天: 'day',
  版: 'page',
  组: 'group',
  类: 'class',
  名: 'place',
  次: '',
  个: '',
  项: '',
  条: '',
  位: '',
  家: '',
}

/** The ordinal that begins with a segment (`第七批`), in English, and the number of its segments; null for none. */
export function ordinalIn(parts: readonly Term[], at: number): { meaning: string; taken: number } | null {
  if (!parts[at]!.term.startsWith('第')) return null
  // The segmenter parts ordinals in many ways.
  const text = parts
    .slice(at, at + longest)
    .map(({ term }) => term)
    .join('')
  const found = /^第([0-9]+|[零一二两三四五六七八九十百]+)(季度|阶段|[批届期轮年天版组类名次个项条位家])?/u.exec(text)
  const value = found && ordinalValue(found[1]!)
  if (!found || value === null) return null
  let length = 0
  for (let taken = 1; taken <= longest && at + taken <= parts.length; taken++) {
    length += parts[at + taken - 1]!.term.length
    if (length === found[0].length)
      return { meaning: `${inEnglish(value)} ${counted[found[2] ?? ''] ?? ''}`.trim(), taken }
  }
  return null
}

const longest = 6
/** A Chinese numeral below a thousand. */
const numeral = /^(?:[一二两三四五六七八九]百)?零?(?:[一二三四五六七八九]?十)?[零一二两三四五六七八九]?$/u

/** The value of digits or of a Chinese numeral below a thousand; null for any other text. */
function ordinalValue(text: string): number | null {
  if (/^[0-9]+$/u.test(text)) return Number(text)
  return numeral.test(text) ? numeralValue(text) : null
}

function inEnglish(value: number): string {
  const ending = ['th', 'st', 'nd', 'rd'][value % 10] ?? 'th'
  return `${value}${value % 100 > 10 && value % 100 < 14 ? 'th' : ending}`
}
