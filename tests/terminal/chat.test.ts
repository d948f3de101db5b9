import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { Answerer } from '../../src/answer/answerer.ts'
import type { Language } from '../../src/errors.ts'
import { QuestionError } from '../../src/errors.ts'
import { chat, lookOf } from '../../src/terminal/chat.ts'
import { reportOf } from '../support/reportOutline.ts'
import { answerOf, quoteOf } from './answers.ts'

/** Answers every question with a quote that repeats it; `坏` is at fault, `崩` breaks the answerer. */
function repeater(): Pick<Answerer, 'answer' | 'reports'> & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    reports: [reportOf('镇里修好了三座老桥。')],
    async answer({ text }) {
      asked.push(text)
      if (text === '坏') throw new QuestionError({ zh: '问题不好。', en: 'A bad question.' })
      if (text === '崩') throw new TypeError('broken')
      await new Promise((resolve) => setImmediate(resolve))
      return answerOf([quoteOf(`关于${text}。`)])
    },
  }
}

function streams(isTTY: boolean) {
  const input = new PassThrough()
  const output = new PassThrough()
  let written = ''
  output.setEncoding('utf8').on('data', (text) => {
    written += text
  })
  const terminal = isTTY ? { isTTY: true, columns: 80 } : {}
  return {
    input: Object.assign(input, terminal) as unknown as NodeJS.ReadStream & PassThrough,
    output: Object.assign(output, terminal) as unknown as NodeJS.WriteStream,
    written: () => written,
  }
}

/** The output of the chat for a pipe of these questions. */
async function piped(text: string, language: Language = 'zh') {
  const { input, output, written } = streams(false)
  const answerer = repeater()
  input.end(text)
  const faults = await chat(answerer, language, undefined, input, output)
  return { faults, written: written(), asked: answerer.asked }
}

const source = '   — 青石镇工作报告 · 第 3 段 (a.txt)'

test('piped, each line is a question and only answers are written, in order, without colours', async () => {
  const { written, faults } = await piped('桥\n树\n')
  assert.equal(written, `桥\n\n1  │ 关于桥。\n${source}\n\n树\n\n1  │ 关于树。\n${source}\n\n`)
  assert.equal(faults, 0)
})

test('piped, blank lines are passed over and the last line needs no end', async () => {
  const { asked } = await piped('桥\r\n\r\n  \n树')
  assert.deepEqual(asked, ['桥', '树'])
})

test('piped, an empty input gives no answers', async () => {
  assert.deepEqual(await piped(''), { asked: [], faults: 0, written: '' })
})

test('a question at fault is told in the language, counted, and the rest is answered', async () => {
  const { written, faults, asked } = await piped('坏\n桥\n坏\n')
  assert.equal(faults, 2)
  assert.deepEqual(asked, ['坏', '桥', '坏'])
  assert.match(written, /^问题不好。\n\n桥\n\n1 {2}│ 关于桥。/u)
  assert.match((await piped('坏\n', 'en')).written, /^A bad question\.\n\n$/)
})

test('a defect is no answer: it ends the chat', async () => {
  await assert.rejects(piped('崩\n桥\n'), /broken/)
})

test('a person is greeted, prompted after each answer, and ends with an empty line', async () => {
  const { input, output, written } = streams(true)
  const answerer = repeater()
  input.write('桥\r\r') // the input stays open: the empty line ends it
  assert.equal(await chat(answerer, 'en', undefined, input, output), 0)
  const shown = stripVTControlCharacters(written())
  assert.match(shown, /^Wenju quotes from 1 reports?\./)
  assert.match(shown, /\?> [\s\S]*关于桥。[\s\S]*\?> /u)
  assert.deepEqual(answerer.asked, ['桥'])
})

test('colours are for terminals that want them', () => {
  const { output } = streams(true)
  assert.deepEqual(lookOf(output, 'zh', {}), { columns: 80, colours: true, language: 'zh' })
  assert.equal(lookOf(output, 'zh', { NO_COLOR: '1' }).colours, false)
  assert.equal(lookOf(output, 'zh', { NO_COLOR: '' }).colours, true, 'an empty value is none (no-color.org)')
  assert.equal(lookOf(output, 'zh', { TERM: 'dumb' }).colours, false)
  assert.deepEqual(lookOf(streams(false).output, 'en', {}), { columns: 100, colours: false, language: 'en' })
  const wide = Object.assign(streams(true).output, { columns: 300 })
  assert.equal(lookOf(wide, 'zh', {}).columns, 100, 'longer lines are hard to read')
})
