import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@xenova/transformers'
import { ModelError } from '../errors.ts'
import { fetchByProxy } from '../network/fetch.ts'
import { disableTelemetry } from '../telemetry.ts'
import { alignTokens } from './alignment.ts'
import { findModel, hashWeights, type ModelFiles, type ModelSetting } from './model.ts'
import { startPool } from './pool.ts'
import type { Embedder, Embedding, ModelDescription, PackedEmbedding, Reranker, Task } from './types.ts'

const maxTokens = 512

/**
 * An embedder over ONNX weights through transformers.js, the project's only importer of that library.
 * The weights' hash is checked before they are loaded. The model runs in worker threads, the first of which starts at
 * the first `embed`, so that commands which need no model start at once.
 *
 * @param model the default model's id, a local folder (`./…` or absolute), or another Hugging Face id
 * @throws ModelError when files are missing or altered
 */
export async function openEmbedder(model: string): Promise<Embedder> {
  const files = await findModel(model)
  const sha256 = files.weights ? await hashWeights(files.weights, files.sha256) : 'from the hub'
  const shape = files.folder ? await readConfig(files.folder, model) : await hubConfig(model)
  const { isMultilingual, ...config } = shape
  const description: ModelDescription = { id: model, sha256, ...config }
  const pool = startPool({ task: 'embed', files, model: description })
  const run = (texts: readonly string[], isPacked: boolean) =>
    pool.run(
      texts.map((text) => ({ text, isPacked })),
      texts.length <= mostOfQuestion,
    )
  return {
    model: description,
    isMultilingual,
    embed: (texts) => run(texts, false) as Promise<Embedding[]>,
    embedPacked: (texts) => run(texts, true) as Promise<PackedEmbedding[]>,
    dispose: pool.close,
  }
}

/** A question is one text, or two where its vector is made with a prefix: few texts go before many. */
const mostOfQuestion = 2

/**
 * A cross-encoder over ONNX weights: it reads question and passage together, which tells more than two vectors do and takes
 * far longer. One worker thread has all cores, as such models take much memory.
 *
 * @param model a local folder (`./…` or absolute) or a Hugging Face id, of a model for sequence classification with one label
 * @throws ModelError when files are missing
 */
export async function openReranker(model: string): Promise<Reranker> {
  const files = await findModel(model, 'RERANKER_MODEL')
  const pool = startPool({ task: 'score', files, model: null }, { size: 1, threads: availableParallelism() })
  return {
    id: model,
    score: (question, passages) =>
      pool.run(
        passages.map((passage) => ({ question, passage })),
        true,
      ),
    dispose: pool.close,
  }
}

/** A model ready to run, in the thread that loaded it. */
export interface LoadedModel {
  readonly tokenizer: PreTrainedTokenizer
  readonly model: PreTrainedModel
  /** The vocabulary: what each token's number stands for. */
  readonly pieces: readonly string[]
}

type Shape = Pick<ModelDescription, 'dimensions' | 'pooling' | 'queryPrefix'> & Pick<Embedder, 'isMultilingual'>

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

function loadLibrary() {
  disableTelemetry()
  return import('@xenova/transformers')
}

async function hubConfig(model: string): Promise<Shape> {
  const { AutoConfig, env } = await loadLibrary()
  env.fetch = fetchByProxy
  try {
    return shapeOf(await AutoConfig.from_pretrained(model), model)
  } catch (cause) {
    throw unusable(model, cause)
  }
}

/**
 * Vocabularies for Chinese have some 21,000 entries and for English 30,000 to 50,000; the smallest that serves both (jina's)
 * has 61,000, those for many languages from 119,000 (multilingual BERT) to 501,000 (LaBSE).
 */
const multilingualVocabulary = 60_000

function shapeOf(config: object, model: string): Shape {
  const dimensions = 'hidden_size' in config ? config.hidden_size : undefined
  if (typeof dimensions !== 'number') throw unusable(model, new Error('config.json states no hidden_size'))
  // BGE models are trained with the vector of their first token, most others with the mean of all.
  return {
    dimensions,
    pooling: /bge/iu.test(model) ? 'cls' : 'mean',
    queryPrefix: /e5/iu.test(model) ? 'query: ' : '',
    isMultilingual: 'vocab_size' in config && Number(config.vocab_size) >= multilingualVocabulary,
  }
}

/**
 * Loads a model into this thread; once for a thread, as the library's settings are the thread's.
 *
 * @param threads that share one run of it
 * @param task what it is run for
 * @param uninterrupted does what native code does, which the end of the process must not interrupt
 * @throws ModelError when its files cannot be used
 */
