import { months } from './englishWords.ts'

/** What a stretch of an English question says in figures, and how Chinese reports would write it. */
export interface Figure {
  readonly kind: 'year' | 'date' | 'figure' | 'ordinal'
  /** In the question, half-open. */
  readonly range: readonly [number, number]
  /** Ways of writing it, the most usual first; all mean the same. */
  readonly forms: readonly string[]
}

const scales: Readonly<Record<string, number>> = {
  hundred: 1e2,
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

/** Units with what Chinese reports call them, the most usual first. Longer phrases first. */
const units: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:percentage points?)\b/iu, ['个百分点']],
  [/^(?:%|per ?cent\b)/iu, ['%']],
  [/^(?:square (?:kilomet(?:re|er)s?|km)|sq\.? ?km|km2|km²)(?!\w)/iu, ['平方公里', '平方千米']],
  [/^(?:square met(?:re|er)s?|sq\.? ?m|m2|m²)(?!\w)/iu, ['平方米']],
  [/^(?:cubic met(?:re|er)s?|m3|m³)(?!\w)/iu, ['立方米', '方']],
  [/^(?:kilomet(?:re|er)s?|kms?)\b/iu, ['公里', '千米']],
  [/^(?:kilowatt[- ]hours?|kwh)\b/iu, ['千瓦时', '度']],
  [/^(?:kilowatts?|kw)\b/iu, ['千瓦']],
  [/^(?:kilograms?|kg)\b/iu, ['公斤', '千克']],
  [/^(?:(?:metric )?tons?|tonnes?)\b/iu, ['吨']],
  [/^hectares?\b/iu, ['公顷']],
  [/^mu\b/iu, ['亩']],
  [/^(?:met(?:re|er)s?|m)\b/iu, ['米']],
  [/^(?:US|U\.S\.) dollars?\b|^dollars?\b|^usd\b/iu, ['美元']],
  [/^euros?\b/iu, ['欧元']],
  [/^(?:yuan|rmb|renminbi|cny)\b/iu, ['元']],
  [/^(?:flats?|apartments?|suites?|housing units?|homes?)\b/iu, ['套']],
  [/^households?\b/iu, ['户']],
  [/^(?:people|persons?|residents?|workers?|students?|patients?|volunteers?|employees?|members?)\b/iu, ['人', '名']],
  [/^(?:person[- ]times?|visits?|visitors?|trips?)\b/iu, ['人次']],
  [/^(?:projects?)\b/iu, ['个', '项']],
  [/^(?:buildings?|blocks?)\b/iu, ['栋', '幢']],
  [/^(?:vehicles?|cars?|buses)\b/iu, ['辆']],
  [/^(?:cases?)\b/iu, ['件', '起', '例']],
  [/^(?:companies|enterprises|firms|businesses|shops?|hospitals?)\b/iu, ['家']],
  [/^(?:schools?)\b/iu, ['所']],
  [/^times\b/iu, ['次', '倍']],
  [/^years? old\b/iu, ['岁']],
  [/^years?\b/iu, ['年']],
  [/^months?\b/iu, ['个月']],
  [/^days?\b/iu, ['天', '日']],
  [/^hours?\b/iu, ['小时']],
  [/^minutes?\b/iu, ['分钟']],
  [/^weeks?\b/iu, ['周']],
]

/** What an ordinal counts, with the Chinese measure words for it. */
const counted: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^batch(?:es)?\b/iu, ['批']],
  [/^(?:plenary )?(?:sessions?|plenums?|plenary|meetings?)\b/iu, ['次', '届']],
  [/^(?:editions?|congress|annual|festival|forum|expo|conference|national congress)\b/iu, ['届', '次']],
  [/^quarters?\b/iu, ['季度']],
  [/^(?:phases?|stages?)\b/iu, ['期', '阶段']],
  [/^(?:issues?|periods?)\b/iu, ['期']],
  [/^rounds?\b/iu, ['轮']],
  [/^(?:places?|positions?)\b/iu, ['名', '位']],
  [/^(?:days?)\b/iu, ['天']],
  [/^(?:years?)\b/iu, ['年']],
  [/^(?:times?)\b/iu, ['次']],
  [/^pages?\b/iu, ['版', '页']],
  [/^(?:groups?)\b/iu, ['组']],
  [/^(?:class(?:es)?|types?)\b/iu, ['类']],
]

