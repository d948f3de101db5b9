import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { findModel, hashWeights, type ModelTraits, traitsOf, unusableModel } from './model.ts'
import { startPool } from './pool.ts'
import { hubConfig } from './transformers.ts'
import type { Embedder, Embedding, ModelDescription, PackedEmbedding, Reranker } from './types.ts'

/**
 * An embedder over ONNX weights. The weights' hash is checked before they are loaded. The model runs in worker threads,
 * the first of which starts at the first `embed`, so that commands which need no model start at once.
 *
 * @param model the default model's id, a local folder (`./…` or absolute), or another Hugging Face id
 * @throws ModelError when files are missing or altered
 */
export async function openEmbedder(model: string): Promise<Embedder> {
  const files = await findModel(model)
  const sha256 = files.weights ? await hashWeights(files.weights, files.sha256) : 'from the hub'
  const shape = files.folder ? await readConfig(files.folder, model) : shapeOf(await hubConfig(model), model)
  const { isMultilingual, ...config } = shape
  const description: ModelDescription = { id: model, sha256, ...config }
  const pool = startPool({ task: 'embed', files, model: description })
  const run = (texts: readonly string[], isPacked: boolean) => {
    const inputs = texts.map((text) => ({ text, isPacked }))
    return pool.run(inputs, texts.length <= maxUrgentTexts)
  }
  return {
    model: description,
    isMultilingual,
    embed: (texts) => run(texts, false) as Promise<Embedding[]>,
    embedPacked: (texts) => run(texts, true) as Promise<PackedEmbedding[]>,
    dispose: pool.close,
  }
}

/** A question is one text, or two where its vector is made with a prefix, so calls of so few texts go first. */
const maxUrgentTexts = 2

/**
 * A cross-encoder over ONNX weights: it reads question and passage together, which tells more than two vectors do and
 * takes far longer. A single worker thread has all cores, as such models take much memory.
 *
 * @param model a local folder (`./…` or absolute) or a Hugging Face id, of a model for sequence classification with one
 * label
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

type Shape = ModelTraits & Pick<ModelDescription, 'dimensions'>

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
    throw unusableModel(model, cause)
  }
}

function shapeOf(config: object, model: string): Shape {
  const dimensions = 'hidden_size' in config ? config.hidden_size : undefined
  if (typeof dimensions !== 'number') throw unusableModel(model, new Error('config.json states no hidden_size'))
  const vocabularySize = 'vocab_size' in config ? Number(config.vocab_size) : 0
  const { pooling, queryPrefix, isMultilingual } = traitsOf(model, vocabularySize)
  return { dimensions, pooling, queryPrefix, isMultilingual }
}
