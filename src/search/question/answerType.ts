import { personTitles } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import { numeralValue } from '../../text/numerals.ts'
import type { Range } from '../../text/range.ts'

/** The type of the answer that a question asks for. */
export type AnswerType = 'number' | 'date' | 'person' | 'place' | 'reason' | 'list' | 'other'

/**
 * Interrogatives are a closed class of the language, so patterns can name them all. The first pattern that matches wins:
 * a date is also a number, and `哪年` must not be taken for `哪`.
 */
const interrogatives: readonly (readonly [AnswerType, RegExp])[] = [
  [
    'list',
    /几[个项条大点种样]?[^,。?]{0,16}(?:是什么|是哪|有哪|分别)|哪几|哪[两二三四五六七八九十0-9]|几大|几方面|几点(?:要求|意见|建议|措施|内容|原因|规定)/u,
  ],
  [
    'date',
    /什么时候|什么时间|(?<!任)何[时年月日]|哪[一]?[年月天日]|[哪何]一?个?(?:年代|世纪)|(?<![这那前后近好头十])几[月号日]|几点|啥时候|多久|哪个(?:年份?|月份?|季度|日子)|\bwhen\b|what (?:year|date|time|day)/u,
  ],
  [
    'number',
    /多少|(?<![这那前后近好头十])几(?![乎何])|多[大高长宽重远深快]|百分之几|占比|比例|比重|数量|人数|户数|总数|面积是|how (?:many|much|long|large|high)|what percentage/u,
  ],
  ['person', /谁|哪一?位|(?<!任)何人|什么人|哪[一]?个人|\bwho\b|whose/u],
  ['place', /哪里|哪儿|哪边|(?<!任)何[处地]|在哪(?!一?[代种届场次])|什么地方|啥地方|\bwhere\b/u],
  ['reason', /为什么|为何|为啥|原因|怎么|怎样|如何|\bwhy\b|\bhow\b/u],
  ['list', /哪些|哪[几两三四五六七八九十0-9]|分别|有什么|都有啥|几个方面/u],
]

/** The answer type of a Chinese question by its interrogative; `other` where it has none. */
export function answerTypeOf(question: string): AnswerType {
  const { text } = normalize(question)
  return interrogatives.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other'
}

const listed =
  /(?<![0-9第一二两三四五六七八九十百])([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:个|项|条|大|点|种|样|方面|者|化|句|步|类|件)/u

/** The number of things that a question for a list speaks of (`哪五个方面` → 5), or null. */
export function listSizeOf(question: string): number | null {
  const found = listed.exec(normalize(question).text)?.[1] ?? ''
  const size = /[0-9]/u.test(found) ? Number(found) : (numeralValue(found) ?? 0)
  return size > 1 ? size : null
}

/** True where a question asks who wrote something. */
export function asksWriters(question: string): boolean {
  const { text } = normalize(question)
  return /署名|(?<![部签])署的|作者|撰稿|执笔|(?:谁|哪[位个些两几]\S{0,4})(?:写|报道|撰)|记者(?:是|叫)|(?:写|报道)的(?:记者|人)|who wrote|\bbyline\b|reporters?\b/u.test(
    text,
  )
}

const digits = '0-9〇零一二两三四五六七八九十百千万亿'
/** Measure words and units are a closed class too; these can follow a figure. */
const units =
  '平方公里|平方米|公顷|立方米|公里|千米|毫克|公斤|千克|万元|亿元|美元|欧元|百分点|小时|分钟|个月|人次|场次|批次|周年|世纪|年代|元|吨|亩|顷|米|克|升|度|倍|个|家|户|人|名|位|套|栋|幢|座|所|间|处|台|辆|架|艘|条|件|起|宗|项|种|类|次|场|届|期|批|只|头|株|棵|本|册|篇|部|款|份|张|支|队|组|班|级|层|站|字|票|岁|年|月|日|天|周|号|点|分|秒|斤|强|成|折|块|片|门|封|%|‰|℃|[mμu]g/(?:l|m3)|km2?|[kmc]?m|[km]?g|kwh|[km]w'

const askedUnit = new RegExp(`(?:多少|(?<![这那前后近好头十])几)(?:(?!千[米克]|百分点)[万亿千百])?个?(${units})`, 'u')
const currency = /多少钱|钱|花[了费]|金额|资金|投资|经费|预算|收入|支出|产值|价格|售价|房价/u

/** The unit that a question for a figure names (`多少套` → `套`), `元` for money, or null. */
export function unitOf(question: string): string | null {
  const { text } = normalize(question)
  if (/哪[一]?天|(?<![这那前后近好头十])几[号日]|哪个日子/u.test(text)) return '日'
  const unit = askedUnit.exec(text)?.[1]
  // `个` counts anything, and the report may count the same thing otherwise (`900万人`).
  if (unit !== undefined && unit !== '个') return unit
  if (/百分之几|占比|比例|比重|率/u.test(text)) return '%'
  const measured = quantities.find(([quantity]) => quantity.test(text))
  if (measured) return measured[1]
  return /多少/u.test(text) && currency.test(text) ? '元' : null
}

/** Quantities that are measured in one kind of unit only, and words that say how precise a date is asked for. */
const quantities: readonly (readonly [RegExp, string])[] = [
  [/多大(?:了|年纪|岁数|年龄)|年龄是?多/u, '岁'],
  [/多少(?:常住|户籍|流动)?人口|人口(?:是|有|达|约)*多少|人数(?:是|有|达|约)*多少/u, '人'],
  [/面积(?:是|有|达|约)*多|多大面积/u, '平方米'],
  [/(?:里程|全长|长度)(?:是|有|达|约)*多/u, '公里'],
  [/多久|多长时间/u, '天'],
  [/[哪何]一?年|哪个年份/u, '年'],
]

/** A figure with its unit in normalised text. */
const figure = new RegExp(
  `百分之(?:[0-9.]+|[${digits}]+(?:点[${digits}]+)?)|(?:[0-9][0-9,.]*|[${digits}]+(?:点[${digits}]+)?)\\s*(?:多|余|来)?(?:万|亿|千|百)*(?:多|余)?(?:个(?=百分点|小时))?(?:${units})`,
  'gu',
)
/** A date from its first character to its last. */
const wholeDate =
  /(?:[0-9〇一二三四五六七八九]{4}年|[去今明]年)?(?:[0-9一二三四五六七八九十]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}[日号]|[底初末])?|[0-9一二三四五六七八九十]{1,3}[日号])|[0-9〇一二三四五六七八九]{4}年|[去今明昨]年|[昨今明前当][天日晚]|上半年|下半年|年底|除夕|元旦|春节/gu
