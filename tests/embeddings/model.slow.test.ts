import assert from 'node:assert/strict'
import { copyFile, open, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { baseModel, defaultModel, findModel, hashWeights } from '../../src/embeddings/model.ts'
import { openEmbedder } from '../../src/embeddings/open.ts'
import { ModelError } from '../../src/errors.ts'
import { modelFolder, shippedWeights, temporaryFolder } from './modelFolder.ts'

/** A ModelError whose two texts hold all of `parts`. */
function modelError(...parts: readonly string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof ModelError, `not a ModelError: ${error}`)
    for (const text of [error.text.zh, error.text.en]) {
      for (const part of parts) assert.ok(text.includes(part), `${part} is not in: ${text}`)
    }
    return true
  }
}

const sha256 = '2e64a8c7d6d83cbc7487bfc969a3e0dc004198b55d9128323fa9b089960a0d63'
const baseSha256 = '277740d23747fa6dbe5b3afa74fca21d818fb89556ce5c819ce1d3896e6e4c25'

describe('the weights of the default model', () => {
  it('are those in the project', async () => {
    const files = await findModel(defaultModel)
    assert.equal(files.sha256, sha256)
    assert.equal(await hashWeights(files.weights!, files.sha256), sha256)
  })

  it('are not those of the model that it was made of, which comes with the pinned package', async () => {
    const files = await findModel(baseModel)
    assert.equal(files.sha256, baseSha256)
    assert.equal(await hashWeights(files.weights!, files.sha256), baseSha256)
  })

  it('are refused when truncated, with both hashes and what to do', async (t) => {
    const copy = join(await temporaryFolder(t), 'model.onnx')
    await copyFile(await shippedWeights(), copy)
    await truncate(copy, 1_000_000)
    const found = await hashWeights(copy, null)
    assert.notEqual(found, sha256)
    await assert.rejects(hashWeights(copy, sha256), modelError(copy, sha256, found, '1000000', 'npm ci'))
  })

  it('are refused when one byte is altered, with both hashes', async (t) => {
    const copy = join(await temporaryFolder(t), 'model.onnx')
    await copyFile(await shippedWeights(), copy)
    const handle = await open(copy, 'r+')
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 12_000_000)
    await handle.write(Buffer.of(buffer[0]! ^ 1), 0, 1, 12_000_000)
    await handle.close()
    const found = await hashWeights(copy, null)
    await assert.rejects(hashWeights(copy, sha256), modelError(copy, sha256, found, 'npm ci'))
  })

  it('are told missing', async (t) => {
    const path = join(await temporaryFolder(t), 'model.onnx')
    await assert.rejects(hashWeights(path, sha256), modelError(path, 'npm ci', 'EMBEDDING_MODEL'))
  })
})

describe('a model folder at fault', () => {
  it('is told when it is missing', async (t) => {
    const folder = join(await temporaryFolder(t), 'none')
    await assert.rejects(openEmbedder(folder), modelError(folder, 'tokenizer.json', 'EMBEDDING_MODEL'))
    await assert.rejects(openEmbedder('./no-such-folder'), modelError('no-such-folder', 'EMBEDDING_MODEL'))
  })

  it('is told when it is a file', async (t) => {
    const file = join(await temporaryFolder(t), 'model')
    await writeFile(file, 'not a folder')
    await assert.rejects(openEmbedder(file), modelError(file, 'EMBEDDING_MODEL'))
  })

  for (const name of ['tokenizer.json', 'config.json', 'onnx/model.onnx']) {
    it(`is told when it lacks ${name}`, async (t) => {
      const folder = await modelFolder(t, 'bge')
      await rm(join(folder, name))
      await assert.rejects(openEmbedder(folder), modelError(join(folder, name), 'EMBEDDING_MODEL'))
    })
  }

  for (const [what, content] of [
    ['cut off', '{"model_type": "bert", "hid'],
    ['without hidden_size', '{"model_type":"bert"}'],
    ['null', 'null'],
  ] as const) {
    it(`is told when its config.json is ${what}`, async (t) => {
      const folder = await modelFolder(t, 'bge')
      await writeFile(join(folder, 'config.json'), content)
      await assert.rejects(openEmbedder(folder), modelError(folder, 'config.json', 'EMBEDDING_MODEL'))
    })
  }

  it('is told at the first text when its tokenizer is cut off', async (t) => {
    const folder = await modelFolder(t, 'bge')
    await truncate(join(folder, 'tokenizer.json'), 1000)
    const embedder = await openEmbedder(folder)
    await assert.rejects(embedder.embed(['安置房']), modelError(folder, 'EMBEDDING_MODEL'))
  })

  it('is told at the first text when its weights are cut off', async (t) => {
    const folder = await modelFolder(t, 'bge')
    const weights = join(folder, 'onnx', 'model.onnx')
    await rm(weights)
    await copyFile(await shippedWeights(), weights)
    await truncate(weights, 1_000_000)
    const embedder = await openEmbedder(folder)
    await assert.rejects(embedder.embed(['安置房']), modelError(folder, 'EMBEDDING_MODEL'))
    await assert.rejects(embedder.embed(['安置房']), modelError(folder))
  })
})
