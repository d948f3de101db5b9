import type { Language } from '../src/errors.ts'
import { contributionsOf } from '../src/search/ranker.ts'
import type { Ranking } from '../src/search/search.ts'

const shownCandidates = 10

/** Why a question's candidates came out in their order: how it was read, and what each feature added to each score. */
export function explain({ question, input, ranked }: Ranking, language: Language): string {
  const zh = language === 'zh'
  const read = [
    `${zh ? '模型读到' : 'read as'}: ${input}`,
    `${zh ? '所问' : 'asks for'}: ${question.kind}${question.unit === null ? '' : ` (${question.unit})`}${question.asksWriters ? ', writers' : ''}`,
    `${zh ? '年份' : 'years'}: ${[...question.years].join(' ') || '–'}  ${zh ? '地名' : 'places'}: ${[...question.places].join(' ') || '–'}  ${zh ? '数字' : 'figures'}: ${[...question.figures].join(' ') || '–'}`,
    `${zh ? '实词' : 'content'}: ${question.contentWords.map(({ word, weight }) => `${word} ${weight.toFixed(1)}`).join('  ')}`,
  ]
  const candidates = ranked.slice(0, shownCandidates).flatMap(({ facts, features, score }, i) => {
    const added = contributionsOf(features).map(
      ([name, value]) => `${name} ${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`,
    )
    return [
      `${String(i + 1).padStart(2)}  ${score.toFixed(3)}  ${facts.report.file} ¶${facts.passage.paragraph}  ${facts.passage.text.slice(0, 40).replaceAll('\n', ' ')}…`,
      `    ${added.join('  ')}`,
    ]
  })
  const more = ranked.length - shownCandidates
  return [
    ...read,
    '',
    ...candidates,
    ...(more > 0 ? [zh ? `另有 ${more} 个候选` : `and ${more} more candidates`] : []),
  ].join('\n')
}
