import { months } from './englishWords.ts'
import { counted, type Unit, unitAt } from './units.ts'

/** A figure in an English question, with the ways in which Chinese reports would write it. */
export interface Figure {
  readonly kind: 'year' | 'date' | 'figure' | 'ordinal'
  /** The range of its words in the question, half-open. */
  readonly range: readonly [number, number]
  /** Ways of writing the figure, the most usual first; none for a figure in a unit that reports do not use. */
  readonly forms: readonly string[]
}

const scales: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 1e2,
  k: 1e3,
  thousand: 1e3,
  million: 1e6,
  mn: 1e6,
  billion: 1e9,
  bn: 1e9,
  trillion: 1e12,
}
const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const smallOrdinals =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'.split(
    ' ',
  )
const tensOrdinals = 'twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth'.split(' ')

const digitNumber = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d|[,.]\d)|\d+(?:\.\d+)?`
const scaleWord = 'dozen|hundred|thousand|million|billion|trillion'
const wordNumber = [...tens, ...small].join('|')
/** `one hundred and twenty`, `a hundred thousand`, `half a million`, `nineteen ninety-five`. */
const numberInWords = String.raw`(?:half an? (?:${scaleWord})|(?:an? )?(?:${scaleWord})|${wordNumber})\b(?:(?:[- ]|(?<=hundred|thousand|million) and )(?:${wordNumber}|${scaleWord})\b)*`
const number = new RegExp(
  String.raw`(?<![\w.])(?:(?<money>US\$|\$|¥|RMB ?|€)\s?)?(?<figure>${digitNumber}|${numberInWords})(?<scale>(?:[- ]?(?:${scaleWord}|mn|bn)\b|(?<=\d)k\b)*)(?<rest>[- ]?)(?![\d])`,
  'giu',
)
const yearInWords = /^(?:eighteen|nineteen|twenty|two thousand)\b/iu
const monthName = String.raw`(?<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?`
const date = new RegExp(
  String.raw`(?<![\w])(?:(?<before>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?${monthName}(?: (?<after>\d{1,2})(?:st|nd|rd|th)?\b(?!,\d))?(?:,?(?: of)? (?<year>(?:19|20)\d{2})\b)?`,
  'giu',
)
/** The words before a month, by which it is told where its name may be another word. */
const beforeMonth =
  /\b(?:in|since|until|till|by|of|during|last|this|next|from|to|through|before|after|early|late|mid|each|every)[ -]$/iu
const isoDate =
  /(?<![\w.-])(?<year>(?:19|20)\d{2})(?<mark>[-/.])(?<month>0?[1-9]|1[0-2])\k<mark>(?<day>3[01]|[12]\d|0?[1-9])(?![\w-]|\.\d)/gu
const ordinal = new RegExp(
  String.raw`(?<![\w.])(?:(?<digits>\d{1,3})(?:st|nd|rd|th)|(?<tens>${tens.join('|')})[- ](?<ones>${smallOrdinals.slice(1, 10).join('|')})|(?<word>${[...smallOrdinals, ...tensOrdinals].join('|')}))\b`,
  'giu',
)

/** The figures, years, dates and ordinals of an English question, in order, none inside another. */
export function figuresOf(text: string): Figure[] {
  const found: Figure[] = []
  const isFree = (from: number, to: number) => found.every(({ range }) => to <= range[0] || from >= range[1])
  const add = (kind: Figure['kind'], from: number, to: number, forms: readonly string[]) => {
    if (forms.length > 0 && isFree(from, to)) found.push({ kind, range: [from, to], forms: [...new Set(forms)] })
  }
  for (const { 0: all, index, groups } of text.matchAll(isoDate)) {
    const inYear = `${Number(groups!.month)}月${Number(groups!.day)}日`
    add('date', index, index + all.length, [`${groups!.year}年${inYear}`, inYear])
  }
  for (const match of text.matchAll(date)) {
    const { before, month, after, year } = match.groups!
    const day = before ?? after
    if (!isMonth(month!, day !== undefined, year !== undefined, text.slice(0, match.index))) continue
    const inYear = `${months.get(month!.toLowerCase().slice(0, 3))}月${day === undefined ? '' : `${Number(day)}日`}`
    add(
      'date',
      match.index,
      match.index + match[0].length,
      year === undefined ? [inYear] : [`${year}年${inYear}`, inYear],
    )
  }
  for (const match of text.matchAll(ordinal)) {
    const end = match.index + match[0].length
    const value = ordinalValue(match.groups!)
    const rest = text.slice(end).replace(/^[\s-]+/u, '')
    const [pattern, measures] = counted.find(([pattern]) => pattern.test(rest)) ?? []
    const plan = /^five[- ]year (?:plan|programme|program)s?\b/iu.exec(rest)
    if (plan) {
      const name = chineseWhole(value)
      const forms = [`第${name}个五年计划`, `第${name}个五年规划`, `${name}五`]
      add('figure', match.index, text.length - rest.length + plan[0].length, value > 10 ? forms.reverse() : forms)
    } else if (/^centur(?:y|ies)\b/iu.test(rest)) {
      const length = end + /^[\s-]+\w+/u.exec(text.slice(end))![0].length
      add('figure', match.index, length, [`${value}世纪`, `${chineseWhole(value)}世纪`])
    } else if (pattern && measures) {
      const length = text.length - rest.length + pattern.exec(rest)![0].length
      add(
        'ordinal',
        match.index,
        length,
        measures.flatMap((measure) => [
          `第${chineseWhole(value)}${measure}`,
          `第${value}${measure}`,
          ...(measure === '季度' ? [chineseWhole(value) + measure] : []),
        ]),
      )
    } else add('ordinal', match.index, end, [`第${chineseWhole(value)}`, `第${value}`])
  }
  for (const match of text.matchAll(number)) {
    const { money, figure, scale } = match.groups!
    const start = match.index
    const end = start + match[0].length
    const isDigits = /^\d/u.test(figure!)
    const value = numberOf(figure!, scale!)
    if (value === null) continue
    const decade = isDigits && scale === '' && /^[’']?s\b/u.test(text.slice(end))
    if (decade) {
      const forms = [
        `${figure}年代`,
        `${figure!.slice(2)}年代`,
        `${Math.floor(value / 100) + 1}世纪${figure!.slice(2)}年代`,
      ]
      if (/^(?:1[5-9]|20)\d0$/u.test(figure!)) add('figure', start, end + 1, forms)
      continue
    }
    const unit: Unit | null = money === undefined ? unitAt(text, end) : { names: [currencyOf(money)], end }
    const isYear = isDigits
      ? /^(?:1[0-9]|20)\d{2}$/u.test(figure!)
      : yearInWords.test(figure!) && value >= 1800 && value < 2100 && value % 100 !== 0
    if (isYear && scale === '' && !unit) {
      add('year', start, start + figure!.length, [`${value}年`])
      continue
    }
    // A small number in words says little by itself (`the two sides`).
    if (!isDigits && value <= 10 && scale === '' && !unit) continue
    if (unit?.names.length === 0) {
      if (isFree(start, unit.end)) found.push({ kind: 'figure', range: [start, unit.end], forms: [] })
      continue
    }
    const plain = valuesIn(unit, value, figure!).flatMap(numeralsOf)
    const forms = unit ? unit.names.flatMap((name) => plain.map((form) => withUnit(form, name, value))) : plain
    add('figure', start, unit?.end ?? start + match[0].trimEnd().replace(/-$/u, '').length, forms)
  }
  return found.sort((a, b) => a.range[0] - b.range[0])
}

/** True when a month's name means the month: `May` and `March` may be verbs, and abbreviations names. */
function isMonth(name: string, hasDay: boolean, hasYear: boolean, before: string): boolean {
  if (!/^(?:May|March|Mar|Jun|Jan|Dec|Sep)$/iu.test(name) || hasYear || beforeMonth.test(before)) return true
  return hasDay && /^\p{Lu}/u.test(name)
}

/** A value in the reports' unit. A converted one is as exact as it was given, and a digit more. */
function valuesIn(unit: Unit | null, value: number, figure: string): number[] {
  if (unit?.factor === undefined) return [value]
  const converted = value * unit.factor
  const given = Math.max(2, figure.replace(/\D|[0., ]+$/gu, '').length)
  return [given, given + 1].map((digits) => Number(converted.toPrecision(digits)))
}

function currencyOf(sign: string): string {
  return /\$/u.test(sign) ? '美元' : sign === '€' ? '欧元' : '元'
}

function withUnit(form: string, name: string, value: number): string {
  if (name === '%' && !/^[0-9.,]+$/u.test(form)) return `百分之${chineseWhole(value)}`
  return form + name
}

/** A number's usual ways of writing, the most usual first: `16亿`, `160000万`; `4124`, `4,124`; all the same value. */
export function numeralsOf(value: number): string[] {
  const forms: string[] = []
  const scaled = (by: number, sign: string) => {
    const digits = trimmed(value / by)
    if (digits.replace(/^\d+\.?/u, '').length <= 4) forms.push(`${digits}${sign}`)
  }
  if (value >= 1e12) scaled(1e12, '万亿')
  if (value >= 1e8) scaled(1e8, '亿')
  if (value >= 1e4) scaled(1e4, '万')
  const plain = trimmed(value)
  if (value < 1e9) forms.push(plain)
  if (value >= 1000 && value < 1e9) forms.push(withCommas(plain))
  if (value < 1e4) forms.reverse()
  if (Number.isInteger(value) && value > 0 && value <= 100) forms.push(chineseWhole(value))
  return [...new Set(value < 1e4 ? [plain, ...forms] : forms)]
}

function trimmed(value: number): string {
  return Number(value.toPrecision(12)).toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 12 })
}

function withCommas(plain: string): string {
  return plain.replace(/\d(?=(?:\d{3})+(?:\.|$))/gu, '$&,')
}

const chineseDigits = '零一二三四五六七八九'

/** A whole number 0 … 9999 in Chinese; digits for others. */
export function chineseWhole(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 9999) return trimmed(value)
  if (value < 10) return chineseDigits[value]!
  let text = ''
  let isGap = false
  for (const [power, sign] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / power) % 10
    if (digit === 0) isGap = text !== ''
    else {
      text += `${isGap ? '零' : ''}${text === '' && power === 10 && digit === 1 ? '' : chineseDigits[digit]}${sign}`
      isGap = false
    }
  }
  return text
}

/** The value of `1.6` with the scale `billion`, or of `one hundred and twenty`; null for what is no number. */
export function numberOf(figure: string, scale = ''): number | null {
  let value = /^\d/u.test(figure) ? Number(figure.replace(/[,\s]/gu, '')) : wordsValue(figure)
  if (Number.isNaN(value)) return null
  for (const word of scale.toLowerCase().match(/[a-z]+/gu) ?? []) value *= scales[word] ?? 1
  return Number(value.toPrecision(12))
}

function wordsValue(words: string): number {
  let sum = 0
  let below = 0
  for (const word of words.toLowerCase().split(/[- ]/u)) {
    if (['half', 'a', 'an', 'and'].includes(word)) continue
    const scale = scales[word]
    if (scale !== undefined) {
      if (scale >= 1000) sum += (below || 1) * scale
      below = scale >= 1000 ? 0 : (below || 1) * scale
      continue
    }
    const ten = tens.indexOf(word)
    const value = ten >= 0 ? 20 + 10 * ten : small.indexOf(word)
    if (value < 0) return Number.NaN
    const isOnes = below % 10 === 0 && below % 100 >= 20 && value > 0 && value < 10
    if (below % 100 !== 0 && !isOnes) {
      // `nineteen ninety-five`, `twenty sixteen`.
      if (sum > 0 || below < 18 || below > 20 || value < 10) return Number.NaN
      below *= 100
    }
    below += value
  }
  return (sum + below) * (/^half\b/iu.test(words) ? 0.5 : 1)
}

function ordinalValue({ digits, tens: ten, ones, word }: Record<string, string | undefined>): number {
  if (digits !== undefined) return Number(digits)
  if (ten !== undefined) return 20 + 10 * tens.indexOf(ten.toLowerCase()) + smallOrdinals.indexOf(ones!.toLowerCase())
  const plain = smallOrdinals.indexOf(word!.toLowerCase())
  return plain >= 0 ? plain : 20 + 10 * tensOrdinals.indexOf(word!.toLowerCase())
}
