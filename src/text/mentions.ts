import { normalize } from './normalize.ts'
import { numeralInDigits, numeralValue } from './numerals.ts'
import type { Range } from './range.ts'
import { segments } from './words.ts'

/** The years, ordinals, figures, places and titles of persons that a text names. They are compared, never shown. */

/** A year in Chinese numerals (`二〇二三`, `一九九八`), as a part of a pattern. */
export const yearInNumerals = '[一二][九〇○零][〇○零一二三四五六七八九]{2}'
/** A year in digits, not a part of a longer number and not followed by a unit. */
const yearInDigits = '(?<![0-9.])(?:19|20)[0-9]{2}(?![0-9.]|万|亿|元|人|家|户|个)'

/** The years named in a text, `二〇二〇年` and `2016—2020年` included. */
export function yearsIn(text: string): Set<number> {
  const { text: plain } = normalize(text)
  const years = new Set<number>()
  for (const [found] of plain.matchAll(new RegExp(yearInDigits, 'gu'))) years.add(Number(found))
  for (const [found] of plain.matchAll(new RegExp(`${yearInNumerals}(?=年)`, 'gu'))) years.add(numeralValue(found)!)
  for (const [, from, to] of plain.matchAll(/((?:19|20)[0-9]{2})年?[-~至到]((?:19|20)[0-9]{2})/gu)) {
    for (let year = Number(from); year <= Number(to) && years.size < 200; year++) years.add(year)
  }
  // China's five-year plans, the sixth (1981–1985) and later ones without a gap.
  for (const [, quoted, named, later] of plain.matchAll(
    /(?<=["“])(六|七|八|九|十)五(?=["”])|(?<![第〇零一二三四五六七八九十百千万])(六|七|八|九|十)五(?=计划|规划|时期|期间|以来|末|初)|(?<![第〇零一二三四五六七八九十百千万])(十[一二三四五六七八九])五(?!年|月|日|个|名|家|分)/gu,
  )) {
    const first = 1981 + 5 * ((numeralValue((quoted ?? named ?? later)!) ?? 6) - 6)
    for (let year = first; year < first + 5; year++) years.add(year)
  }
  return years
}

/** Years in two digits, as people type them: `18年`, but not `10年来` or `第18年`. */
const shortYear = /(?<![0-9第近前后.])([0-9]{2})年(?![来前后间内里以多级])/gu

/** The years that a question names in two digits (`18年全市` → 2018), from 1990 to 2049. */
export function shortYearsIn(text: string): Set<number> {
  return new Set(
    [...text.matchAll(shortYear)]
      .map(([, digits]) => (Number(digits) >= 90 ? 1900 : 2000) + Number(digits))
      .filter((year) => year < 2050),
  )
}

/** The ranges of the years that a normalised question names, in two digits or four. */
export function yearRanges(text: string): Range[] {
  const found = [...text.matchAll(new RegExp(`${yearInDigits}年?度?`, 'gu')), ...text.matchAll(shortYear)]
  return found.map(({ 0: match, index }): Range => [index, index + match.length])
}

const ordinals =
  /第([0-9]{1,3}|[一二三四五六七八九十百零]{1,6})(\p{Script=Han})|(?<![0-9第一二三四五六七八九十百])([0-9]{1,3}|[一二三四五六七八九十]{1,3})(届|次(?=全?会))/gu

/** The ordinals named in a text, as what is counted and the number: `第八批` and `第8批` give `批8`, `十届五次全会` gives `届10` and `次5`. */
export function ordinalsIn(text: string): Set<string> {
  const found = new Set<string>()
  for (const [, number, counted, bare, session] of normalize(text).text.matchAll(ordinals)) {
    const written = (number ?? bare)!
    const value = /[0-9]/u.test(written) ? Number(written) : numeralValue(written)
    if (value !== null) found.add(`${counted ?? session}${value}`)
  }
  return found
}

/** The figures named in a text besides years, in digits: `98%`, `百分之九十八` and `2.4亿`, `二点四亿` agree. */
export function figuresIn(text: string): Set<string> {
  const { text: plain } = normalize(text)
  const found = new Set<string>()
  for (const [match, number, scale] of plain.matchAll(/([0-9][0-9,]*(?:\.[0-9]+)?)(万亿|[万亿])?/gu)) {
    if (!/^(?:19|20)[0-9]{2}$/u.test(match)) found.add(number!.replaceAll(',', '') + (scale ?? ''))
  }
  for (const [, percent, number] of plain
    .replace(new RegExp(`${yearInNumerals}年`, 'gu'), ' ')
    .matchAll(/(百分之)?([零〇一二两三四五六七八九十百千万亿点]+)/gu)) {
    const value = numeralInDigits(number!)
    if (value !== null && (percent !== undefined || number!.length > 1)) found.add(value)
  }
  return found
}

const placeSuffix = /^\p{Script=Han}{2,6}[省市县区镇乡州盟旗]$/u

/** A place's name without its rank (`武进区` → `武进`); null for what is no administrative place. */
export function placeName(text: string): string | null {
  return /^(\p{Script=Han}{2,6}?)(?:自治[区州县]|街道|[省市县区镇乡州盟旗])$/u.exec(text)?.[1] ?? null
}

/**
 * The administrative places that a question names, without their rank (`海南省` → `海南`).
 * @param known places of the reports, which are told also where the question leaves out their rank
 */
export function placesIn(text: string, known: Iterable<string> = []): Set<string> {
  const found = new Set<string>()
  for (const place of known) if (text.includes(place)) found.add(place)
  const parts = segments(normalize(text).text)
  for (const [i, { term }] of parts.entries()) {
    if (placeSuffix.test(term)) found.add(term.slice(0, -1))
    else if (/^(?:街道|社区|(?:省|市|县|区|州)(?:政府|委)?|村|镇|乡)$/u.test(term)) {
      const before = parts[i - 1]?.term ?? ''
      // `哪一个省` names none.
      if (/^\p{Script=Han}{2,4}$/u.test(before) && !/[个哪这那各每]/u.test(before)) found.add(before)
    }
  }
  return found
}

/** Titles of persons, as alternatives of a pattern. */
export const personTitles =
  '书记|省长|市长|州长|区长|县长|镇长|乡长|村长|主席|总理|部长|厅长|局长|处长|科长|所长|站长|队长|会长|行长|厂长|馆长|院长|校长|园长|主任|主编|记者|经理|董事长|总裁|秘书长|巡视员|工程师|导演|作者|教授|博士|医生|律师|总统|国王|皇帝'

/** The titles of persons that a normalised text names. */
export function titlesIn(text: string): Set<string> {
  return new Set(text.match(new RegExp(personTitles, 'gu')) ?? [])
}

/** True where a normalised text names somebody with a title: behind it stand two to four characters and then a mark. */
export function namesWithTitle(text: string, title: string): boolean {
  return new RegExp(`${title}[: ]?\\p{Script=Han}{2,4}(?=[,。、;()\\s]|$)`, 'u').test(text)
}
