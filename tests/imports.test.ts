import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** What each folder may import besides itself and `errors`; `type X` allows its types only. */
const allowed: Record<string, readonly string[]> = {
  text: [],
  network: [],
  embeddings: ['network', 'thread.ts', 'telemetry.ts', 'installation.js'],
  reports: ['text', 'telemetry.ts', 'installation.js'],
  indexes: ['text', 'thread.ts', 'fileSystem.ts', 'reports', 'embeddings/tokens.ts', 'type embeddings'],
  languages: ['text', 'thread.ts'],
  search: [
    'text',
    'languages',
    'type reports',
    'reports/years.ts',
    'type embeddings',
    'type indexes',
    'indexes/types.ts',
    'embeddings/tokens.ts',
  ],
  answer: ['text', 'languages', 'search', 'type reports', 'reports/pages.ts'],
  library: ['answer', 'search', 'indexes', 'reports', 'type embeddings', 'log.ts', 'fileSystem.ts'],
  state: ['fileSystem.ts'],
  bot: [
    'answer',
    'languages',
    'network',
    'text',
    'log.ts',
    'type library',
    'type metrics.ts',
    'type reader',
    'type reports',
    'type state',
    'state/turns.ts',
  ],
  reader: [
    'answer',
    'languages',
    'text',
    'log.ts',
    'peers.ts',
    'type reports',
    'type state',
    'reports/inspection/parts.ts',
    'reports/inspection/words.ts',
    'reports/pages.ts',
  ],
  server: ['log.ts', 'peers.ts', 'type metrics.ts'],
  terminal: ['answer', 'languages', 'text', 'log.ts', 'type reports'],
}

/** Engines and the one place that imports each. */
const engines: Record<string, string> = {
  '@xenova/transformers': 'embeddings/transformers.ts',
  'hnswlib-node': 'indexes/hnsw.ts',
  '@qdrant/js-client-rest': 'indexes/qdrant/servers.ts',
  grammy: 'bot/',
  socks: 'network/connection.ts',
  'prom-client': 'metrics.ts',
  hono: 'reader/',
  '@hono/node-server': 'reader/',
  'pdfjs-dist': 'reports/formats/pdf.ts',
  'onnxruntime-node': 'reports/formats/ocr.ts',
  sharp: 'reports/formats/',
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
  const imports = await readImports()
  assert.ok(imports.length > 100, 'the pattern finds imports')
  const wrong = imports.filter(({ from, to, isType, isOurs }) => {
    const folder = from.split('/')[0]!
    const target = to.split('/')[0]!
    if (!isOurs || !(folder in allowed) || target === folder || target === 'errors.ts') return false
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
