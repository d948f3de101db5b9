import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import { type Look, paint, renderAnswer } from '../../src/terminal/render.ts'
import { answerOf, quoteOf } from './answers.ts'

const plain: Look = { columns: 40, colours: false, language: 'zh' }
const bridge = '镇里修好了三座百年老桥，石料都是从北山运来的。村口种下了一千棵香樟树，成活的有九百多棵。'
const first = quoteOf(bridge, [[23, 45]], { article: '去年修桥', section: '一、老桥', date: '2021-01' })
const second = quoteOf('两所学校都在秋天开学。', [], { page: 7 })

test('quotes stand over their sources; lines that hold the answering words have a mark of their own', () => {
  assert.equal(
    renderAnswer(answerOf([first, second]), plain),
    [
      '1  │ 镇里修好了三座百年老桥，石料都是从',
      '   ▌ 北山运来的。村口种下了一千棵香樟',
      '   ▌ 树，成活的有九百多棵。',
      '   — 青石镇工作报告 · 去年修桥 › 一、老',
      '   桥 · 第 3 段 · 2021-01 (a.txt)',
      '',
      '2  │ 两所学校都在秋天开学。',
      '   — 青石镇工作报告 · 第 3 段 · 第 7 页 ',
      '   (a.txt)',
      '',
    ].join('\n'),
  )
})

test('in English only the words around the quotes change', () => {
  assert.equal(
    renderAnswer(answerOf([second]), { ...plain, language: 'en', columns: 60 }),
    '1  │ 两所学校都在秋天开学。\n   — 青石镇工作报告 · ¶ 3 · p. 7 (a.txt)\n',
  )
})

test('quotes that do not answer are announced as the nearest misses', () => {
  const answer = answerOf([second], { answered: false })
  assert.match(renderAnswer(answer, plain), /^下面的段落最接近,但不一定回答了问题:\n\n1 {2}│ 两所/u)
  assert.match(renderAnswer(answer, { ...plain, language: 'en' }), /^These passages come closest, but may not\nanswer:/)
})

test('an answer without quotes says so', () => {
  const answer = answerOf([], { answered: false })
  assert.equal(renderAnswer(answer, plain), '报告里没有这个问题的答案。\n')
  assert.equal(renderAnswer(answer, { ...plain, language: 'en' }), 'The reports do not answer this.\n')
})

test('what is not in the reports is said to be so, with the words that no report holds and the nearest misses', () => {
  const answer = answerOf([second, first, second], { answered: false, band: 'none', missing: ['火星', '生命'] })
  const shown = renderAnswer(answer, plain)
  assert.match(shown, /^报告里没有这个问题的答案。\n报告里没有出现:火星、生命。\n\n最接近的段落:\n\n1 {2}│/u)
  assert.equal(shown.match(/^\d {2}/gmu)?.length, 2, 'more would look like an answer')
})

test('places and years that narrow a question stand below as tags, but for a question without an answer', () => {
  const look = { ...plain, columns: 100 }
  const alternatives = ['2031', '2029'].map((tag) => ({ kind: 'year' as const, tag }))
  const shown = renderAnswer(answerOf([second], { alternatives }), look)
  assert.match(shown, /\n\n各年的报告给出的数字不同。再问一次并加上一个标签,就只查带这个标签的报告:#2031 #2029\n$/u)
  const places = ['临港市', '海西市'].map((tag) => ({ kind: 'district' as const, tag }))
  const english = renderAnswer(answerOf([second], { alternatives: places }), { ...look, columns: 200, language: 'en' })
  assert.match(english, /\nReports of several places may answer this\. Ask again with .*: #临港市 #海西市\n$/u)
  const none = answerOf([second], { answered: false, band: 'none', alternatives })
  assert.doesNotMatch(renderAnswer(none, look), /#/u)
})

test('files whose quotes are held back are told first', () => {
  const answer = answerOf([second], { withheld: ['b.txt', 'c.md'] })
  const shown = renderAnswer(answer, { ...plain, columns: 100 })
  assert.match(shown, /^b\.txt, c\.md 在建立索引之后被改动或移走,暂不引用。请运行 npm run index。\n\n1 {2}│/u)
  assert.match(
    renderAnswer(answerOf([], { withheld: ['b.txt'] }), { ...plain, columns: 100 }),
    /^b\.txt[\s\S]*没有这个问题的答案/u,
  )
})

test('colours change nothing but the colours', () => {
  for (const language of ['zh', 'en'] as const) {
    const answer = answerOf([first, second], { answered: false, withheld: ['b.txt'] })
    const coloured = renderAnswer(answer, { ...plain, language, colours: true })
    assert.notEqual(coloured, stripVTControlCharacters(coloured))
    assert.equal(stripVTControlCharacters(coloured), renderAnswer(answer, { ...plain, language }))
  }
})

test('with colours exactly the answering words are bold', () => {
  const bold = (text: string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own marks are looked for
    [...text.matchAll(/\u001b\[1m(.*?)\u001b\[22m/gu)].map((match) => match[1]).join('')
  const coloured = (highlights: [number, number][]) =>
    bold(renderAnswer(answerOf([quoteOf(bridge, highlights)]), { ...plain, colours: true }))
  assert.equal(coloured([[23, 45]]), bridge.slice(23, 45), 'over two lines')
  assert.equal(coloured([[0, 2], [6, 8]]), '镇里座百') // biome-ignore format: one line a case
  assert.equal(coloured([]), '')
})

test('no line is wider than the terminal', () => {
  for (const columns of [30, 40, 80, 100]) {
    for (const line of renderAnswer(answerOf([first, second]), { ...plain, columns }).split('\n')) {
      assert.ok(stringWidth(line) <= columns, line)
    }
  }
})

test('a painted text is wrapped, each line in the style', () => {
  assert.deepEqual(paint('镇里修好了三座百年老桥', { ...plain, columns: 20 }, 'cyan'), ['镇里修好了三座百年老', '桥'])
  assert.deepEqual(paint('桥', { ...plain, colours: true }, 'cyan'), ['\u001b[36m桥\u001b[39m'])
})

test('a quote whose words stand in other reports too names them below its source', () => {
  const [one, other] = ['白石镇工作报告', '黑石镇工作报告'].map((title) => ({ ...second.source, title }))
  const told = renderAnswer(answerOf([{ ...second, sources: [one!, other!, one!] }]), { ...plain, columns: 80 })
  assert.match(told, /\(a\.txt\)\n {3}同样的文字还见于:白石镇工作报告、黑石镇工作报告\n/u)
  const english = renderAnswer(answerOf([{ ...second, sources: [one!] }]), { ...plain, columns: 80, language: 'en' })
  assert.match(english, /The same words also stand in: 白石镇工作报告\n/u)
})
