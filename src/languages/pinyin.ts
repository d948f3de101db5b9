import { charactersBySyllable } from './characters.ts'
import { readLetters, type Step, stepsOf } from './lattice.ts'
import { isPinyin, isSyllable, plainLetters } from './syllables.ts'

/** Chinese words that a stretch of Latin letters may stand for. */
export interface NameReading {
  /** Two characters or more, as the index holds them. */
  readonly text: string
  /** The likelihood, below 0; comparable for one name. */
  readonly score: number
}

/** Reads Latin letters as words of the reports. */
export interface PinyinReader {
  /**
   * The words of the reports that a name may stand for, best first: those that occur in more passages, in the usual
   * readings of their characters. Tones, case, missing apostrophes and how syllables are joined do not matter; a
   * surname may come last. None where the letters are no pinyin, are one syllable only, or no report holds such a word.
   */
  readings(name: string, limit?: number): readonly NameReading[]
  /**
   * A normalised question with what is typed in pinyin as the likeliest words of the reports. Latin words that the
   * reports hold stay, and so does a question that is rather English than pinyin, and what cannot be read.
   * @param unknownWeight the weight of a term that occurs nowhere
   */
  inCharacters(question: string, unknownWeight: number): string
}

/** The cost of reading a name with its last word first. */
const turnedCost = 1
/** Longer stretches are no name. */
const maxNameLetters = 60
const usualLimit = 3
/**
 * The share of its letters, abbreviations aside, that must be syllables for a question without Chinese characters to be
 * in pinyin, and the share that must be words of the reports: less where many words are syllables all, as English has a
 * word like `what` or `district` in every clause.
 */
const syllableShare = 0.8
const readShare = 0.7
const readShareOfMany = 0.35
const manyWords = 4
/** The cost, beside an unknown word, of parting a word where nobody typed a space. */
const partingCost = 3
/** The cost of interrogatives, and of measure words behind them or a number, which hardly stand in reports. */
const askingCost = 1
/** Closed classes. */
const interrogatives =
  '多少 什么 什么时候 什么时间 什么地方 什么人 哪些 哪个 哪项 哪两 哪三 哪几个 哪里 哪儿 哪年 哪一年 哪天 哪位 哪家 几个 几次 几家 几人 几年 几月 怎么 怎样 如何 为什么 为何 何时 何地 是谁 谁是 有没有 是不是 多大 多长 多久 多高'
const particles = '的了是有在和与被把给从到也都就不没吗呢啊那这谁几我你他她它'
const common =
  '这个 那个 这些 那些 这里 那里 这边 那边 这样 那样 我们 你们 他们 自己 有没 没有 还有 请问 知道 告诉 以来 以前 以后 之前 之后 现在 为了 关于 其中 分别 的是 了多 了几'
const measures = '个家户人名位套座所间处台辆条件起项种类次场届期批只棵篇份支级层年月日天周元万亿吨亩米倍岁'

/**
 * A reader over the words of an index. It goes from letters to characters and asks which pairs of them occur, so it
 * needs no list of the index's words, and costs some hundred look-ups a syllable.
 * @param weight the inverse document frequency of a term, 0 for one that occurs nowhere
 */
export async function openPinyin(weight: (term: string) => number): Promise<PinyinReader> {
  const characters = await charactersBySyllable()
  const asking = new Set([
    ...`${interrogatives} ${common}`.split(' ').flatMap(pairsOf),
    ...[...'少几0123456789'].flatMap((number) => [...measures].map((measure) => number + measure)),
  ])
  const asked = (pair: string) => (asking.has(pair) ? askingCost : weight(pair))
  const words = new Set(particles)
  const name = { pair: weight, atSpace: Infinity, inWord: Infinity, words: new Set<string>() }

  const read = (typed: readonly Word[], before: string, unknownWeight: number): string => {
    const letters = typed.map(({ plain }) => plain).join(' ')
    const costs = { pair: asked, atSpace: unknownWeight, inWord: unknownWeight + partingCost, words }
    const [path] = readLetters(letters, characters, costs, before)
    return path ? written(typed, stepsOf(path)) : typed.map((word) => word.typed).join(' ')
  }

  return {
    readings(text, limit = usualLimit) {
      const plain = plainLetters(text)
      if (!isPinyin(plain) || plain.length > maxNameLetters) return []
      const turned = /^(.+) (\S+)$/u.exec(plain)
      const ways = [{ letters: plain, cost: 0 }]
      if (turned) ways.push({ letters: `${turned[2]} ${turned[1]}`, cost: turnedCost })
      const best = new Map<string, number>()
      for (const { letters, cost } of ways) {
        for (const end of readLetters(letters, characters, name)) {
          const steps = stepsOf(end)
          const reading = steps.map(({ character }) => character).join('')
          if (steps.length > 1) best.set(reading, Math.max(-end.cost - cost, best.get(reading) ?? -Infinity))
        }
      }
      return [...best]
        .map(([reading, score]) => ({ text: reading, score }))
        .sort((a, b) => b.score - a.score)
        .slice(0, limit)
    },

    inCharacters(question, unknownWeight) {
      const runs = runsOf(question, (word) => weight(word) > 0)
      let text = ''
      let at = 0
      for (const { words, start, end } of runs) {
        text += question.slice(at, start)
        text += read(words, /[\p{Script=Han}0-9]$/u.exec(text)?.[0] ?? '', unknownWeight)
        at = end
      }
      text += question.slice(at)
      if (runs.length === 0 || /\p{Script=Han}/u.test(question)) return text
      const all = lettersOf(question, isWord(weight))
      const isMany = runs.reduce((sum, { words }) => sum + words.length, 0) >= manyWords
      const share = isMany && syllablesOf(question, weight) === all ? readShareOfMany : readShare
      return all - lettersOf(text, isWord(weight)) >= share * all ? text : question
    },
  }
}

