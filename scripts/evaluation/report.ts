import { auroc, type Bin, calibrationError } from '../training/measures.ts'
import { isAnswerable } from './gold.ts'
import { methods, type Row } from './run.ts'
import { interval, mean, pairedInterval } from './statistics.ts'

const shown = (value: number | null) => (value === null ? '–' : value.toFixed(3))
const hit = (row: Row, method: string, k: number) => Number(row.ranks[method]! < k)

/** A table of the scorer's measures, overall and by type, language and report. */
export function scoreTable(rows: readonly Row[]): string {
  const answerable = rows.filter(({ question }) => isAnswerable(question))
  const groups = new Map<string, Row[]>([['all', answerable]])
  for (const row of answerable) {
    for (const name of [
      `language ${row.question.lang}`,
      `type ${row.question.type}`,
      `report ${row.question.file ?? ''}`,
    ]) {
      if (/ (?:—)?$/u.test(name)) continue
      groups.set(name, [...(groups.get(name) ?? []), row])
    }
  }
  const isMany = [...groups.keys()].filter((name) => name.startsWith('report')).length > 8
  const lines = [
    '| group | n | hit@1 (95 %) | hit@3 | hit@5 | MRR | highlight | tight | refused |',
    '|---|---|---|---|---|---|---|---|---|',
  ]
  for (const [name, own] of [...groups].sort(
    ([a], [b]) => Number(b === 'all') - Number(a === 'all') || (a < b ? -1 : 1),
  )) {
    if (isMany && name.startsWith('report')) continue
    const reciprocal = own.map((row) => 1 / (1 + row.ranks.all!))
    const first = interval(own.map((row) => hit(row, 'all', 1)))
    const figures = [3, 5].map((k) => mean(own.map((row) => hit(row, 'all', k))))
    const rest = [
      mean(reciprocal),
      mean(own.map((row) => row.highlight)),
      mean(own.map((row) => row.tight)),
      mean(own.map((row) => Number(!row.answered))),
    ]
    const told = `${shown(first.mean)} (${shown(first.low)} … ${shown(first.high)})`
    lines.push(`| ${name} | ${own.length} | ${told} | ${[...figures, ...rest].map(shown).join(' | ')} |`)
  }
  const unanswerable = rows.filter(({ question }) => !isAnswerable(question))
  const quotes = rows.reduce((sum, row) => sum + row.quotes, 0)
  const verbatim = rows.reduce((sum, row) => sum + row.verbatim, 0)
  const times = rows.map((row) => row.elapsedMs).sort((a, b) => a - b)
  lines.push(
    '',
    `Verbatim ${shown(quotes === 0 ? null : verbatim / quotes)} of ${quotes} quotes; median question ${times[times.length >> 1]!.toFixed(1)} ms.`,
  )
  if (unanswerable.length > 0) {
    const area = auroc(
      answerable.map((row) => row.confidence),
      unanswerable.map((row) => row.confidence),
    )
    lines[lines.length - 1] +=
      ` False answers ${shown(mean(unanswerable.map((row) => Number(row.answered))))} of ${unanswerable.length}, AUROC ${area.toFixed(3)}.`
  }
  return lines.join('\n')
}

/** The share of the unanswerable questions that is answered at a bound that refuses `refused` of the answerable ones, each 0 … 1. */
export function answeredAt(rows: readonly Row[], refused: number): number {
  const confidences = (wanted: boolean) =>
    rows
      .filter(({ question }) => isAnswerable(question) === wanted)
      .map((row) => row.confidence)
      .sort((a, b) => a - b)
  const answerable = confidences(true)
  const bound = answerable[Math.floor(refused * answerable.length)] ?? 0
  const others = confidences(false)
  return others.filter((confidence) => confidence >= bound).length / others.length
}

/** Each ranker over the same candidates, and the gain of all over it with its 95 % interval. */
export function ablationTable(rows: readonly Row[]): string {
  const own = rows.filter(({ question }) => isAnswerable(question))
  const of = (method: string) => own.map((row) => hit(row, method, 1))
  const lines = ['| ranker | hit@1 | hit@5 | MRR | gain of “all” in hit@1 (95 %) |', '|---|---|---|---|---|']
  for (const method of [...Object.keys(methods), 'all']) {
    const gain = pairedInterval(of('all'), of(method))
    const told = method === 'all' ? '' : `${signed(gain.mean)} (${signed(gain.low)} … ${signed(gain.high)})`
    const figures = [
      mean(of(method)),
      mean(own.map((row) => hit(row, method, 5))),
      mean(own.map((row) => 1 / (1 + row.ranks[method]!))),
    ]
    lines.push(`| ${method} | ${figures.map(shown).join(' | ')} | ${told} |`)
  }
  return lines.join('\n')
}

