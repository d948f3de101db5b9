import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openAnswerer, openParts, type Parts, startLibrary, updateIndex } from '../../src/compose.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { buildIndex } from '../../src/indexes/build.ts'
import { readManifest } from '../../src/indexes/manifest.ts'
import type { BuildProgress } from '../../src/indexes/progress.ts'
import { serveFolder } from '../../src/library/serving.ts'
import { stepsOf } from '../indexes/steps.ts'

/** The index that the program before this one built with the real model, as somebody finds it who updates Wenju. */

const fixture = fileURLToPath(new URL('../fixtures/format-2/', import.meta.url))
const questions = [
  '港口新添了几座灯塔?',
  '灯塔几点亮灯?',
  '谁看守灯塔?',
  '渔船返航多少艘?',
  '捕鱼多少吨?',
  '今年下雪了吗?',
]
let home: string
let parts: Parts
let config: Config
let fresh: Config

/** The same model over another index folder. */
const over = ({ indexFolder }: Config) => ({ ...parts, serving: serveFolder(indexFolder, parts.embedder.model) })

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'wenju-before-'))
  await cp(fixture, home, { recursive: true })
  const configOf = (index: string) =>
    readConfig({ REPORTS_DIR: join(home, 'reports'), INDEX_DIR: join(home, index), STATE_DIR: join(home, 'state') })
  config = configOf('index')
  fresh = configOf('fresh')
  parts = await openParts(config)
  await updateIndex(fresh, over(fresh), { mend: false })
})
after(async () => {
  parts.reader.close()
  await parts.embedder.dispose()
  await rm(home, { recursive: true })
})

test('the bot takes it over when it starts, and embeds nothing', async (t) => {
  const index = join(home, 'of-the-bot')
  await cp(join(fixture, 'index'), index, { recursive: true })
  const told: BuildProgress[] = []
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (...words: unknown[]) => assert.fail(words.join(' ')),
  }
  const { library, close } = await startLibrary({ ...config, indexFolder: index }, log, (progress) =>
    told.push(progress),
  )
  t.after(close)
  assert.deepEqual(
    told.filter(({ stage, total }) => stage === 'embedding' && total > 0),
    [],
  )
  assert.equal(library.status.passages, 4)
  const { quotes, answered } = await library.answerer.answer({ text: questions[0]! })
  assert.ok(answered)
  assert.match(quotes[0]!.text, /港口新添灯塔三座/u)
})

test('taken over by npm run index it answers as one built anew', async (context) => {
  const { files } = parts.folder
  const options = { folder: config.indexFolder, files, load: parts.reader.read, embedder: parts.embedder, mend: true }
  const outcome = await buildIndex(options)
  assert.deepEqual([outcome.written, outcome.passages, outcome.embedded], [true, 4, 0])
  assert.notEqual((await readManifest(config.indexFolder))?.format, 2)
  const taken = await openAnswerer(config, over(config))
  const built = await openAnswerer(fresh, over(fresh))

  const all = [...Array(4).keys()]
  assert.deepEqual(await taken.index.passages(all), await built.index.passages(all))
  const tokens = [await taken.index.tokens(all), await built.index.tokens(all)] as const
  let differing = 0
  let components = 0
  for (const position of all) {
    assert.deepEqual(tokens[0][position]!.starts, tokens[1][position]!.starts)
    const [steps, others] = [stepsOf(tokens[0][position]!.values), stepsOf(tokens[1][position]!.values)]
    components += steps.length
    for (const [i, step] of steps.entries()) {
      // What was kept at a byte a component and turned then can fall to the neighbouring step.
      assert.ok(Math.abs(step - others[i]!) <= 1)
      if (step !== others[i]) differing++
    }
  }
  context.diagnostic(`components a step off: ${((100 * differing) / components).toFixed(1)} %`)
  assert.ok(differing < 0.2 * components)

  for (const text of questions) {
    const [one, other] = [await taken.answer({ text }), await built.answer({ text })]
    assert.deepEqual(
      one.quotes.map(({ text, highlights }) => [text, highlights]),
      other.quotes.map(({ text, highlights }) => [text, highlights]),
      text,
    )
    assert.deepEqual([one.answered, one.band, one.missing], [other.answered, other.band, other.missing])
    assert.ok(Math.abs(one.confidence - other.confidence) < 0.03, `${text} ${one.confidence} ${other.confidence}`)
  }
})