/** True when a normalised question may hold pinyin, as far as that shows without the table of characters. */
export function mayHoldPinyin(question: string, weight: (term: string) => number): boolean {
  if (runsOf(question, (word) => weight(word) > 0).length === 0) return false
  if (/\p{Script=Han}/u.test(question)) return true
  return syllablesOf(question, weight) >= syllableShare * lettersOf(question, isWord(weight))
}

function syllablesOf(question: string, weight: (term: string) => number): number {
  return lettersOf(question, (word) => isWord(weight)(word) && isPinyin(plainLetters(word)))
}

/** True for letters that are a word, rather than an abbreviation or a word of the reports. */
const isWord = (weight: (term: string) => number) => (letters: string) =>
  /[aeiou]/u.test(plainLetters(letters)) && weight(letters) === 0

/** A word in Latin letters, as typed and as plain letters. */
interface Word {
  readonly typed: string
  readonly plain: string
}

/** Words in a row that may be pinyin, and where they stand. */
interface Run {
  readonly words: readonly Word[]
  readonly start: number
  readonly end: number
}

const latinWord = /\p{Script=Latin}(?:\p{Script=Latin}|\p{M}|[1-5](?=\p{Script=Latin})|['’](?=\p{Script=Latin}))+/gu

function runsOf(question: string, isKnown: (word: string) => boolean): Run[] {
  const runs: { words: Word[]; start: number; end: number }[] = []
  for (const { 0: typed, index } of question.matchAll(latinWord)) {
    const plain = plainLetters(typed)
    if (!isPinyin(plain) || isKnown(typed)) continue
    const last = runs.at(-1)
    const end = index + typed.length
    if (last && /^\s+$/u.test(question.slice(last.end, index))) {
      last.words.push({ typed, plain })
      last.end = end
    } else runs.push({ words: [{ typed, plain }], start: index, end })
  }
  // One syllable by itself is rather an abbreviation (`AI`), but for a measure word behind a number.
  return runs.filter(
    ({ words, start }) =>
      words.length > 1 || !isSyllable(words[0]!.plain) || /[0-9少几]$/u.test(question.slice(0, start)),
  )
}

/** The characters of a path, with spaces where no report joins them; words of which nothing could be read stay. */
function written(words: readonly Word[], steps: readonly Step[]): string {
  let text = ''
  let from = 0
  for (const { typed, plain } of words) {
    const to = from + plain.length
    const own = steps.filter(({ start, end }) => start >= from && end <= to)
    const next = steps.find(({ start }) => start >= to)
    const isRead =
      own.length === 1
        ? own[0]!.joined || next?.joined || particles.includes(own[0]!.character)
        : own.some(({ joined }, i) => joined && i > 0)
    if (!isRead) text += ` ${typed} `
    else for (const { joined, character } of own) text += (joined ? '' : ' ') + character
    from = to + 1
  }
  return text.replace(/ +/gu, ' ').trim()
}

function pairsOf(word: string): string[] {
  const all = [...word]
  return all.slice(1).map((character, i) => all[i]! + character)
}

function lettersOf(text: string, counts: (word: string) => boolean): number {
  return [...text.matchAll(latinWord)].reduce((sum, [word]) => sum + (counts(word) ? word.length : 0), 0)
}
