import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Quote } from '../../src/answer/types.ts'
import { isLegible } from '../../src/bot/features/photographs.ts'
import { photographCaption } from '../../src/bot/views/photographCaption.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { ChangedWhileReading, ReportError } from '../../src/errors.ts'
import { createPhotographer, type Photograph, QueueFullError } from '../../src/photograph/photographer.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { twoColumns } from '../fixtures/documents.ts'
import { answererOver } from '../support/indexedAnswerer.ts'
import { patientLimits } from '../support/patientLimits.ts'
import { answerOf, buttonOf, labels, type StageOptions, startPrivate, startStage } from '../support/testBot.ts'
import { put, spring } from '../support/testIndex.ts'

const { zh } = botTexts
const label = zh.buttons.photograph.page

/** A bot that answers from a PDF and a text. */
async function prepared(context: TestContext) {
  const { answerer, originals, places } = await answererOver(
    context,
    { 'a.pdf': (await twoColumns()).bytes, 'b.txt': spring },
    fakeEmbedder(),
  )
  const photographer = createPhotographer({ answerer, originals, limits: patientLimits })
  context.after(() => photographer.close())
  const { index } = answerer
  const passages = await index.passages([...Array(index.size).keys()])
  const quoted = async (words: string): Promise<Quote> => {
    const passage = passages.find(({ text }) => text.includes(words))!
    const at = passage.text.indexOf(words)
    return (await answerer.quote(passage.id, [at, at + words.length]))!
  }
  const pdf = await quoted('安置房交付4124套')
  const text = await quoted('新建公园三座')
  const reply = (question: string) => answerOf(question.includes('公园') ? [text, pdf] : [pdf, text])
  const options: StageOptions = {
    answerer: { ...answerer, answer: async ({ text }) => reply(text) },
    photographer,
    reportsFolder: places.reports,
  }
  return { options, places, pdf, text }
}

test('the button under a quote of a PDF sends the page as a photo, with its source and hash', async (context) => {
  const { options, places } = await prepared(context)
  const { ask, press, lin } = await startPrivate(context, options)
  const [answer] = await ask('安置房交付了多少套?')
  const { callback_data } = buttonOf(answer, label)
  const { notice, messages } = await press(answer!, lin, callback_data)
  assert.deepEqual(notice, {})
  const [photo] = messages
  assert.ok(photo?.photo && photo.photo[0]!.width > 300, JSON.stringify(photo))
  assert.match(photo.caption!, /^📄 .*第 1 页.*\n原件第 1 页\n文件 SHA-256:[0-9a-f]{12}$/su)
  assert.equal(photo.reply_to_message?.message_id, answer!.message_id)
  await put(places.reports, { 'a.pdf': '%PDF-1.4 another file' })
  const gone = await press(answer!, lin, callback_data)
  assert.deepEqual(gone, { notice: { text: zh.gone, show_alert: true }, messages: [] })
})

test('a quote of a file without pages has no button where no font can set a card', async (context) => {
  const { options } = await prepared(context)
  const { ask } = await startPrivate(context, options)
  const [answer] = await ask('公园建了几座?')
  assert.equal(
    labels(answer)
      .flat()
      .some((one) => one.startsWith('🖼')),
    false,
  )
})

test('an asker is told what helps an asker, and the operator reads the rest in the log', async (context) => {
  const { options } = await prepared(context)
  const advice = { zh: 'a.pdf:调高 MAX_READ_SECONDS。', en: 'a.pdf: raise MAX_READ_SECONDS.' }
  for (const [error, text] of [
    [new ReportError(advice), zh.photograph.failed],
    [new ChangedWhileReading('a.pdf'), zh.gone],
    [new QueueFullError(), new QueueFullError().text.zh],
  ] as const) {
    const photographer = { ...options.photographer!, photograph: () => Promise.reject(error) }
    const { ask, press, lin, logged } = await startPrivate(context, { ...options, photographer })
    const [answer] = await ask('安置房交付了多少套?')
    const { notice } = await press(answer!, lin, buttonOf(answer, label).callback_data)
    assert.deepEqual(notice, { text, show_alert: true })
    assert.ok(text.length <= 200)
    assert.ok(logged.some((line) => line.includes(error.text.en)))
  }
})

test('in a group the button leads to the private chat, where the photo is sent', async (context) => {
  const { options } = await prepared(context)
  const { api, person, say } = await startStage(context, options)
  const lin = person(7, 'zh-hans')
  const [answer] = await say(api.group(-1001234567890), lin, '/ask 安置房交付了多少套?')
  const { url } = buttonOf(answer, label)
  const start = new URL(url).searchParams.get('start')
  const [photo] = await say(api.privateChat(lin), lin, `/start ${start}`)
  assert.ok(photo?.photo)
})

test('inline results hold a photo where everybody may read the pages', async (context) => {
  const { options, pdf } = await prepared(context)
  const address = 'https://x.example/wenju/r/a/photograph?q=q_x'
  for (const photograph of [() => address, () => null]) {
    const languages: string[] = []
    const taken = (_: Quote, locale: string) => {
      languages.push(locale)
      return photograph()
    }
    const pages = { home: 'https://x.example/', quote: () => 'https://x.example/wenju/r/a', photograph: taken }
    const { api, person } = await startStage(context, { ...options, pages })
    api.inline(person(7, 'zh-hans'), '安置房交付了多少套?', '')
    await api.drained()
    const { results } = api.calls.find(({ method }) => method === 'answerInlineQuery')!.params as {
      results: { type: string; id: string; photo_url?: string }[]
    }
    assert.deepEqual(languages, ['zh'])
    const photos = results.filter(({ type }) => type === 'photo')
    assert.deepEqual(
      photos.map(({ id, photo_url }) => [id, photo_url]),
      photograph() === null ? [] : [[`photograph-${pdf.passage}`, address]],
    )
  }
})

const photograph: Photograph = {
  bytes: new Uint8Array(10),
  width: 1600,
  height: 900,
  page: 4,
  pages: [3, 4],
  linePx: 30,
  source: {
    report: 'a',
    file: 'a.pdf',
    title: '题'.repeat(2000),
    article: null,
    section: null,
    paragraph: 2,
    page: 4,
    setting: { place: null, year: null, isYearInferred: false },
    date: null,
    period: null,
    isDoubtful: false,
    isInUncertainTable: false,
  },
  contentSha256: 'ab'.repeat(32),
}

test('a picture is sent as a photo only where Telegram takes it and it stays legible', () => {
  assert.ok(isLegible(photograph))
  assert.ok(!isLegible({ ...photograph, width: 6000, height: 4001 }), 'width and height together')
  assert.ok(!isLegible({ ...photograph, width: 2100, height: 100 }), 'the ratio')
  assert.ok(!isLegible({ ...photograph, width: 5120, linePx: 20 }), 'lines that would be 10 pixels high')
  assert.ok(isLegible({ ...photograph, width: 5120, linePx: 40 }))
})

test('a caption fits, and says which of several pages is shown', () => {
  for (const locale of ['zh', 'en'] as const) {
    const caption = photographCaption(photograph, locale)
    assert.ok(caption.length <= 1024)
    assert.match(caption, locale === 'zh' ? /第 3–4 页,这是第 4 页\n/u : /pages 3–4 .* page 4\n/u)
    assert.match(caption, /abababababab$/u)
  }
})
