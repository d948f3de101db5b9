import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultModel, findModel } from '../../src/embeddings/model.ts'
import { trainingNote } from '../../src/search/trainedFor.ts'

const description = { dimensions: 512, pooling: 'cls', queryPrefix: '' } as const

test('the weights that come with the project were learned for its model, normaliser and restorer', async () => {
  const { id, sha256 } = await findModel(defaultModel)
  assert.equal(trainingNote({ ...description, id, sha256: sha256! }), null)
})

test('another model is named beside the one that the weights were learned for', () => {
  const note = trainingNote({ ...description, id: 'BAAI/bge-m3', sha256: '0'.repeat(64) })!
  assert.match(note.en, /model BAAI\/bge-m3, not wenju-small-zh-v1\.$/u)
  assert.match(note.zh, /模型 BAAI\/bge-m3\(训练时为 wenju-small-zh-v1\)。$/u)
})