export async function loadModel(
  files: ModelFiles,
  threads: number,
  task: Task = 'embed',
  uninterrupted: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
): Promise<LoadedModel> {
  const { AutoModel, AutoModelForSequenceClassification, AutoTokenizer, env } = await uninterrupted(loadLibrary)
  const Model = task === 'score' ? AutoModelForSequenceClassification : AutoModel
  env.useFSCache = files.folder === null
  env.allowRemoteModels = files.folder === null
  env.fetch = fetchByProxy
  // The library looks for weights below the model's folder; this hook hands it the file wherever npm put it.
  env.useCustomCache = files.weights !== null
  env.customCache = {
    match: async (key: string) => (key.endsWith('.onnx') ? (files.weights ?? undefined) : undefined),
    put: async () => {},
  }
  const path = files.folder ?? files.id
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(path)
    const options = { dtype: 'int8', session_options: sessionOptions(threads) } as const
    const model = await uninterrupted(() => Model.from_pretrained(path, options))
    const pieces: string[] = []
    for (const [piece, id] of tokenizer.get_vocab()) pieces[id] = piece
    return { tokenizer, model, pieces }
  } catch (cause) {
    throw unusable(files.id, cause, files.setting)
  }
}

/** Threads that wait for the next operator in a loop gain a run nothing and cost a core some 20 ms after every one. */
function sessionOptions(threads: number) {
  return { intraOpNumThreads: threads, extra: { session: { intra_op: { allow_spinning: '0' } } } }
}

/**
 * Embeds one text by itself. Weights of 8 bits scale their activations over all that shares a run, so in company a
 * text's vectors would depend on the company; on processors it is not slower either, as less memory is touched.
 *
 * @param keep copies the token vectors, which are gone with the run
 */
export async function embedText<Tokens>(
  loaded: LoadedModel,
  text: string,
  model: ModelDescription,
  keep: (tokens: Float32Array) => Tokens,
): Promise<Omit<Embedding, 'tokens'> & { readonly tokens: Tokens }> {
  const inputs = tokenise(loaded, text)
  const outputs = (await loaded.model(inputs)) as { last_hidden_state: Tensor; sentence_embedding?: Tensor }
  const states = outputs.last_hidden_state.data as Float32Array
  const count = outputs.last_hidden_state.dims[1]!
  const size = model.dimensions
  const vector = model.pooling === 'cls' ? states.slice(0, size) : mean(states, count, size)
  toUnitLength(vector, 0, size)
  // The first and the last token are the model's own marks.
  const own = states.subarray(size, Math.max(1, count - 1) * size)
  for (let at = 0; at < own.length; at += size) toUnitLength(own, at, at + size)
  const tokens = keep(own)
  const ids = idsOf(inputs).slice(1, -1)
  const names = ids.map((id) => loaded.pieces[id] ?? '')
  // ONNX tensors live outside the garbage collector's sight; a daemon must let go of them itself.
  for (const tensor of [...Object.values(outputs), ...Object.values(inputs)]) (tensor as Tensor).dispose()
  return { vector, tokens, tokenStarts: alignTokens(text, names) }
}

/** The logit that a passage answers a question: above 0 where the model takes it to be likelier than not. */
export async function scorePassage(
  { tokenizer, model }: LoadedModel,
  { question, passage }: { question: string; passage: string },
): Promise<number> {
  const inputs: Record<string, Tensor> = tokenizer([question], {
    text_pair: [passage],
    truncation: true,
    max_length: maxTokens,
  })
  const outputs = (await model(inputs)) as { logits: Tensor }
  const [logit] = outputs.logits.data as Float32Array
  for (const tensor of [...Object.values(outputs), ...Object.values(inputs)]) (tensor as Tensor).dispose()
  return logit!
}

/** What the model reads of one text: tensors of 1 × its tokens. */
export function tokenise({ tokenizer }: LoadedModel, text: string): Record<string, Tensor> {
  return tokenizer([text], { truncation: true, max_length: maxTokens })
}

/** The numbers of the tokens of one text, the model's own marks at both ends. */
export function tokenIds(loaded: LoadedModel, text: string): number[] {
  return idsOf(tokenise(loaded, text))
}

function idsOf(inputs: Record<string, Tensor>): number[] {
  return Array.from(inputs.input_ids!.data as BigInt64Array, Number)
}

/** Plain loops: with `subarray` and `for … of` this takes twice the time. */
function toUnitLength(values: Float32Array, start: number, end: number): void {
  let sum = 0
  for (let i = start; i < end; i++) sum += values[i]! * values[i]!
  const length = Math.sqrt(sum) || 1
  for (let i = start; i < end; i++) values[i]! /= length
}

function mean(states: Float32Array, count: number, size: number): Float32Array {
  const sum = new Float32Array(size)
  for (let token = 0; token < count; token++) {
    for (let i = 0; i < size; i++) sum[i]! += states[token * size + i]!
  }
  return sum
}

function unusable(model: string, cause: unknown, setting: ModelSetting = 'EMBEDDING_MODEL'): ModelError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ModelError(
    {
      zh: `无法载入模型 ${model}:${reason}。请检查 ${setting};本机文件夹需含 config.json、tokenizer.json 和 onnx/model.onnx。`,
      en: `The model ${model} cannot be loaded: ${reason}. Check ${setting}; a local folder needs config.json, tokenizer.json and onnx/model.onnx.`,
    },
    { cause },
  )
}
