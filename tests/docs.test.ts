import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { environmentSchema, variableNames } from '../src/configVariables.ts'
import { formats } from '../src/reports/formats/formats.ts'
import { bands } from '../src/search/ranking/confidence.ts'

const read = (name: string) => readFile(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8')

/** The defaults that a document must state, by the names of their variables. */
const defaults: readonly (readonly [name: string, values: readonly string[]])[] = [
  ...Object.entries(environmentSchema.parse({})).flatMap(([name, value]) => {
    if (typeof value === 'boolean') return [[name, [value ? 'on' : 'off']] as const]
    return typeof value === 'string' || typeof value === 'number' ? [[name, [String(value)]] as const] : []
  }),
  ['MIN_CONFIDENCE', [bands.zh.answer, bands.en.answer].map(String)],
]

for (const readme of ['README.md', 'README.zh.md']) {
  test(`${readme} lists exactly the variables there are, in their order`, async () => {
    const named = [...(await read(readme)).matchAll(/^\| `([A-Z_]+)` \|/gmu)].map(([, name]) => name)
    assert.deepEqual(named, variableNames)
  })

  test(`${readme} states the defaults of the variables`, async () => {
    const text = await read(readme)
    assert.ok(defaults.length > 15)
    for (const [name, values] of defaults) {
      const cell = new RegExp(`^\\| \`${name}\` \\|.*\\|([^|]*)\\|$`, 'mu').exec(text)?.[1]
      for (const value of values) assert.ok(cell?.includes(`\`${value}\``), `${name}: ${value} in ${cell}`)
    }
  })

  test(`${readme} names every extension of the formats that are read`, async () => {
    const text = await read(readme)
    const extensions = Object.values(formats).flatMap(({ mimeTypes }) => Object.keys(mimeTypes))
    assert.ok(extensions.length > 30)
    assert.deepEqual(
      extensions.filter((extension) => !text.includes(`\`${extension}\``)),
      [],
    )
  })

  test(`${readme} names only npm scripts that exist`, async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> }
    const named = [...(await read(readme)).matchAll(/npm run (?:--silent )?([a-z:-]+)/gu)].map(([, name]) => name!)
    assert.ok(named.length > 2)
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    )
  })

  test(`${readme} names only benchmarks that exist`, async () => {
    const benchmarks = await readdir(fileURLToPath(new URL('../scripts/bench', import.meta.url)))
    const named = [...(await read(readme)).matchAll(/npm run bench -- ([a-z-]+)/gu)].map(([, name]) => `${name}.ts`)
    assert.ok(named.length > 0)
    assert.deepEqual(
      named.filter((name) => !benchmarks.includes(name)),
      [],
    )
  })

  test(`${readme} shows pictures and links to files that exist`, async () => {
    const text = await read(readme)
    const paths = [...text.matchAll(/(?:src="|\]\()(?!https?:)([^")#]+)/gu)].map(([, path]) => path!)
    assert.ok(paths.length >= 4)
    for (const path of paths) await assert.doesNotReject(read(path), path)
  })
}

test('.env.example explains exactly the variables there are', async () => {
  const named = [...(await read('.env.example')).matchAll(/^([A-Z_]+)=/gmu)].map(([, name]) => name)
  assert.deepEqual(named, variableNames)
})

test('.env.example states the defaults of the variables', async () => {
  const text = await read('.env.example')
  for (const [name, values] of defaults) {
    const comment = text.split(`\n${name}=`)[0]!.split(/=\n/u).at(-1)!
    const stated = comment.split(/default/iu).at(-1)!
    for (const value of values) assert.ok(stated.includes(value), `${name}: ${value} in ${comment}`)
  }
})

for (const [english, chinese] of [
  ['README.md', 'README.zh.md'],
  ['docs/operation.md', 'docs/operation.zh.md'],
] as const) {
  test(`${english} and ${chinese} have the same sections, tables and commands`, async () => {
    const shape = async (name: string) => {
      const text = await read(name)
      return {
        headings: text.match(/^#+ /gmu)?.length,
        rows: text.match(/^\|/gmu)?.length,
        code: text.match(/^```/gmu)?.length,
        pictures: text.match(/<img /gu)?.length,
      }
    }
    assert.deepEqual(await shape(english), await shape(chinese))
  })
}

test('ARCHITECTURE.md can be read in one sitting', async () => {
  assert.ok(Buffer.byteLength(await read('ARCHITECTURE.md')) <= 12 * 1024)
})

/** The documents that say how the code works, by their paths. */
async function codeDocuments(): Promise<string[]> {
  const design = await readdir(fileURLToPath(new URL('../docs/design', import.meta.url)))
  return ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/decisions.md', ...design.map((name) => `docs/design/${name}`)]
}

test('every file that the documents name exists', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const folders = ['src', 'scripts', 'tests', 'docs', 'models', 'index', 'reports']
  const files = ['README.md', 'CONTRIBUTING.md', 'package.json']
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true })
    files.push(...entries.map((name) => join(folder, name)))
  }
  for (const document of await codeDocuments()) {
    const named = [...(await read(document)).matchAll(/`([\w./-]+\.(?:ts|js|cjs|py|json|txt|md|wat))`/gu)].map(
      ([, name]) => name!,
    )
    const missing = named.filter((name) => !files.some((file) => file === name || file.endsWith(`/${name}`)))
    assert.deepEqual(missing, [], document)
  }
})
