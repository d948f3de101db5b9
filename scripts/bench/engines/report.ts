import { mkdir, writeFile } from 'node:fs/promises'
import type { EngineRow } from './compare.ts'
import { type RecallRow, wanted } from './recall.ts'

export interface Quality {
  readonly title: string
  readonly rows: readonly EngineRow[]
}

export interface EnginesMeasured {
  readonly measuredOn: string
  /** The name of the kind of vectors, for people. */
  readonly vectors: string
  readonly recall: readonly RecallRow[]
  readonly quality: readonly Quality[]
}

export const recallHead = `| engine | built with | asked with | recall@${wanted} | median ms | 95 % ms |\n|---|---|---|---|---|---|`

export function recallLine({ engine, built, asked, recall, medianMs, slowMs }: RecallRow): string {
  return `| ${engine} | ${built} | ${asked} | ${recall.toFixed(3)} | ${medianMs.toFixed(2)} | ${slowMs.toFixed(2)} |`
}

export function qualityTable({ title, rows }: Quality): string {
  const lines = rows.map((row) => {
    const { hit1, hit3, hit5, reciprocalRank, highlight, auroc, falseAnswers, sameFirst } = row
    const shares = [hit1, hit3, hit5, reciprocalRank, highlight, auroc, falseAnswers, sameFirst]
    return `| ${row.engine} | ${shares.map((share) => share.toFixed(3)).join(' | ')} | ${row.confidenceOff.toFixed(4)} |`
  })
  return `### ${title}

| engine | hit@1 | hit@3 | hit@5 | MRR | highlight | AUROC | false answers | same first quote | confidence off by at most |
|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}`
}

/** Writes docs/engines.md and its picture. */
export async function writeEngines(measured: EnginesMeasured): Promise<void> {
  const { measuredOn, vectors, recall, quality } = measured
  await mkdir('docs/pictures', { recursive: true })
  await writeFile('docs/pictures/recall.svg', picture(recall))
  await writeFile(
    'docs/engines.md',
    `# Exact, HNSW and Qdrant

Written by \`npm run bench -- qdrant --eval DIR --save\`; not edited by hand. ${measuredOn}; server and client share the machine, on loopback.

## Answers

The questions of a set over the three engines, with the same passages, vectors and token vectors; exact search compares with
every vector. Same first quote, and confidence, against exact search. Qdrant's word scores are BM25 like the folder's, but for
rounding and for terms that share a hash.

${quality.map(qualityTable).join('\n\n')}

## Recall of the nearest ${wanted}

${vectors} Against comparing with each vector; every setting is asked all questions twice, the second time measured. *× n*: so many times the vectors
asked for are read whole from disk and compared again. HNSW (hnswlib) is asked inside the process, Qdrant by a request. Used: M 16, efConstruction 200, ef 128; in Qdrant 8 bits, ef 128, × 2.

![Recall and milliseconds of each setting](pictures/recall.svg)

${recallHead}
${recall.map(recallLine).join('\n')}

## Word frequencies by shard

Where Qdrant computes inverse document frequencies itself (\`modifier: idf\`), each shard does so from its own passages, and from
those that are not yet or no longer in force. Compared with the frequencies of the whole index, which the publisher keeps in
Qdrant and every process loads when it opens the index (8 bytes a term): 167 passages, 200 clauses asked for by their words, measured once:

| shards | same first | same of the first 10 | best score off by at most |
|---|---|---|---|
| 1 | 1.000 | 1.000 | 0 % |
| 3 | 0.985 | 0.903 | 25 % |
| 6 | 0.960 | 0.871 | 43 % |
`,
  )
}

const colours: Readonly<Record<RecallRow['engine'], string>> = { exact: '#555555', hnsw: '#3b7dd8', Qdrant: '#d8523b' }
const left = 60
const top = 34
const width = 520
const height = 260
const least = 0.8

/** A point a setting: milliseconds on a logarithmic scale, recall above a bound. */
function picture(rows: readonly RecallRow[]): string {
  const shown = rows.filter(({ recall }) => recall >= least)
  const times = shown.map(({ medianMs }) => medianMs)
  const from = Math.log10(Math.min(...times) / 1.3)
  const to = Math.log10(Math.max(...times) * 1.3)
  const x = (ms: number) => left + ((Math.log10(ms) - from) / (to - from)) * width
  const y = (recall: number) => top + ((1 - recall) / (1 - least)) * height
  const points = shown.map(
    ({ engine, recall, medianMs, built, asked }) =>
      `<circle cx="${x(medianMs).toFixed(1)}" cy="${y(recall).toFixed(1)}" r="4" fill="${colours[engine]}" opacity=".8"><title>${engine}, ${built}, ${asked}</title></circle>`,
  )
  const recalls = [0.8, 0.85, 0.9, 0.95, 1].map(
    (recall) =>
      `<line x1="${left}" x2="${left + width}" y1="${y(recall)}" y2="${y(recall)}" stroke="#ddd"/><text x="${left - 8}" y="${y(recall) + 4}" text-anchor="end">${recall}</text>`,
  )
  const marks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]
    .filter((ms) => Math.log10(ms) > from && Math.log10(ms) < to)
    .map((ms) => `<text x="${x(ms).toFixed(1)}" y="${top + height + 18}" text-anchor="middle">${ms}</text>`)
  const legend = Object.entries(colours).map(
    ([engine, colour], i) =>
      `<circle cx="${left + i * 90}" cy="14" r="5" fill="${colour}"/><text x="${left + 10 + i * 90}" y="18">${engine}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 20}" height="${top + height + 46}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${[...legend, ...recalls, ...marks, ...points].join('\n')}
<text x="${left + width / 2}" y="${top + height + 38}" text-anchor="middle">median ms of a question; recall@${wanted} above ${least}</text>
</svg>
`
}
