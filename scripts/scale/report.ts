import { writeFile } from 'node:fs/promises'
import type { Measured } from './measure.ts'

/** Writes docs/scale.md and its picture. */
export async function writeReport(machine: string, measured: readonly Measured[]): Promise<void> {
  await writeFile('docs/pictures/scale.svg', stackedBars(measured))
  const ms = (value: number) => value.toFixed(1)
  const rows = measured.map((one) => {
    const { embedding, vectors, words, reading, rest } = one.stages
    const perPassage = ((one.residentOpen - one.residentBefore) * 1024) / one.passages
    return [
      one.passages,
      one.segments,
      `${one.openSeconds.toFixed(2)} s`,
      `${one.residentOpen.toFixed(0)} MB`,
      `${perPassage.toFixed(1)} KB`,
      `${(one.bytes / 1024 / one.passages).toFixed(0)} KB`,
      ...one.question.map(ms),
      ...[embedding, vectors, words, reading, rest].map(ms),
      one.recall.toFixed(3),
    ].join(' | ')
  })
  await writeFile(
    'docs/scale.md',
    `# Size and speed

Written by \`npm run bench:scale\`; not edited by hand. ${machine}. Each row in a process of its own, the index just written (so in the system's file cache), ${measured[0]!.asked} questions made of
sentences of the reports, one after the other. *Resident* is the whole process with the model, *memory* what the index adds to it. ${note}

| passages | segments | ready after | resident | memory a passage | disk a passage | question, median ms | 99 % | embedding | vectors | words | reading | ranking and quoting | recall@10 |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

![Milliseconds of a question by stage](pictures/scale.svg)
`,
  )
}

const note =
  'Where the reports do not suffice, they are copied under other names, their vectors moved by noise to a cosine of about 0.9; the texts of copies stay the same, so the lists of passages grow as they would, the vocabulary does not.'

const stages = [
  ['embedding', '#4e79a7'],
  ['vectors', '#f28e2b'],
  ['words', '#59a14f'],
  ['reading', '#b07aa1'],
  ['rest', '#9c755f'],
] as const

/** A bar a size, its stages side by side. */
function stackedBars(measured: readonly Measured[]): string {
  const [left, top, bar, gap, width] = [110, 40, 26, 14, 560]
  const sums = measured.map((one) => stages.reduce((sum, [stage]) => sum + one.stages[stage], 0))
  const scale = width / Math.max(...sums)
  const legend = stages.map(([stage, colour], i) => {
    const name = stage === 'rest' ? 'ranking and quoting' : stage
    return `<rect x="${left + i * 110}" y="10" width="12" height="12" fill="${colour}"/><text x="${left + 16 + i * 110}" y="20">${name}</text>`
  })
  const bars = measured.flatMap((one, i) => {
    const y = top + i * (bar + gap)
    let x = left
    const parts = stages.map(([stage, colour]) => {
      const long = one.stages[stage] * scale
      x += long
      return `<rect x="${(x - long).toFixed(1)}" y="${y}" width="${long.toFixed(1)}" height="${bar}" fill="${colour}"/>`
    })
    return [
      `<text x="${left - 8}" y="${y + 17}" text-anchor="end">${one.passages}</text>`,
      ...parts,
      `<text x="${(x + 6).toFixed(1)}" y="${y + 17}">${sums[i]!.toFixed(0)} ms</text>`,
    ]
  })
  const height = top + measured.length * (bar + gap)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 70}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${[...legend, ...bars].join('\n')}
</svg>
`
}
