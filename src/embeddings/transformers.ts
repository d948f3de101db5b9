import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@xenova/transformers'
import { ModelError } from '../errors.ts'
import { alignTokens } from './alignment.ts'
import { findModel, hashWeights, type ModelFiles } from './model.ts'
import type { Embedder, Embedding, ModelDescription } from './types.ts'

/** Texts embedded in one run of the model; sorted by length first, so little of a batch is padding. */
const batchSize = 16
const maxTokens = 512

/**
 * An embedder over ONNX weights through transformers.js, the project's only importer of that library.
 * The weights' hash is checked before they are loaded. The library itself is loaded at the first `embed`, so that
 * commands which need no model start at once.
 *
 * @param model the default model's id, a local folder (`./…` or absolute), or another Hugging Face id
 * @throws ModelError when files are missing or altered
 */
export async function openEmbedder(model: string): Promise<Embedder> {
  const files = await findModel(model)
  const sha256 = files.weights ? await hashWeights(files.weights, files.sha256) : 'from the hub'
  const config = files.folder ? await readConfig(files.folder, model) : await hubConfig(model)
  const description: ModelDescription = { id: model, sha256, ...config }
  let loading: Promise<Loaded> | null = null
  return {
    model: description,
    async embed(texts) {
      loading ??= load(files)
      const loaded = await loading
      const order = [...texts.keys()].sort((a, b) => texts[a]!.length - texts[b]!.length)
      const results = new Array<Embedding>(texts.length)
      for (let i = 0; i < order.length; i += batchSize) {
        const batch = order.slice(i, i + batchSize)
        const embedded = await embedBatch(
          loaded,
          batch.map((at) => texts[at]!),
          description,
        )
        for (const [j, at] of batch.entries()) results[at] = embedded[j]!
      }
      return results
    },
    async dispose() {
      if (loading) await (await loading).model.dispose()
      loading = null
    },
  }
}

interface Loaded {
  readonly tokenizer: PreTrainedTokenizer
  readonly model: PreTrainedModel
}

type Shape = Pick<ModelDescription, 'dimensions' | 'pooling' | 'queryPrefix'>

async function readConfig(folder: string, model: string): Promise<Shape> {
  try {
    const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    if (typeof config !== 'object' || config === null) throw new Error('config.json is no object')
    const shape = shapeOf(config, basename(folder))
    // Sentence Transformers models state their pooling beside the rest.
    const stated = await readFile(join(folder, '1_Pooling', 'config.json'), 'utf8').catch(() => null)
    if (stated === null) return shape
    return { ...shape, pooling: JSON.parse(stated).pooling_mode_cls_token === true ? 'cls' : 'mean' }
  } catch (cause) {
    throw unusable(model, cause)
  }
}

async function hubConfig(model: string): Promise<Shape> {
  const { AutoConfig } = await import('@xenova/transformers')
  try {
    return shapeOf(await AutoConfig.from_pretrained(model), model)
  } catch (cause) {
    throw unusable(model, cause)
  }
}

function shapeOf(config: object, model: string): Shape {
  const dimensions = 'hidden_size' in config ? config.hidden_size : undefined
  if (typeof dimensions !== 'number') throw unusable(model, new Error('config.json states no hidden_size'))
  // BGE models are trained with the vector of their first token, most others with the mean of all.
  return { dimensions, pooling: /bge/iu.test(model) ? 'cls' : 'mean', queryPrefix: /e5/iu.test(model) ? 'query: ' : '' }
}

/** The model being loaded at the moment, if any. */
let loads: Promise<unknown> = Promise.resolve()

/** One after the other: the library's settings are the process's. */
function load(files: ModelFiles): Promise<Loaded> {
  const next = loads.then(() => loadAlone(files))
  loads = next.catch(() => undefined)
  return next
}

async function loadAlone(files: ModelFiles): Promise<Loaded> {
  const { AutoModel, AutoTokenizer, env } = await import('@xenova/transformers')
  env.useFSCache = files.folder === null
  env.allowRemoteModels = files.folder === null
  // The library looks for weights below the model's folder; this hook hands it the file wherever npm put it.
  env.useCustomCache = files.weights !== null
  env.customCache = {
    match: async (key: string) => (key.endsWith('.onnx') ? (files.weights ?? undefined) : undefined),
    put: async () => {},
  }
  const path = files.folder ?? files.id
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(path)
    const model = await AutoModel.from_pretrained(path, { dtype: 'int8' })
    return { tokenizer, model }
  } catch (cause) {
    throw unusable(files.id, cause)
  }
}

async function embedBatch(loaded: Loaded, texts: string[], model: ModelDescription): Promise<Embedding[]> {
  const inputs = loaded.tokenizer(texts, { padding: true, truncation: true, max_length: maxTokens })
  const outputs = (await loaded.model(inputs)) as { last_hidden_state: Tensor; sentence_embedding?: Tensor }
  const states = outputs.last_hidden_state.data as Float32Array
  const width = outputs.last_hidden_state.dims[1]!
  const size = model.dimensions
  const mask = inputs.attention_mask.data as BigInt64Array
  const embeddings = texts.map((text, i): Embedding => {
    const from = i * width
    let used = 0
    while (used < width && mask[from + used] === 1n) used++
    // The first and the last token are the model's own marks.
    const tokens = new Float32Array(states.subarray((from + 1) * size, (from + Math.max(1, used - 1)) * size))
    for (let at = 0; at < tokens.length; at += size) toUnitLength(tokens.subarray(at, at + size))
    const vector =
      model.pooling === 'cls' ? states.slice(from * size, (from + 1) * size) : mean(states, from, used, size)
    toUnitLength(vector)
    const names = loaded.tokenizer.tokenize(text).slice(0, tokens.length / size)
    return { vector, tokens, tokenStarts: alignTokens(text, names) }
  })
  // ONNX tensors live outside the garbage collector's sight; a daemon must let go of them itself.
  for (const tensor of [...Object.values(outputs), ...Object.values(inputs)]) (tensor as Tensor).dispose()
  return embeddings
}

function toUnitLength(vector: Float32Array): void {
  let sum = 0
  for (const value of vector) sum += value * value
  const length = Math.sqrt(sum) || 1
  for (let i = 0; i < vector.length; i++) vector[i]! /= length
}

function mean(states: Float32Array, from: number, count: number, size: number): Float32Array {
  const sum = new Float32Array(size)
  for (let token = 0; token < count; token++) {
    for (let i = 0; i < size; i++) sum[i]! += states[(from + token) * size + i]!
  }
  return sum
}

function unusable(model: string, cause: unknown): ModelError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ModelError(
    {
      zh: `无法载入模型 ${model}:${reason}。请检查 EMBEDDING_MODEL;本机文件夹需含 config.json、tokenizer.json 和 onnx/model.onnx。`,
      en: `The model ${model} cannot be loaded: ${reason}. Check EMBEDDING_MODEL; a local folder needs config.json, tokenizer.json and onnx/model.onnx.`,
    },
    { cause },
  )
}
