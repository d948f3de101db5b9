import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** Files on top of `src` that every folder may import. */
const everywhere = ['beforeAbort.ts', 'errors.ts', 'hashFile.ts', 'lowerBound.ts', 'lru.ts', 'serialQueue.ts']

/**
 * Reads the table of ARCHITECTURE.md: what each folder may import besides itself and those. Names behind "types of" stand for
 * types only, as `type X`.
 */
async function readAllowed(): Promise<Record<string, readonly string[]>> {
  const map = await readFile(join(source, '..', 'ARCHITECTURE.md'), 'utf8')
  const rows = [...map.matchAll(/^\| `(\w+)\/` \|[^|]*\| ([^|]*) \|$/gmu)]
  return Object.fromEntries(
    rows.map(([, folder, cell]) => {
      const [values = '', types = ''] = cell!.split('types of')
      const names = (text: string) => [...text.matchAll(/`([^`]+?)\/?`/gu)].map(([, name]) => name!)
      return [folder!, [...names(values), ...names(types).map((name) => `type ${name}`)]]
    }),
  )
}

/** Engines and the one place that imports each. */
const engines: Record<string, string> = {
  '@xenova/transformers': 'embeddings/transformers.ts',
  'hnswlib-node': 'indexes/hnswAddon.ts',
  '@qdrant/js-client-rest': 'indexes/qdrant/servers.ts',
  grammy: 'bot/',
  socks: 'network/connection.ts',
  'prom-client': 'metrics.ts',
  hono: 'web/',
  '@hono/node-server': 'web/',
  'pdfjs-dist': 'reports/formats/pdfDocument.ts',
  'onnxruntime-node': 'reports/formats/ocr.ts',
  sharp: 'reports/',
  mammoth: 'reports/formats/docx.ts',
  linkedom: 'reports/formats/',
  jszip: 'reports/formats/',
  '@e965/xlsx': 'reports/formats/table.ts',
  'pinyin-pro': 'languages/characters.ts',
}

interface Import {
  readonly from: string
  readonly to: string
  readonly isType: boolean
  readonly isOurs: boolean
}

async function readImports(): Promise<Import[]> {
  const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const imports: Import[] = []
  for (const name of names) {
    const code = await readFile(join(source, name), 'utf8')
    for (const [, keyword, to] of code.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'/gmu)) {
      const isOurs = to!.startsWith('.')
      const target = isOurs ? relative(source, join(source, dirname(name), to!)) : to!
      imports.push({ from: name, to: target, isType: keyword !== undefined, isOurs })
    }
    for (const [, to] of code.matchAll(/(?:import\(|require\()'([^']+)'/gu)) {
      const isOurs = to!.startsWith('.')
      const target = isOurs ? relative(source, join(source, dirname(name), to!)) : to!
      imports.push({ from: name, to: target, isType: /typeof import/u.test(code), isOurs })
    }
  }
  return imports
}

test('imports between folders run one way, as ARCHITECTURE.md says', async () => {
  const [imports, allowed] = await Promise.all([readImports(), readAllowed()])
  assert.ok(imports.length > 100, 'the pattern finds imports')
  const folders = (await readdir(source, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  assert.deepEqual(Object.keys(allowed).sort(), folders.map(({ name }) => name).sort())
  const wrong = imports.filter(({ from, to, isType, isOurs }) => {
    const folder = from.split('/')[0]!
    const target = to.split('/')[0]!
    if (!isOurs || !(folder in allowed) || target === folder || everywhere.includes(target)) return false
    const rules = allowed[folder]!
    return !rules.includes(target) && !rules.includes(to) && !(isType && rules.includes(`type ${target}`))
  })
  assert.deepEqual(wrong, [])
})

test('each engine is imported in one place only', async () => {
  const imports = await readImports()
  for (const [engine, place] of Object.entries(engines)) {
    const importers = imports.filter(({ to }) => to === engine || to.startsWith(`${engine}/`)).map(({ from }) => from)
    assert.ok(importers.length > 0, `${engine} is imported somewhere`)
    assert.deepEqual(
      importers.filter((from) => !from.startsWith(place)),
      [],
      engine,
    )
  }
})

test('no file imports itself by way of others, not even for types', async () => {
  const targets = new Map<string, string[]>()
  for (const { from, to, isOurs } of await readImports())
    if (isOurs) targets.set(from, [...(targets.get(from) ?? []), to])
  const reachable = new Map<string, Set<string>>()
  for (const file of targets.keys()) {
    const reached = new Set(targets.get(file))
    // A set hands out what is added to it meanwhile as well.
    for (const next of reached) for (const to of targets.get(next) ?? []) reached.add(to)
    reachable.set(file, reached)
  }
  const circles = new Set<string>()
  for (const [file, reached] of reachable) {
    const circle = [...reached].filter((other) => reachable.get(other)?.has(file))
    if (reached.has(file)) circles.add(circle.sort().join(' '))
  }
  assert.deepEqual([...circles], [])
})
