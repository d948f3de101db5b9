import assert from 'node:assert/strict'
import { readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { put, spring, workshop } from '../support/testIndex.ts'
import { copyProject } from './project.ts'
import { environmentOf, indexedStage } from './realModelIndex.ts'
import { assertTold, type Ran, root, run } from './run.ts'

const stage = await indexedStage({ after })
/** A copy of the project, which lacks some packages. */
const project = join(stage.places.root, 'project')
// Packages are found by the names in the copy, and not where the links lead.
const environment = { ...stage.environment, NODE_PRESERVE_SYMLINKS: '1' }

/** What is told before a language is known: one line in both. */
function assertToldInBoth({ code, stdout, stderr }: Ran, zh: RegExp, en: RegExp): void {
  assert.deepEqual([code, stdout], [1, ''], stderr)
  assert.match(stderr, /^[^\n]*\n$/u)
  assert.match(stderr, zh)
  assert.match(stderr, en)
}

describe('a start on a Node that is too old', () => {
  it('names the version that is needed and the one that was found', async () => {
    const { root: folder } = stage.places
    const fake = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`
    await put(folder, { 'old.cjs': fake })
    const old = { NODE_OPTIONS: `--require ${join(folder, 'old.cjs')}` }
    const ran = await run('main', [], { environment: { ...environment, ...old } })
    assertToldInBoth(
      ran,
      /需要 Node 20\.19 或更新的版本.*18\.20\.8/u,
      /Node 20\.19 or later is needed, this is 18\.20\.8\./u,
    )
  })

  it('comes so far, as the launcher has no newer syntax than Node 8 knows', async () => {
    const { transform } = await import('esbuild')
    const source = await readFile(join(root, 'scripts', 'launcher.cjs'), 'utf8')
    const forTarget = async (target: string) => (await transform(source, { target })).code
    assert.equal(await forTarget('es2017'), await forTarget('esnext'))
  })
})

describe('a start with packages that are missing or cannot be loaded', () => {
  // Translations are kept from earlier starts, which need no translator.
  const lacking = ['.cache', 'esbuild', '@esbuild', 'onnxruntime-node']
  const link = (name: string) => symlink(join(root, 'node_modules', name), join(project, 'node_modules', name))

  before(async () => {
    await copyProject(project, lacking)
    // No compiled module, so the system refuses to load it.
    await put(join(project, 'node_modules', 'onnxruntime-node'), {
      'package.json': '{ "name": "onnxruntime-node", "main": "index.js" }',
      'index.js': `const binding = require('./binding.node')
        exports.InferenceSession = binding.InferenceSession
        exports.Tensor = binding.Tensor`,
      'binding.node': 'no library',
    })
  })

  it('says which are missing, and to run npm ci', async () => {
    const ran = await run('main', [], { environment, project })
    assertToldInBoth(ran, /缺少依赖包\(esbuild\)。请运行 npm ci。/u, /Packages are missing \(esbuild\)\. Run npm ci\./u)
  })

  it('says so too of a package that only another package needs', async () => {
    await link('esbuild')
    const ran = await run('main', [], { environment, project })
    assertToldInBoth(ran, /缺少依赖包 @esbuild.*npm ci/u, /The package @esbuild\/[\w-]+ is missing.*run npm ci/u)
  })

  it('ends with the cause where the model cannot be run, rather than failing each question', async () => {
    await link('@esbuild')
    const ran = await run('main', [], { environment, project, input: '新建小学几所?' })
    assertTold(ran, 'en', /^onnxruntime-node cannot be loaded \(.*binding\.node/mu, 'npm ci')
  })

  it('says of a picture that OCR cannot be loaded, not that the picture is damaged', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    // A white dot.
    const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FQAAAABJRU5ErkJggg=='
    await put(places.reports, { 'dot.png': Buffer.from(dot, 'base64') })
    await rm(join(places.reports, 'a.txt'))
    const ran = await run('index', [], { environment: { ...environment, ...environmentOf(places) }, project })
    assertTold(ran, 'en', /dot\.png: onnxruntime-node cannot be loaded \(/u)
  })
})
