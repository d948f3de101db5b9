import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { spring, workshop } from '../support/testIndex.ts'
import { copyProject } from './project.ts'
import { assertTold, root, run } from './run.ts'

/** The weights of the default model, in the project. */
const file = join('models', 'wenju-small-zh-v1', 'model_quantized.onnx')
const expected = '2e64a8c7d6d83cbc7487bfc969a3e0dc004198b55d9128323fa9b089960a0d63'

const places = await workshop({ after }, { 'a.txt': spring })
/** A copy of the project, with the packages that are installed here. */
const project = join(places.root, 'project')
const environment = { REPORTS_DIR: places.reports, INDEX_DIR: places.index }

describe('shipped weights at fault end every command before anything is made with them', () => {
  let weights: Buffer
  const installed = () => join(project, file)

  before(async () => {
    await copyProject(project, [])
    weights = await readFile(join(root, file))
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
