import { writeFileSync } from 'node:fs'
import { buildAndCompact, openAnswerer, openDependencies } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { confidenceOf, signalsOf } from '../../src/search/ranking/confidence.ts'
import { sharesOf } from '../../src/search/ranking/ranker.ts'
import { isAnswerable, isHit, readGold } from '../evaluation/gold.ts'
import { askedOf } from '../training/localReports.ts'

const [set, out, every = '1'] = process.argv.slice(2)
const [reports, index, ...gold] = set!.split(',')
const config = readConfig({ ...process.env, REPORTS_DIR: reports, INDEX_DIR: index })
const parts = await openDependencies(config)
await buildAndCompact(parts, {})
const answerer = await openAnswerer(config, parts)
const { searcher } = answerer
const questions = (await Promise.all(gold.map(readGold))).flat()
const lines: string[] = []
const begin = performance.now()
let n = 0
for (const [k, q] of questions.entries()) {
  if (k % Number(every) !== 0) continue
  try {
    const full = await searcher.rank(askedOf(q))
    const shares = sharesOf(full.ranked.map((r) => r.score))
    const s = signalsOf(full)
    const first = full.ranked[0]
    const byReport = new Map<string, { share: number; best: number }>()
    for (const [i, r] of full.ranked.entries()) {
      const id = r.facts.report.id
      const one = byReport.get(id) ?? { share: 0, best: i }
      one.share += shares[i]!
      byReport.set(id, one)
    }
    const rest = [] as object[]
    for (const [id, one] of byReport) {
      const file = searcher.reports.get(id)!.file
      const t = performance.now()
      const found = await searcher.rank(askedOf(q), new Set([id]))
      const ms = performance.now() - t
      const sig = signalsOf(found)
      const f = found.ranked[0]
      if (!f || !sig) continue
      rest.push({
        file,
        share: +one.share.toFixed(5),
        best: one.best,
        c: +confidenceOf(sig).toFixed(5),
        ms: +ms.toFixed(1),
        right: isAnswerable(q) && isHit(q, file, f.facts.passage.text),
        cos: +(f.inputs as any).cosine?.toFixed?.(4),
        sig,
      })
    }
    lines.push(
      JSON.stringify({
        id: q.id,
        question: q.question,
        type: q.type,
        lang: q.lang,
        file: q.file ?? null,
        alt: q.alternates.map((a) => a.file),
        near: (q as any).near ?? null,
        full:
          s && first
            ? {
                c: +confidenceOf(s).toFixed(5),
                file: first.facts.report.file,
                right: isAnswerable(q) && isHit(q, first.facts.report.file, first.facts.passage.text),
                share: shares[0],
              }
            : null,
        rest,
      }),
    )
  } catch (e) {
    console.error(q.id, String(e))
  }
  n++
  if (n % 50 === 0) console.error(n, ((performance.now() - begin) / n).toFixed(0) + ' ms')
}
writeFileSync(out!, lines.join('\n') + '\n')
await parts.embedder.dispose()
