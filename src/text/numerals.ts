/** Chinese numerals. Each reader of numbers has a pattern of its own, which decides which of them it takes. */

const digits = '〇一二三四五六七八九'
const powers: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 }

/**
 * The value of a whole number below ten thousand in Chinese numerals. Without 十, 百 and 千 the characters are read as
 * digits, as in years (`二〇二三`). Zero may be written 〇, ○ or 零, and 两 counts as two.
 * @returns null for a text that is empty or holds anything else, or two digits in a row beside 十, 百 or 千
 */
export function numeralValue(text: string): number | null {
  if (text === '') return null
  if (!/[十百千]/u.test(text)) {
    const values = [...text].map(digitValue)
    return values.includes(-1) ? null : Number(values.join(''))
  }
  let sum = 0
  let digit = 0
  for (const character of text) {
    const power = powers[character]
    if (power !== undefined) {
      sum += (digit || 1) * power
      digit = 0
    } else {
      if (digit > 0) return null
      digit = digitValue(character)
      if (digit < 0) return null
    }
  }
  return sum + digit
}

/** The number of a Chinese numeral in digits, with 万 and 亿 as they stand (`二点四亿` → `2.4亿`); null for any other text. */
export function numeralInDigits(text: string): string | null {
  const [, body = '', scale = ''] = /^(.*?)(万亿|[万亿])?$/u.exec(text) ?? []
  const [whole = '', fraction] = body.split('点')
  if (fraction === '' || (fraction !== undefined && /[十百千]/u.test(fraction))) return null
  const value = numeralValue(whole)
  if (value === null) return null
  const decimals = fraction === undefined ? '' : `.${[...fraction].map(digitValue).join('')}`
  return `${value}${decimals}${scale}`
}

/** The value of one digit, −1 for any other character. */
function digitValue(character: string): number {
  return character === '两' ? 2 : '零○'.includes(character) ? 0 : digits.indexOf(character)
}
