/** Pinyin as people type it: with tones or without, with or without spaces and apostrophes. */

/** All syllables of standard Chinese, finals by initial; a closed class. `ü` is written `u`. */
const finals: Readonly<Record<string, string>> = {
  '': 'a ai an ang ao e ei en er o ou',
  b: 'a ai an ang ao ei en eng i ian iao ie in ing o u',
  c: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
  ch: 'a ai an ang ao e en eng i ong ou u uai uan uang ui un uo',
  d: 'a ai an ang ao e ei eng i ia ian iao ie ing iu ong ou u uan ui un uo',
  f: 'a an ang ei en eng o ou u',
  g: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
  h: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
  j: 'i ia ian iang iao ie in ing iong iu u uan ue un',
  k: 'a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo',
  l: 'a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan ue un uo',
  m: 'a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u',
  n: 'a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue uo',
  p: 'a ai an ang ao ei en eng i ian iao ie in ing o ou u',
  q: 'i ia ian iang iao ie in ing iong iu u uan ue un',
  r: 'an ang ao e en eng i ong ou u uan ui un uo',
  s: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
  sh: 'a aan ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo',
  t: 'a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo',
  w: 'a ai an ang ei en eng o u',
  x: 'i ia ian iang iao ie in ing iong iu u uan ue un',
  y: 'a an ang ao e i in ing o ong ou u uan ue un',
  z: 'a ai an ang ao e ei en eng i ong ou u uan ui un uo',
  zh: 'a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo',
}

const syllables: ReadonlySet<string> = new Set(
  Object.entries(finals).flatMap(([initial, all]) => all.split(' ').map((final) => initial + final)),
)

/** The longest syllable is `zhuang`. */
export const maxLetters = 6

/** True for plain letters that are one syllable. */
export function isSyllable(letters: string): boolean {
  return syllables.has(letters)
}

/**
 * The plain letters in which syllables are looked for: no tones, whether by marks (`xī`) or digits (`xi1`), no case,
 * and `u` for `ü` however it is typed (`lü`, `lv`, `lu:`). An apostrophe stays, anything else that is no letter becomes
 * a space.
 */
export function plainLetters(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\u0300\u0301\u0304\u0306\u0308\u030c]/gu, '')
    .replace(/u:/gu, 'u')
    .replace(/v/gu, 'u')
    .replace(/(?<=[a-z])[0-5](?![0-9])/gu, "'")
    .replace(/[’‘`´]/gu, "'")
    .replace(/[^a-z']+/gu, ' ')
    .trim()
}

/** True for plain letters that are syllables throughout, apostrophes and spaces aside; false for no letters. */
export function isPinyin(letters: string): boolean {
  const parts = letters.split(/[' ]+/u).filter((part) => part !== '')
  return parts.length > 0 && parts.every(isCut)
}

/** True for a word that is pinyin, or pinyin of which the last syllable is not yet finished (`xich`). */
export function isPinyinBegun(word: string): boolean {
  const letters = plainLetters(word).replaceAll("'", '')
  if (letters === '' || isCut(letters)) return letters !== ''
  for (let start = Math.max(0, letters.length - maxLetters); start < letters.length; start++)
    if (isBegun(letters.slice(start)) && isCut(letters.slice(0, start))) return true
  return false
}

function isBegun(letters: string): boolean {
  for (const syllable of syllables) if (syllable.startsWith(letters)) return true
  return false
}

function isCut(letters: string): boolean {
  const reached = [true]
  for (let start = 0; start < letters.length; start++) {
    if (!reached[start]) continue
    for (let end = start + 1; end <= Math.min(letters.length, start + maxLetters); end++)
      if (isSyllable(letters.slice(start, end))) reached[end] = true
  }
  return reached[letters.length] === true
}
