import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@xenova/transformers'
import { fetchByProxy } from '../network/fetch.ts'
import { disableTelemetry } from '../telemetry.ts'
import { alignTokens } from './alignment.ts'
import { type ModelFiles, unusableModel } from './model.ts'
import type { Embedding, ModelDescription, Task } from './types.ts'

// This is the project's only importer of transformers.js.

const maxTokens = 512

/** A model ready to run, in the thread that loaded it. */
export interface LoadedModel {
  readonly tokenizer: PreTrainedTokenizer
  readonly model: PreTrainedModel
  /** The vocabulary: the piece of text that each token's number stands for. */
  readonly pieces: readonly string[]
}

function loadLibrary() {
  disableTelemetry()
  return import('@xenova/transformers')
}

/**
 * The configuration of a model on the Hugging Face hub, fetched unless it was before.
 * @throws ModelError when it cannot be fetched
 */
export async function hubConfig(model: string): Promise<object> {
  const { AutoConfig, env } = await loadLibrary()
  env.fetch = fetchByProxy
  try {
    return await AutoConfig.from_pretrained(model)
  } catch (cause) {
    throw unusableModel(model, cause)
  }
}

/**
 * Loads a model into this thread. A thread loads one model only, as the library's settings are the thread's.
 *
 * @param threads the number of threads that share one run of the model
 * @param task the task that it is run for
 * @param uninterrupted wraps the calls of native code, which the end of the process must not interrupt
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
    throw unusableModel(files.id, cause, files.setting)
  }
}

/** Spinning is off: threads that wait in a loop gain a run nothing and cost a core some 20 ms after it. */
function sessionOptions(threads: number) {
  return { intraOpNumThreads: threads, extra: { session: { intra_op: { allow_spinning: '0' } } } }
}

/**
 * Embeds one text by itself. Weights of 8 bits scale their activations over all texts of a run, so in a batch a text's
 * vectors would depend on the others. On processors a batch is no quicker either, as it touches more memory.
 *
 * @param keep copies the token vectors, whose memory ends with the run
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
  // The first and the last token are the model's special ones.
  const own = states.subarray(size, Math.max(1, count - 1) * size)
  for (let at = 0; at < own.length; at += size) toUnitLength(own, at, at + size)
  const tokens = keep(own)
  const ids = idsOf(inputs).slice(1, -1)
  const names = ids.map((id) => loaded.pieces[id] ?? '')
  // The garbage collector does not see the memory of ONNX tensors, so they are disposed of here.
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

/** The tensors that the model reads for one text, each of 1 × its tokens. */
export function tokenise({ tokenizer }: LoadedModel, text: string): Record<string, Tensor> {
  return tokenizer([text], { truncation: true, max_length: maxTokens })
}

/** The numbers of the tokens of one text, with the model's special tokens at both ends. */
export function tokenIds(loaded: LoadedModel, text: string): number[] {
  return idsOf(tokenise(loaded, text))
}

function idsOf(inputs: Record<string, Tensor>): number[] {
  return Array.from(inputs.input_ids!.data as BigInt64Array, Number)
}

/** Scales `values[start … end)` to unit length. The loops are plain, as `subarray` and `for … of` take double time. */
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
