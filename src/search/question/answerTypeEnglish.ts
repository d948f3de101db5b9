import type { AnswerType } from './answerType.ts'

/** English interrogatives are a closed class as well; the first pattern that matches wins. */
const interrogatives: readonly (readonly [AnswerType, RegExp])[] = [
  [
    'date',
    /\bwhen\b|\b(?:what|which|whose) (?:\w+ )?(?:years?|dates?|days?|months?|time|century|decades?|quarter)\b|\bsince what\b|\bhow long ago\b/iu,
  ],
  [
    'number',
    /\bhow (?:many|much|long|large|big|high|tall|old|far|deep|wide|often|fast|heavy|great)\b|\b(?:what|which)(?: \w+){0,3} (?:percent(?:age)?|per cent|proportion|share|portion|fraction|number|amount|total|rate|ratio|size|area|length|height|value|price|cost|budget|population|temperature|score|output|revenue|target|figure|ranking)\b|\bby how\b|\bnumber of\b/iu,
  ],
  [
    'person',
    /\bwho(?:m|se)?\b|\b(?:what|which) (?:\w+ )?(?:person|people|official|secretary|mayor|leader|author|reporter|writer|director|doctor|teacher|player|king|man|woman)\b/iu,
  ],
  [
    'place',
    /\bwhere\b|\b(?:what|which) (?:\w+ )?(?:place|village|town|township|city|county|district|province|country|street|river|lake|community|location|site|region|area|school|hospital|park)\b/iu,
  ],
  [
    'reason',
    /\bwhy\b|\bhow (?:do|does|did|is|are|was|were|can|could|should|will|has|have)\b|\bfor what (?:reason|purpose)\b/iu,
  ],
  [
    'list',
    /^\s*(?:name|list)\b|\b(?:what|which) (?:\w+[ -]){0,5}?\w+(?<!s)s (?:are|were|have|had|do|did|should|must|will|can|does|was|is|has)\b|\bwhat (?:are|were)\b|\bon which\b/iu,
  ],
]

/** The answer type of an English question by its interrogative; `other` where it has none. */
export function answerTypeOfEnglish(question: string): AnswerType {
  return interrogatives.find(([, pattern]) => pattern.test(question))?.[0] ?? 'other'
}

/** Things that Chinese reports measure in one kind of unit. */
const units: readonly (readonly [RegExp, string])[] = [
  [/\b(?:percent(?:age)?|per cent|proportion|share|rate|ratio)\b/iu, '%'],
  [/\bhow old\b/iu, '岁'],
  [
    /\bhow many (?:\w+ )?(?:people|persons|residents|workers|students|volunteers|inhabitants|employees|members|teachers|doctors|officials|cadres)\b|\bpopulation\b/iu,
    '人',
  ],
  [
    /\bhow many (?:\w+ )?(?:years|months|days|weeks|hours|minutes)\b|\bhow long (?:did|does|was|has|will|have|ago|is it)\b/iu,
    '天',
  ],
  [/\bhow many (?:\w+ )?(?:square|hectares|mu|acres)\b|\b(?:what|which|how large)\b.*\barea\b/iu, '平方米'],
  [/\bhow many (?:\w+ )?(?:kilomet(?:re|er)s|km|met(?:re|er)s|miles)\b|\bhow (?:far|tall|high|wide|deep)\b/iu, '公里'],
  [/\bhow many (?:\w+ )?(?:tons|tonnes)\b/iu, '吨'],
  [
    /\bhow much\b.*\b(?:money|cost|spen[dt]|invest\w*|pa(?:y|id)|fund\w*|revenue|income|budget|yuan|worth|subsid\w*|sales)\b|\b(?:what|which|how many|how much)\b.*\b(?:revenue|investment|budget|cost|price|income|expenditure|output value|yuan|dollars|salary|wage|subsidy)\b/iu,
    '元',
  ],
  [/\b(?:what|which) years?\b/iu, '年'],
  [/\b(?:what|which) (?:day|date)\b/iu, '日'],
]

/** The unit of what an English question asks for, as `unitOf` gives it for a Chinese one, or null. */
export function unitOfEnglish(question: string): string | null {
  return units.find(([pattern]) => pattern.test(question))?.[1] ?? null
}

const numbers = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** The number of things that an English question for a list speaks of (`the five aspects` → 5), or null. */
export function listSizeOfEnglish(question: string): number | null {
  const found = /\b(two|three|four|five|six|seven|eight|nine|ten|[2-9]|10)\b/iu.exec(question)?.[1]?.toLowerCase()
  return found === undefined ? null : numbers.includes(found) ? numbers.indexOf(found) + 2 : Number(found)
}
