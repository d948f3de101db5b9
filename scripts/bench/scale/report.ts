import { writeFile } from 'node:fs/promises'
import { type Measured, type Stage, stages } from './measure.ts'

/** Writes docs/scale.md and its picture. */
export async function writeReport(machine: string, measured: readonly Measured[]): Promise<void> {
  await writeFile('docs/pictures/scale.svg', stackedBars(measured))
  const ms = (value: number) => value.toFixed(1)
  const rows = measured.map((one) => {
    const perPassage = ((one.residentOpen - one.residentBefore) * 1024) / one.passages
    return [
      one.passages,
      one.segments,
      `${one.openSeconds.toFixed(2)} s`,
      `${one.residentOpen.toFixed(0)} MB`,
      `${one.residentAfter.toFixed(0)} MB`,
      `${perPassage.toFixed(1)} KB`,
      `${(one.bytes / 1024 / one.passages).toFixed(0)} KB`,
      ...one.question.map(ms),
      ...stages.map((stage) => ms(one.stages[stage])),
      one.recall.toFixed(3),
    ].join(' | ')
  })
  await writeFile(
    'docs/scale.md',
    `# Size and speed

Written by \`npm run bench -- scale\`; not edited by hand. ${machine}. Each row in a process of its own, the index just written (so in the system's file cache), ${measured[0]!.asked} questions made of
sentences of the reports, one after the other. *Ready* is the index alone, with the model loaded. *Resident* is the whole process with the model, *memory* what the index adds to it.
*Vectors* and *words* find candidates, *reading* brings their texts and token vectors, *rescoring* is late interaction and all features, *verification* makes the quotes and checks them against the
report's text, read for it. ${note}

| passages | segments | ready after | resident | after the questions | memory a passage | disk a passage | question, median ms | 99 % | ${stages.join(' | ')} | recall@10 |
|---|---|---|---|---|---|---|---|---|${stages.map(() => '---|').join('')}---|
${rows.map((row) => `| ${row} |`).join('\n')}

![Milliseconds of a question by stage](pictures/scale.svg)
`,
  )
}

const note =
  'Where the reports do not suffice, they are copied under other names, their vectors moved by noise to a cosine of about 0.9; the texts of copies stay the same, so the lists of passages grow as they would, the vocabulary does not. Segments of copies share one file of token vectors, so of a million fewer are read from disk than there would be.'

const colours: Readonly<Record<Stage, string>> = {
  embedding: '#4e79a7',
  vectors: '#f28e2b',
  words: '#59a14f',
  reading: '#b07aa1',
  rescoring: '#9c755f',
  verification: '#e15759',
}

/** A bar a size, its stages side by side. */
function stackedBars(measured: readonly Measured[]): string {
  const [left, top, bar, gap, width] = [110, 40, 26, 14, 560]
  const sums = measured.map((one) => stages.reduce((sum, stage) => sum + one.stages[stage], 0))
  const scale = width / Math.max(...sums)
  const legend = stages.map(
    (stage, i) =>
      `<rect x="${left + i * 110}" y="10" width="12" height="12" fill="${colours[stage]}"/><text x="${left + 16 + i * 110}" y="20">${stage}</text>`,
  )
  const bars = measured.flatMap((one, i) => {
    const y = top + i * (bar + gap)
    let x = left
    const parts = stages.map((stage) => {
      const long = one.stages[stage] * scale
      x += long
      return `<rect x="${(x - long).toFixed(1)}" y="${y}" width="${long.toFixed(1)}" height="${bar}" fill="${colours[stage]}"/>`
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
