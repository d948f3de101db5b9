/** A unit of an English text. */
export interface Unit {
  /** The names of the unit in Chinese reports, the most usual first; none for a unit that they do not use. */
  readonly names: readonly string[]
  /** The number of the reports' units that it makes, where theirs is another. */
  readonly factor?: number
  /** The end of the unit in the text. */
  readonly end: number
}

/** Units with their names in Chinese reports, the most usual first. Longer phrases come first. */
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
  [/^(?:°\s?C\b|℃|degrees? (?:celsius|centigrade)\b)/iu, ['℃', '摄氏度', '度']],
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

/** The things that ordinals count, with the Chinese measure words for them. */
export const counted: readonly (readonly [RegExp, readonly string[]])[] = [
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

/** Units that reports do not use, each with theirs and the factor, or null where nobody converts them so. */
const foreign: readonly (readonly [RegExp, { readonly name: string; readonly factor: number } | null])[] = [
  [/^(?:(?:square|cubic|sq\.?) (?:miles?|feet|foot|ft|yards?|inch(?:es)?))\b/iu, null],
  [/^acres?\b/iu, { name: '亩', factor: 6.07 }],
  [/^miles?\b/iu, { name: '公里', factor: 1.609 }],
  [
    /^(?:feet|foot|ft|yards?|inch(?:es)?|pounds?|lbs?|ounces?|oz|gallons?|pints?|°\s?F|℉|degrees? fahrenheit)(?!\w)/iu,
    null,
  ],
]

/** The unit behind a number that ends at `end`; null where none that is known follows. */
export function unitAt(text: string, end: number): Unit | null {
  const rest = text.slice(end).replace(/^[\s-]+/u, '')
  const endOf = (match: string) => text.length - rest.length + match.length
  for (const [pattern, own] of foreign) {
    const match = pattern.exec(rest)
    if (match) return { names: own ? [own.name] : [], ...(own && { factor: own.factor }), end: endOf(match[0]) }
  }
  for (const [pattern, names] of units) {
    const match = pattern.exec(rest)
    if (match) return { names, end: endOf(match[0]) }
  }
  return null
}
