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
  l: 'a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan ue un uo',
  m: 'a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u',
  n: 'a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue uo',
  p: 'a ai an ang ao ei en eng i ian iao ie in ing o ou u',
  q: 'i ia ian iang iao ie in ing iong iu u uan ue un',
  r: 'an ang ao e en eng i ong ou u uan ui un uo',
  s: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
  sh: 'a aan ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo',
  t: 'a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo',
  w: 'a ai an ang ei en eng o u',
  x: 'i ia ian iang iao ie in ing iong iu u uan ue un',
  y: 'a an ang ao e i in ing ong ou u uan ue un',
  z: 'a ai an ang ao e ei en eng i ong ou u uan ui un uo',
  zh: 'a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo',
}

const syllables: ReadonlySet<string> = new Set(
  Object.entries(finals).flatMap(([initial, all]) => all.split(' ').map((final) => initial + final)),
)

/** The longest syllable is `zhuang`. */
const maxLetters = 6

/**
 * What letters become before syllables are looked for: no tones, whether by marks (`xī`) or digits (`xi1`), no case, and
 * `u` for `ü` however it is typed (`lü`, `lv`, `lu:`). An apostrophe stays, anything else that is no letter becomes a space.
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

/** Cuttings of one word that are considered; `xian` has two, a name of four syllables rarely more than five. */
const mostCuttings = 8

/**
 * The ways to cut a word of plain letters into syllables, those of fewest syllables first; none where it is no pinyin.
 * An apostrophe parts syllables; where one is left out (`xian` for `xi'an`) both cuttings are there.
 */
export function cuttings(word: string): readonly (readonly string[])[] {
  let found: readonly (readonly string[])[] = [[]]
  for (const part of word.split("'").filter((letters) => letters !== '')) {
    const own = cut(part)
    found = found.flatMap((before) => own.map((after) => [...before, ...after])).slice(0, mostCuttings)
  }
  return found[0]?.length === 0 ? [] : found
}

function cut(letters: string): readonly (readonly string[])[] {
  const from: (readonly (readonly string[])[])[] = []
  from[letters.length] = [[]]
  for (let start = letters.length - 1; start >= 0; start--) {
    const ways: (readonly string[])[] = []
    for (let end = Math.min(letters.length, start + maxLetters); end > start; end--) {
      const syllable = letters.slice(start, end)
      if (syllables.has(syllable)) for (const rest of from[end]!) ways.push([syllable, ...rest])
    }
    from[start] = ways.sort((a, b) => a.length - b.length).slice(0, mostCuttings)
  }
  return from[0]!
}
