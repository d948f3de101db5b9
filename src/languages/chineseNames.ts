import type { Term } from '../text/words.ts'
import type { LatinReader } from './characters.ts'

/** A closed class: surnames that are hardly a word by themselves. */
const surnames = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱郭何罗梁宋郑谢韩唐冯董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴钟汪姜范姚谭廖邹熊陆郝孔崔邱秦顾侯邵孟段雷钱汤尹黎乔贺赖龚庞樊殷施陶洪翟颜倪严俞章鲁葛韦毕聂焦柳邢岳庄祝祁耿詹凌费靳童甄鲍裴屈覃霍翁隋柯阮桂闵柴冉吉瞿戚丘滕邬臧褚娄奚穆冀姬郁虞卞楚佟匡巫荆谌岑狄芮恽',
)
/** Surnames that are everyday words as well make a name only with two characters behind them. */
const everydaySurnames = new Set('高林马万方任江田白石金文龙常康史夏武易毛')
const longSurnames = new Set(['欧阳', '司马', '上官', '诸葛', '夏侯', '皇甫', '尉迟', '公孙', '慕容', '司徒'])
/** A closed class: words that stand beside names and are no part of them. */
const links = new Set(
  '的了着过地得之和与及同跟在由对把被为向从到是有不也都将让给于以并或就该这那各每本此其一二两三四五六七八九十',
)

/** The kinds of places, by the ends of their names. */
const placeKinds: Readonly<Record<string, string>> = {
  街道: 'Subdistrict',
  社区: 'Community',
  湖: 'Lake',
  河: 'River',
  江: 'River',
  山: 'Mountain',
  岛: 'Island',
  桥: 'Bridge',
  路: 'Road',
  街: 'Street',
  村: 'Village',
  镇: 'Town',
  乡: 'Township',
  县: 'County',
  区: 'District',
  市: 'City',
  省: 'Province',
}

/** A name in Latin letters, and the number of its segments. */
type LatinName = { readonly latin: string; readonly taken: number }
type IsKnown = (word: string) => boolean

const isLone = (part: Term | undefined) => part !== undefined && /^\p{Script=Han}$/u.test(part.term)
const mayBelong = (part: Term | undefined) => isLone(part) && !links.has(part!.term)

/**
 * The name of a person or place that begins with a segment and that no dictionary holds: a surname with one or two lone
 * characters behind it (`狄志强`), or two characters before what a place is called (`长荡湖`). The segmenter parts what it
 * does not know into characters, so a name is told by where they end; null where it may as well be something else.
 * @param isKnown true when the dictionary holds a word
 * @param latin the reading of a word in Latin letters, as a name is written
 */
export function nameIn(parts: readonly Term[], at: number, isKnown: IsKnown, latin: LatinReader): LatinName | null {
  return placeIn(parts, at, isKnown, latin) ?? personIn(parts, at, latin)
}

function placeIn(parts: readonly Term[], at: number, isKnown: IsKnown, latin: LatinReader): LatinName | null {
  const { term } = parts[at]!
  const isPair = mayBelong(parts[at]) && mayBelong(parts[at + 1]) && !mayBelong(parts[at - 1])
  const isWord = /^\p{Script=Han}{2,3}$/u.test(term) && !isKnown(term)
  if (!isPair && !isWord) return null
  const taken = isPair ? 2 : 1
  const kind = placeKinds[parts[at + taken]?.term ?? '']
  if (kind === undefined) return null
  const name = parts.slice(at, at + taken).map((part) => part.term)
  return isKnown(name.join('')) ? null : { latin: `${latin(name.join(''))} ${kind}`, taken: taken + 1 }
}

function personIn(parts: readonly Term[], at: number, latin: LatinReader): LatinName | null {
  const { term } = parts[at]!
  const isEveryday = everydaySurnames.has(term)
  if (surnames.has(term) || isEveryday || longSurnames.has(term)) {
    let taken = 1
    while (mayBelong(parts[at + taken])) taken++
    // More characters in a row are something else.
    if (taken < (isEveryday ? 3 : 2) || taken > 3) return null
    const given = parts.slice(at + 1, at + taken).map((part) => part.term)
    return { latin: `${latin(term)} ${latin(given.join(''))}`, taken }
  }
  // `李伟` is one word to the segmenter.
  if (surnames.has(term[0]!) && /^\p{Script=Han}{2,3}$/u.test(term))
    return { latin: `${latin(term[0]!)} ${latin(term.slice(1))}`, taken: 1 }
  return null
}
