import type { Language } from '../src/errors.ts'
import { confidenceOf, signalsOf } from '../src/search/ranking/confidence.ts'
import { contributionsOf } from '../src/search/ranking/ranker.ts'
import type { Ranking } from '../src/search/ranking/ranking.ts'

const shownCandidates = 10
const shownReports = 6
/** A candidate's line has so many inputs: those that move its score most. */
const shownInputs = 12

/** Why a question's candidates came out in their order: how it was read, and what each input adds to each score. */
export function explain(ranking: Ranking, language: Language): string {
  const { question, wordings, scope, ranked } = ranking
  const label = (zh: string, en: string) => (language === 'zh' ? zh : en)
  const wording = (of: (one: Ranking['wordings'][number]) => string | null) =>
    wordings.map(of).filter(Boolean).join(' | ') || '–'
  const signals = signalsOf(ranking)
  const reports = (scope?.reports ?? []).slice(0, shownReports)
  const read = [
    `${label('模型读到', 'read as')}: ${wording(({ asked }) => asked)}`,
    `${label('除去报告名称后', 'without the names of reports')}: ${wording(({ residual }) => residual)}`,
    `${label('所指报告', 'scope')}: ${reports.map(({ id, odds }) => `${id} ${odds.toFixed(3)}`).join('  ') || '–'}${(scope?.reports.length ?? 0) > shownReports ? ' …' : ''}`,
    `${label('所问', 'asks for')}: ${question.answerType}${question.unit === null ? '' : ` (${question.unit})`}${question.asksWriters ? ', writers' : ''}`,
    `${label('年份', 'years')}: ${[...question.years].join(' ') || '–'}  ${label('地名', 'places')}: ${[...question.places].join(' ') || '–'}  ${label('数字', 'figures')}: ${[...question.figures].join(' ') || '–'}`,
    `${label('实词', 'content')}: ${question.contentWords.map(({ word, weight }) => `${word} ${weight.toFixed(1)}`).join('  ')}`,
    `${label('置信度', 'confidence')}: ${signals ? confidenceOf(signals).toFixed(3) : '–'}`,
  ]
  const all = ranked.map(({ inputs }) => inputs)
  const candidates = ranked
    .slice(0, shownCandidates)
    .flatMap(({ facts, inputs, score, amongSisters, reranking }, i) => {
      const models = [
        ...(reranking === 0 ? [] : [added('reranker', reranking)]),
        ...(amongSisters === 0 ? [] : [added('years among sisters', amongSisters)]),
      ]
      const parts = contributionsOf(inputs, all)
        .slice(0, shownInputs)
        .map(([name, value]) => added(name, value))
      return [
        `${String(i + 1).padStart(2)}  ${score.toFixed(3)}  ${facts.report.file} ¶${facts.passage.paragraph}  ${facts.passage.text.slice(0, 40).replaceAll('\n', ' ')}…`,
        `    ${[...models, ...parts].join('  ')}`,
      ]
    })
  const more = ranked.length - shownCandidates
  return [
    ...read,
    '',
    ...candidates,
    ...(more > 0 ? [label(`另有 ${more} 个候选`, `and ${more} more candidates`)] : []),
  ].join('\n')
}

function added(name: string, value: number): string {
  return `${name} ${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`
}
