import hongKongVariants from 'opencc-js/dict/HKVariantsRev'
import characterPairs from 'opencc-js/dict/TSCharacters'
import phrasePairs from 'opencc-js/dict/TSPhrases'
import taiwanVariants from 'opencc-js/dict/TWVariantsRev'
import taiwanPhrases from 'opencc-js/dict/TWVariantsRevPhrases'
import { commonCharacters } from './commonCharacters.ts'

/**
 * The simplified forms of Traditional characters and variants, by OpenCC's tables. Most characters have one form. Of the few that
 * have two (`計畫` is 计划, `圖畫` is 图画), OpenCC's phrases tell which.
 */
export interface Simplifying {
  /** The simplified form of a character; undefined for one that is its own. */
  character(character: string): string | undefined
  /** The forms that phrases of a text give to characters in place of their usual ones, by position; null where there are none. */
  inPhrases(text: string): ReadonlyMap<number, string> | null
}

/** Radicals that some PDFs hold in place of characters, each with its character. Unicode's compatibility forms lack them. */
const radicals =
  '⺎兀⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟'

/** Variants that OpenCC leaves alone: forms of before 1956 and of handwriting, which OCR reads. */
const variants = '囯国囻国淸清靑青旣既卽即歩步毎每敎教'

/** Words in which Taiwan's 著 is not 着, and which OpenCC lacks. */
const written = '编著 專著 专著 論著 论著 原著 土著 譯著 译著 遺著 遗著'

/** Characters that simplified words and names use too (`毛坏`, `沈静`): their phrases would change good text. */
const ownWords = /[坏沈]/u

const pairsOf = (entries: string) => entries.split('|').map((entry) => entry.split(' ') as [string, string])
const doublesOf = (entries: string) => entries.match(/../gu)!.map((pair) => [...pair] as [string, string])

let made: Simplifying | null = null

/** The tables, made at the first call in some milliseconds. */
export function simplifying(): Simplifying {
  made ??= make()
  return made
}

function make(): Simplifying {
  const common = commonCharacters()
  const characters = new Map([...doublesOf(radicals), ...doublesOf(variants), ...pairsOf(characterPairs)])
  const ofOne = (character: string) => characters.get(character) ?? character
  for (const [variant, standard] of [...pairsOf(taiwanVariants), ...pairsOf(hongKongVariants)]) {
    // A variant of Taiwan or Hong Kong may be a common simplified character (`台`, `床`, `么`).
    if (!characters.has(variant) && !common.has(variant)) characters.set(variant, ofOne(standard))
  }
  characters.set('著', '着')
  for (const [from, to] of characters) if (from === to) characters.delete(from)

  const folded = (text: string) => [...text].map(ofOne).join('')
  const kept = [
    ...pairsOf(taiwanPhrases)
      .filter(([phrase, same]) => phrase === same && phrase.includes('著'))
      .flatMap(([phrase]) => [phrase, [...phrase].map((one) => (one === '著' ? one : ofOne(one))).join('')]),
    ...written.split(' '),
  ].map((phrase): [string, string] => [phrase, [...phrase].map((one) => (one === '著' ? one : ofOne(one))).join('')])
  const phrases = [...pairsOf(phrasePairs), ...kept].filter(
    ([phrase, simple]) =>
      folded(phrase) !== simple && !ownWords.test(phrase) && [...simple].every((one) => common.has(one)),
  )
  const byFirst = new Map<string, [string, string][]>()
  const ambiguous = new Set<string>()
  for (const [phrase, simple] of phrases.sort(([a], [b]) => b.length - a.length)) {
    byFirst.set(phrase[0]!, [...(byFirst.get(phrase[0]!) ?? []), [phrase, simple]])
    for (let i = 0; i < phrase.length; i++) if (ofOne(phrase[i]!) !== simple[i]) ambiguous.add(phrase[i]!)
  }
  const worthALook = new RegExp(`[${[...ambiguous].join('')}]`, 'u')

  return {
    character: (character) => characters.get(character),
    inPhrases(text) {
      if (!worthALook.test(text)) return null
      const found = new Map<number, string>()
      for (let i = 0; i < text.length; i++) {
        const match = byFirst.get(text[i]!)?.find(([phrase]) => text.startsWith(phrase, i))
        if (!match) continue
        for (let j = 0; j < match[1].length; j++) found.set(i + j, match[1][j]!)
        i += match[0].length - 1
      }
      return found.size > 0 ? found : null
    },
  }
}
