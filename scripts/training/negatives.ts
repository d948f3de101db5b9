import { ordinalsIn, yearsIn } from '../../src/text/mentions.ts'
import type { PublicSet, SetQuestion } from './sets.ts'

/**
 * Questions that a set does not answer, made of its answerable ones. They are what people get wrong: asking a known thing
 * for something nobody wrote, or about another year or place.
 */

/** Things that texts about people, places and events seldom state; of general use. */
const attributes = [
  '电话号码是多少',
  '身高是多少',
  '多大年纪了',
  '哪一年出生',
  '住在哪里',
  '花了多少钱',
  '总投资多少万元',
  '有多少名员工',
  '几点开始',
  '持续了多少天',
  '负责人叫什么名字',
  '占地面积是多少平方米',
  '有多少常住人口',
  '邮编是多少',
  '门票多少钱',
  '由谁设计',
  '什么时候结束',
  '在哪个会场举行',
  '用了多少吨水泥',
  '第几次获奖',
  '车牌号是多少',
  '得了多少分',
  '工资是多少',
  '有几层楼',
]

/** The subject of a question with an attribute that its passages do not speak of. */
export function otherAttribute({ questions, texts }: PublicSet, random: () => number): SetQuestion[] {
  return questions.flatMap((question) => {
    const interrogative = /[是在由于有为]?(?:什么|谁|哪|多少|几|何|怎)/u.exec(question.question)
    if (!interrogative || interrogative.index < 4) return []
    const subject = question.question.slice(0, interrogative.index).replace(/[，,、的是在于由有为]+$/u, '')
    const attribute = attributes[Math.floor(random() * attributes.length)]!
    const key = attribute.replace(/是多少|多少|哪一年|哪里|哪个|什么|[是几了有在第]/gu, '')
    const text = textOf(question, texts)
    if (key.length === 1 && text.includes(key)) return []
    for (let i = 0; i + 1 < key.length; i++) if (text.includes(key.slice(i, i + 2))) return []
    const joint = /^[在由用得住持占花有]/u.test(attribute) ? '' : '的'
    return [unanswered(question, `${subject}${joint}${attribute}？`, 'attribute')]
  })
}

/** The same question about a year that its passages do not name. */
export function otherYear({ questions, texts }: PublicSet, random: () => number): SetQuestion[] {
  return questions.flatMap((question) => {
    const named = /20[12]\d(?=年)/u.exec(question.question)?.[0]
    if (named === undefined) return []
    const year = String(Number(named) + (random() < 0.5 ? -1 : 1) * (1 + Math.floor(random() * 3)))
    const text = textOf(question, texts)
    if (text.includes(year) || yearsIn(text).has(Number(year))) return []
    return [unanswered(question, question.question.replace(named, year), 'year')]
  })
}

const chineseNumbers = '一二三四五六七八九'

/** The same question about another batch, session or season that its passages do not name. */
export function otherOrdinal({ questions, texts }: PublicSet, random: () => number): SetQuestion[] {
  return questions.flatMap((question) => {
    const found =
      /第([一二三四五六七八九])(?![十百千])\p{Script=Han}|(?<!\p{Script=Han})([一二三四五六七八九])届/u.exec(
        question.question,
      )
    const digit = found?.[1] ?? found?.[2]
    if (!found || digit === undefined) return []
    const steps = 1 + Math.floor(random() * 3)
    const other = chineseNumbers[(chineseNumbers.indexOf(digit) + steps) % chineseNumbers.length]!
    const ordinal = found[0].replace(digit, other)
    const text = textOf(question, texts)
    const named = ordinalsIn(text)
    if ([...ordinalsIn(ordinal)].some((one) => named.has(one))) return []
    return [unanswered(question, question.question.replace(found[0], ordinal), 'ordinal')]
  })
}

const place = /(?<!\p{Script=Han}[的在年月日])(\p{Script=Han}{2})([省市区县])/u

/** The same question about a place of the same rank that its passages do not name. */
export function otherPlace({ questions, texts }: PublicSet, random: () => number): SetQuestion[] {
  const names = new Map<string, string[]>()
  for (const { question } of questions) {
    const [, name, rank] = place.exec(question) ?? []
    if (name && rank && !/[的在年月日国是和与]/u.test(name)) names.set(rank, [...(names.get(rank) ?? []), name])
  }
  return questions.flatMap((question) => {
    const [, name, rank] = place.exec(question.question) ?? []
    const others = (rank && names.get(rank)) || []
    const other = others[Math.floor(random() * others.length)]
    if (!name || !other || other === name || textOf(question, texts).includes(other)) return []
    return [unanswered(question, question.question.replace(name, other), 'place')]
  })
}

/**
 * The same question about another indicator, or of another office, that no text speaks of which could be meant: none whose
 * name begins like that of the text that answers it.
 * @param kinds lists of terms of one kind, of which one stands in for another
 */
export function otherTerm(
  questions: readonly SetQuestion[],
  texts: ReadonlyMap<string, string>,
  kinds: readonly (readonly string[])[],
  random: () => number,
): SetQuestion[] {
  return questions.flatMap((question) => {
    const [file] = question.passages
    const kind = kinds.find((terms) => terms.some((term) => question.question.includes(term)))
    const place = placeAhead(file ?? '')
    if (kind === undefined || place === '' || !question.question.includes(place)) return []
    const named = kind.filter((term) => question.question.includes(term)).sort((a, b) => b.length - a.length)[0]!
    const meant = [...texts].filter(([name]) => name.includes(place)).map(([, text]) => text)
    const others = kind.filter(
      (term) => !question.question.includes(term) && !meant.some((text) => text.includes(term)),
    )
    const other = others[Math.floor(random() * others.length)]
    return other === undefined ? [] : [unanswered(question, question.question.replace(named, other), 'term')]
  })
}

/** The first two characters of a file's name behind its year, which name its place. */
function placeAhead(file: string): string {
  return /^(?:\d{4}年?)?(\p{Script=Han}{2})/u.exec(file)?.[1] ?? ''
}

function textOf(question: SetQuestion, texts: PublicSet['texts']): string {
  return question.passages.map((id) => texts.get(id) ?? '').join('\n')
}

function unanswered(question: SetQuestion, text: string, kind: string): SetQuestion {
  return { id: `${question.id}-${kind}`, question: text, answers: [], passages: [] }
}
