import assert from 'node:assert/strict'
import { copyFile, mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { defaultModel } from '../../src/embeddings/model.ts'
import { openEmbedder } from '../../src/embeddings/open.ts'
import { ModelError } from '../../src/errors.ts'
import { modelFolder, shippedWeights } from './modelFolder.ts'

const embedder = await openEmbedder(defaultModel)
after(() => embedder.dispose())

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
const one = async (text: string) => (await embedder.embed([text]))[0]!

const sentences = [
  '2016年以来,重点组织实施了6个项目的拆迁,涉及32个自然村1913户,拆除房屋34.98万平方米,安置房交付4124套。',
  '新注册企业共计达2378家,其中累计引进建筑房地产企业119家。',
  '小区垃圾分类设施实现全覆盖,城区人居环境得到明显改观。',
  '新建健身体育场地126个、文体活动室68个、农家书屋24家、社区老年助餐点11个。',
  '坚决落实"六稳""六保"政策措施,加强社保扩面征缴。',
]

describe('the default model', () => {
  it('says what it is', () => {
    const { sha256, ...rest } = embedder.model
    assert.deepEqual(rest, { id: defaultModel, dimensions: 512, pooling: 'cls', queryPrefix: '' })
    assert.match(sha256, /^[0-9a-f]{64}$/u)
  })

  it('gives vectors and token vectors of 512 numbers and unit length', async () => {
    for (const { vector, tokens, tokenStarts } of await embedder.embed([...sentences, '房', ''])) {
      assert.equal(vector.length, 512)
      assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5)
      assert.equal(tokens.length, tokenStarts.length * 512)
      for (let at = 0; at < tokens.length; at += 512) {
        assert.ok(Math.abs(Math.hypot(...tokens.subarray(at, at + 512)) - 1) < 1e-5)
      }
    }
  })

  it('gives a text the same vectors to the bit, alone and among others', async () => {
    const together = await embedder.embed(sentences)
    for (const [i, text] of sentences.entries()) assert.deepEqual(await one(text), together[i])
  })

  it('keeps the order of the texts, whatever their lengths', async () => {
    const texts = Array.from({ length: 3 }, () => sentences).flat()
    texts.splice(7, 0, '房', '安置房交付多少套')
    const embedded = await embedder.embed(texts)
    assert.equal(embedded.length, texts.length)
    for (const [i, text] of texts.entries()) {
      const alone = await one(text)
      const nearest = embedded.map(({ vector }) => dot(vector, alone.vector))
      const best = nearest.indexOf(Math.max(...nearest))
      assert.equal(texts[best], text, `text ${i}`)
      assert.equal(embedded[i]!.tokenStarts.length, alone.tokenStarts.length)
    }
  })

  it('embeds nothing for no texts', async () => {
    assert.deepEqual(await embedder.embed([]), [])
  })

  it('puts what means the same nearer than what does not', async () => {
    const [asked, right, wrong] = await embedder.embed(['安置房交付了多少套', sentences[0]!, sentences[4]!])
    assert.ok(dot(asked!.vector, right!.vector) > dot(asked!.vector, wrong!.vector))
  })

  it('cuts a text of 10,000 characters at the model’s limit', async () => {
    const text = '安置房交付四百套,'.repeat(1200).slice(0, 10_000)
    const [{ vector, tokens, tokenStarts }] = (await embedder.embed([text])) as [Awaited<ReturnType<typeof one>>]
    assert.equal(tokenStarts.length, 510)
    assert.equal(tokens.length, 510 * 512)
    assert.deepEqual(
      [...tokenStarts],
      Array.from({ length: 510 }, (_, i) => i),
    )
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5)
  })
})

describe('token starts of the default model', () => {
  const cases: [string, string, number[]][] = [
    ['Chinese', '安置房交付', [0, 1, 2, 3, 4]],
    ['digits', '2020年完成150亿元,占28.5%', [0, 4, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 18]],
    ['Latin words', 'gdp 增长 hello', [0, 4, 5, 7]],
    ['pieces of a Latin word', 'embeddings 中', [0, 2, 4, 6, 11]],
    ['unknown characters', '㐀安㐁置', [0, 1, 2, 3]],
    ['emoji', '😀安置房😀 交付', [0, 2, 3, 4, 5, 8, 9]],
    ['joined emoji', '👨‍👩‍👧‍👦安置', [0, 11, 12]],
    ['white space and line ends', '安\n置\u3000\u3000房 ', [0, 2, 5]],
    ['an accent', 'café 安置', [0, 5, 6]],
    ['a word too long for the tokenizer', `${'q'.repeat(150)} 安置`, [0, 151, 152]],
    ['nothing', '', []],
  ]
  for (const [what, text, expected] of cases) {
    it(`point at the right characters: ${what}`, async () => {
      const { tokens, tokenStarts } = await one(text)
      assert.deepEqual([...tokenStarts], expected)
      assert.equal(tokens.length, expected.length * 512)
    })
  }
})

describe('a model in a folder', () => {
  const folders: [string, string, Record<string, string>][] = [
    ['with the model’s name', 'bge-small-zh', {}],
    // Downloads carry what sentence-transformers knows of the pooling.
    [
      'of any name that states its pooling',
      'my-model',
      { '1_Pooling/config.json': '{"pooling_mode_cls_token": true}' },
    ],
    ['below one whose name happens to hold “e5”', 'snapshots/8e5f01/bge-small-zh', {}],
  ]
  for (const [what, name, files] of folders) {
    it(`gives the same vectors from a folder ${what}`, async (t) => {
      const folder = await modelFolder(t, name)
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), content)
      }
      const local = await openEmbedder(folder)
      t.after(() => local.dispose())
      assert.deepEqual(local.model, { ...embedder.model, id: folder })
      const text = sentences[0]!
      assert.deepEqual(await local.embed([text]), [await one(text)])
    })
  }

  it('keeps apart from another that is loaded at the same time', async (t) => {
    const folder = await modelFolder(t, 'bge-broken')
    const weights = join(folder, 'onnx', 'model.onnx')
    await rm(weights)
    await copyFile(await shippedWeights(), weights)
    await truncate(weights, 1_000_000)
    const [whole, broken] = await Promise.all([openEmbedder(defaultModel), openEmbedder(folder)])
    t.after(() => whole.dispose())
    const [fine, failed] = await Promise.allSettled([whole.embed(['安置房']), broken.embed(['安置房'])])
    assert.equal(fine.status, 'fulfilled')
    assert.ok(failed.status === 'rejected' && failed.reason instanceof ModelError)
  })
})