const digitNumber = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`
const wordNumber = `(?:${[...tens, ...small].join('|')})`
const scaleWord = 'hundred|thousand|million|billion|trillion|mn|bn'
const number = new RegExp(
  String.raw`(?<![\w.])(?:(?<money>US\$|\$|¥|RMB ?|€)\s?)?(?<figure>${digitNumber}|${wordNumber}(?:[- ]${wordNumber})*)(?<scale>(?:[- ]?(?:${scaleWord})\b)*)(?<rest>[- ]?)(?![\d])`,
  'giu',
)
const monthName = String.raw`(?<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?`
const date = new RegExp(
  String.raw`(?<![\w])(?:(?<before>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?${monthName}(?: (?<after>\d{1,2})(?:st|nd|rd|th)?\b(?!,\d))?(?:,? (?<year>(?:19|20)\d{2})\b)?`,
  'gu',
)
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
  for (const match of text.matchAll(date)) {
    const { before, month, after, year } = match.groups!
    const day = before ?? after
    // `May` and `March` alone may be verbs.
    if (day === undefined && year === undefined && /^(?:May|March|Mar|Jun|Jan|Dec|Sep)$/u.test(month!)) continue
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
        measures.flatMap((measure) => [`第${chineseWhole(value)}${measure}`, `第${value}${measure}`]),
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
    if (
      isDigits &&
      scale === '' &&
      money === undefined &&
      /^(?:1[0-9]|20)\d{2}$/u.test(figure!) &&
      !unitAt(text, end)
    ) {
      add('year', start, start + figure!.length, [`${figure}年`])
      continue
    }
    const unit = money === undefined ? unitAt(text, end) : { names: [currencyOf(money)], end }
    const plain = numeralsOf(value)
    // A small number in words says little by itself (`the two sides`).
    if (!isDigits && value <= 10 && scale === '' && !unit) continue
    const forms = unit ? unit.names.flatMap((name) => plain.map((form) => withUnit(form, name, value))) : plain
    add('figure', start, unit?.end ?? start + match[0].trimEnd().replace(/-$/u, '').length, forms)
  }
  return found.sort((a, b) => a.range[0] - b.range[0])
}

function unitAt(text: string, end: number): { names: readonly string[]; end: number } | null {
  const rest = text.slice(end).replace(/^[\s-]+/u, '')
  for (const [pattern, names] of units) {
    const match = pattern.exec(rest)
    if (match) return { names, end: text.length - rest.length + match[0].length }
  }
  return null
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

/** The value of `1.6`, `billion` or `twenty five`, `hundred`; null for what is no number. */
export function numberOf(figure: string, scale = ''): number | null {
  let value = /^\d/u.test(figure) ? Number(figure.replaceAll(',', '')) : wordsValue(figure)
  if (Number.isNaN(value)) return null
  for (const word of scale.toLowerCase().match(/[a-z]+/gu) ?? []) value *= scales[word] ?? 1
  return Number(value.toPrecision(12))
}

function wordsValue(words: string): number {
  let sum = 0
  for (const word of words.toLowerCase().split(/[- ]/u)) {
    const ten = tens.indexOf(word)
    const one = small.indexOf(word)
    if (ten < 0 && one < 0) return Number.NaN
    sum += ten >= 0 ? 20 + 10 * ten : one
  }
  return sum
}

function ordinalValue({ digits, tens: ten, ones, word }: Record<string, string | undefined>): number {
  if (digits !== undefined) return Number(digits)
  if (ten !== undefined) return 20 + 10 * tens.indexOf(ten.toLowerCase()) + smallOrdinals.indexOf(ones!.toLowerCase())
  const plain = smallOrdinals.indexOf(word!.toLowerCase())
  return plain >= 0 ? plain : 20 + 10 * tensOrdinals.indexOf(word!.toLowerCase())
}
