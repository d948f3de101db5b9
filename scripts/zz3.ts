import { writeFileSync } from 'node:fs'
import { buildAndCompact, openAnswerer, openDependencies } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { confidenceOf, signalsOf } from '../src/search/ranking/confidence.ts'
import { isAnswerable, isHit, readGold } from './evaluation/gold.ts'
import { askedOf } from './training/localReports.ts'

const [reports, index, out, stride, ...gold] = process.argv.slice(2)
const config = readConfig({ ...process.env, REPORTS_DIR: reports, INDEX_DIR: index })
const parts = await openDependencies(config)
await buildAndCompact(parts, {})
const { searcher } = await openAnswerer(config, parts)
for (const [i, file] of gold.entries()) {
  const rows: object[] = []
  let n = 0
  for (const q of await readGold(file!)) {
    if (isAnswerable(q) && n++ % Number(stride) !== 0) continue
    const search = async (among: ReadonlySet<string>) => {
      const r = await searcher.rank(askedOf(q), among)
      const s = signalsOf(r)
      const f = r.ranked[0]
      return f && s
        ? {
            f,
            c: confidenceOf(s),
            x: { c: confidenceOf(s), file: f.facts.report.file, text: f.facts.passage.text.slice(0, 60), s },
          }
        : null
    }
    const left = new Set(searcher.reports.keys())
    let right: object | null = null
    if (isAnswerable(q)) {
      const r = await search(left)
      if (r && isHit(q, r.f.facts.report.file, r.f.facts.passage.text)) right = r.x
      const own = new Set([q.file, ...q.alternates.map(({ file }) => file)])
      for (const { id, file } of searcher.reports.values()) if (own.has(file)) left.delete(id)
    }
    const wrong: object[] = []
    while (wrong.length < 6 && left.size > 0) {
      const r = await search(left)
      if (!r || r.c < 0.4) break
      wrong.push(r.x)
      left.delete(r.f.facts.report.id)
    }
    rows.push({ id: q.id, q: q.question, a: q.file ?? null, lang: q.lang, type: q.type, right, wrong })
  }
  writeFileSync(`${out}.${i}.json`, JSON.stringify(rows))
  console.log(file, rows.length)
}
await parts.embedder.dispose()
