import { mkdir, writeFile } from 'node:fs/promises'
import type { SetResult } from './compare.ts'

const share = (value: number) => value.toFixed(3)

/** One set's table, with its title. */
export function setTable({ set, questions, passages, chunks, methods }: SetResult): string {
  const rows = methods.map(
    ({ name, hit1, hit5, medianMs, characters }) =>
      `| ${name} | ${share(hit1)} | ${share(hit5)} | ${medianMs.toFixed(1)} | ${characters ?? '–'} |`,
  )
  return `## ${set.title} (${set.name})

${questions} questions, ${passages} passages, ${chunks} chunks.

| method | hit@1 | hit@5 | median ms | characters shown |
|---|---|---|---|---|
${rows.join('\n')}`
}

/** Writes docs/alternatives.md and its picture. */
export async function writeAlternatives(measuredOn: string, results: readonly SetResult[]): Promise<void> {
  await mkdir('docs/pictures', { recursive: true })
  await writeFile('docs/pictures/alternatives.svg', bars(results))
  await writeFile(
    'docs/alternatives.md',
    `# What else one could pick

Written by \`npm run bench -- alternatives --eval DIR --save\`; not edited by hand. ${measuredOn}.

${notes}

![Share of questions answered by the first piece and among five](pictures/alternatives.svg)

${results.map(setTable).join('\n\n')}
`,
  )
}

const notes = `All methods in one run, one question after the other, over the same reports: the answerable questions of a set, to which each
gives five pieces of text. **hit@k**: one of the first k is from the right report and holds the evidence; longer pieces hit more
easily, so the median of the first piece's characters is shown too. Times are of one question from its text to the pieces, with
the model's run where there is one; Wenju's include the check of its quotes against the files.

- *MiniSearch* ranks by BM25 over the same passages, cut into words in three ways: as it comes, by \`Intl.Segmenter\`, and as Wenju
  does (words and character pairs).
- *Passages, vectors in a flat scan*: the same passages and the same vectors as Wenju's, by cosine alone.
- *500-character chunks + HNSW*: the files cut by a recursive splitter with 50 characters of overlap, the usual way to fill a
  vector store; the chunks embedded by the same model.
- *Qdrant alone*: the same passages and vectors in a server of its own on loopback, as its documentation shows: by its HNSW graph,
  and together with sparse vectors of words (BM25, inverse document frequencies by the server), 20 of each fused by the ranks
  (RRF) in its Query API. A user of Qdrant has to cut Chinese into words; both ways are shown.`

const barPx = 9
const rowPx = 30
const widthPx = 300
const labelPx = 330

/** A row a method, a column a set: hit@5 behind hit@1. */
function bars(results: readonly SetResult[]): string {
  const top = 48
  const names = results[0]!.methods.map(({ name }) => name)
  const labels = names.map((name, i) => {
    const weight = i === 0 ? ' font-weight="700"' : ''
    return `<text x="${labelPx - 10}" y="${top + i * rowPx + 16}" text-anchor="end"${weight}>${name}</text>`
  })
  const columns = results.flatMap(({ set, methods }, column) => {
    const x = labelPx + column * (widthPx + 70)
    const title = `<text x="${x}" y="20" font-weight="700">${set.title}</text>`
    const rows = methods.flatMap(({ hit1, hit5 }, i) =>
      [
        [hit1, '#3b7dd8'],
        [hit5, '#a9c7ef'],
      ].map(([value, colour], line) => {
        const y = top + i * rowPx + line * (barPx + 1)
        const long = Number(value) * widthPx
        return `<rect x="${x}" y="${y}" width="${long.toFixed(1)}" height="${barPx}" fill="${colour}"/><text x="${(x + long + 4).toFixed(1)}" y="${y + barPx - 1}" font-size="9">${Number(value).toFixed(2)}</text>`
      }),
    )
    return [title, ...rows]
  })
  const width = labelPx + results.length * (widthPx + 70)
  const height = top + names.length * rowPx + 10
  const legend = `<rect x="10" y="10" width="12" height="12" fill="#3b7dd8"/><text x="26" y="20">hit@1</text><rect x="80" y="10" width="12" height="12" fill="#a9c7ef"/><text x="96" y="20">hit@5</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${[legend, ...labels, ...columns].join('\n')}
</svg>
`
}