/** The measures of the same questions typed in different ways, a line each. */
export function writingTable(groups: readonly { name: string; rows: readonly Row[] }[]): string {
  const lines = [
    '| questions | n | hit@1 | hit@5 | MRR | highlight | refused | false answers |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for (const { name, rows } of groups) {
    const [own, others] = [true, false].map((wanted) =>
      rows.filter(({ question }) => isAnswerable(question) === wanted),
    )
    const figures = [
      mean(own!.map((row) => hit(row, 'all', 1))),
      mean(own!.map((row) => hit(row, 'all', 5))),
      mean(own!.map((row) => 1 / (1 + row.ranks.all!))),
      mean(own!.map((row) => row.highlight)),
      mean(own!.map((row) => Number(!row.answered))),
      mean(others!.map((row) => Number(row.answered))),
    ]
    lines.push(`| ${name} | ${own!.length} | ${figures.map(shown).join(' | ')} |`)
  }
  return lines.join('\n')
}

/** The table of the cost of moving the bound. */
export function boundTable(rows: readonly Row[], bounds: readonly number[]): string {
  const answerable = rows.filter(({ question }) => isAnswerable(question)).map((row) => row.confidence)
  const unanswerable = rows.filter(({ question }) => !isAnswerable(question)).map((row) => row.confidence)
  const share = (values: readonly number[], test: (value: number) => boolean) =>
    values.filter(test).length / values.length
  const lines = ['| `MIN_CONFIDENCE` | false refusals | false answers |', '|---|---|---|']
  for (const bound of bounds)
    lines.push(
      `| ${bound} | ${share(answerable, (value) => value < bound).toFixed(3)} | ${share(unanswerable, (value) => value >= bound).toFixed(3)} |`,
    )
  return lines.join('\n')
}

/** The questions whose first quote does not answer, with what was returned. */
export function failures(rows: readonly Row[]): string {
  return rows
    .filter((row) => isAnswerable(row.question) && row.ranks.all! > 0)
    .map(
      (row) =>
        `- \`${row.question.id}\` ${row.question.question} — right at ${Number.isFinite(row.ranks.all) ? row.ranks.all! + 1 : 'none'}; first: “${row.first.slice(0, 48).replaceAll('\n', ' ')}…”`,
    )
    .join('\n')
}

/** A reliability diagram: accuracy against confidence in ten bins, their sizes below. */
export function reliabilityDiagram(bins: readonly Bin[]): string {
  const side = 300
  const margin = 46
  const most = Math.max(...bins.map((bin) => bin.count))
  const bars = bins.map((bin, i) => {
    const x = margin + (i * side) / 10
    const height = bin.accuracy * side
    const weight = (bin.count / most) * 40
    const label =
      bin.count === 0
        ? ''
        : `<text x="${x + side / 20}" y="${margin + side + 76}" text-anchor="middle" font-size="9">${bin.count}</text>`
    return `<rect x="${x + 2}" y="${margin + side - height}" width="${side / 10 - 4}" height="${height}" fill="#3b7dd8" opacity=".75"/><rect x="${x + 2}" y="${margin + side + 66 - weight}" width="${side / 10 - 4}" height="${weight}" fill="#888"/>${label}`
  })
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => {
    const at = value * side
    return `<text x="${margin + at}" y="${margin + side + 16}" text-anchor="middle" font-size="10">${value}</text><text x="${margin - 8}" y="${margin + side - at + 3}" text-anchor="end" font-size="10">${value}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side + 2 * margin}" height="${side + margin + 130}" font-family="sans-serif">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${margin}" y="24" font-size="13">accuracy by confidence, ECE ${calibrationError(bins).toFixed(3)}</text>
${bars.join('\n')}
<line x1="${margin}" y1="${margin + side}" x2="${margin + side}" y2="${margin}" stroke="#444" stroke-dasharray="4 4"/>
<rect x="${margin}" y="${margin}" width="${side}" height="${side}" fill="none" stroke="#444"/>
${ticks.join('')}
<text x="${margin + side / 2}" y="${margin + side + 100}" text-anchor="middle" font-size="11">confidence (grey: number of questions)</text>
</svg>
`
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`
}