const anyDate = new RegExp(`${wholeDate.source}|世纪|年代`, 'u')
/** A date that is precise to the day. */
const day =
  /(?:月|^|[^0-9])[0-9一二三四五六七八九十]{1,3}[日号](?!线|楼|院|令)|(?:昨|今|明|前|当)[天日晚晨]|(?:星期|周|礼拜)[一二三四五六日天]|除夕|元旦|春节/u
const place =
  /\p{Script=Han}{1,8}(?:省|市|区|县|镇|乡|村|街道|社区|路|街|广场|中心|大楼|大厦|馆|园|院|校|厅|站|港|岛|州|国)/u
const person = new RegExp(
  `${personTitles}|(?<=[,。、 ]|^)\\p{Script=Han}{2,4}(?:说|表示|指出|强调|认为|介绍|告诉)`,
  'u',
)
const reason = /因为|由于|因此|所以|为了|导致|原因|旨在|以便|从而|通过|要/u

/** True where a normalised text holds something of an answer type, and always for types that leave no mark in a text. */
export function holdsAnswerType(plain: string, type: AnswerType, unit: string | null): boolean {
  if (type === 'number')
    return unit === null ? /[0-9]|百分之/u.test(plain) || plain.match(figure) !== null : holdsUnit(plain, unit)
  if (type === 'date') return (unit === '日' ? day : anyDate).test(plain)
  if (type === 'place') return place.test(plain)
  if (type === 'person') return person.test(plain)
  if (type === 'reason') return reason.test(plain)
  if (type === 'list') return /、[^。]*、|;|(?:一|二|三)(?:是|要)|第[一二三]/u.test(plain)
  return true
}

/** The figures in the unit asked for, or the dates, as ranges of a normalised text; none for other answer types. */
export function pointsIn(plain: string, type: AnswerType, unit: string | null): Range[] {
  const isAsked = (found: string) => {
    if (type === 'date') return unit !== '日' || day.test(found)
    // Dates are figures with units too, but not what `多少` asks for.
    return unit === null ? !/^(?:19|20)[0-9]{2}年$|[月日号]$/u.test(found) : measures(found, unit)
  }
  const pattern = type === 'date' ? wholeDate : type === 'number' ? figure : null
  const found = pattern === null ? [] : [...plain.matchAll(pattern)].filter(([match]) => isAsked(match))
  return found.map(({ 0: match, index }): Range => [index, index + match.length])
}

/**
 * Groups of units that measure the same kind of thing. All classifiers that stand in no group are taken for alike, since
 * people and reports count the same things by different ones (`多少块场地`, `126个`).
 */
const unitGroups: readonly (readonly string[])[] = [
  ['元', '美元', '欧元', '万元', '亿元'],
  ['%', '‰', '百分点', '成', '倍'],
  ['人', '名', '位', '人次'],
  ['年', '个月', '月', '日', '天', '周', '小时', '分钟', '周年', '世纪', '年代', '点', '分', '秒', '号'],
  ['岁'],
  ['平方公里', '平方米', '公顷', '亩', '顷'],
  ['立方米', '升'],
  ['公里', '千米', '米'],
  ['吨', '公斤', '千克', '克', '毫克', '斤'],
  ['度', '℃', 'kwh'],
]

function groupOf(unit: string): readonly string[] | null {
  return unitGroups.find((group) => group.includes(unit)) ?? null
}

function holdsUnit(plain: string, unit: string): boolean {
  if (unit === '%' && plain.includes('百分之')) return true
  return (plain.match(figure) ?? []).some((found) => measures(found, unit))
}

function measures(found: string, unit: string): boolean {
  if (found.startsWith('百分之')) return unit === '%'
  return groupOf(unitAtEnd.exec(found)?.[0] ?? '') === groupOf(unit)
}

const unitAtEnd = new RegExp(`(?:${units})$`, 'u')
